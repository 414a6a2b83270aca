import type { Device, SimulatedDevice } from '@auxctl/core';
import type { GlobalOptions } from './global-options.js';
import type { KnownPlugin, Plugins } from './plugins.js';

/** A device, and what is needed to open it. */
export interface FoundDevice {
  readonly device: Device;
  /** Absent when no plugin's match table accepts the device. */
  readonly plugin?: KnownPlugin;
  /** Present for a simulated device. */
  readonly simulated?: SimulatedDevice;
  /** Why no plugin was chosen although several match. */
  readonly problem?: string;
}

/** The devices of this machine and the simulated ones asked for. */
export interface Devices {
  /** Those that a plugin was written for and those with names of their own; with `all`, every PCI function. */
  all(include?: 'named' | 'all'): Promise<readonly FoundDevice[]>;
  /** By any of its names. Rejects with `ERR_NO_DEVICE` or `ERR_USAGE`. */
  find(name: string): Promise<FoundDevice>;
}

/** Simulated devices that have been made, by address. */
export type SimulatorPool = Map<string, SimulatedDevice>;

/** Where devices come from. */
export interface DeviceSources {
  readonly plugins: Plugins;
  readonly options: Pick<GlobalOptions, 'root' | 'sim'>;
  readonly simulators?: SimulatorPool | undefined;
}

/** Makes the list of devices; looks for them when it is first asked. */
export function createDevices(sources: DeviceSources): Devices {
  const found = new Map<string, Promise<readonly FoundDevice[]>>();
  const search = (): Promise<typeof import('./device-search.js')> => import('./device-search.js');
  const all = (include: 'named' | 'all' = 'named'): Promise<readonly FoundDevice[]> => {
    const known = found.get(include) ?? search().then(({ findDevices }) => findDevices(sources, include));
    found.set(include, known);
    return known;
  };
  return { all, find: async (name) => (await search()).chooseDevice(await all('all'), name) };
}
