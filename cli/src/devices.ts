import { findPlugin, matchesAliases, resolveDevice, scanDevices, TransportError, UsageError, type Device, type SimulatedDevice, type Simulator } from '@auxctl/core';
import { parseSimSpec } from './arguments/sim-spec.js';
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
  all(): Promise<readonly FoundDevice[]>;
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
  let found: Promise<readonly FoundDevice[]> | undefined;
  const all = (): Promise<readonly FoundDevice[]> => found ??= findAll(sources);
  return {
    all,
    async find(name) {
      const devices = await all();
      const device = resolve(devices.map((each) => each.device), name);
      return devices.find((each) => each.device === device) ?? { device };
    },
  };
}

/** Loads a plugin's simulator. Rejects with `ERR_UNKNOWN_NAME` for a plugin without one. */
export async function loadSimulator(plugin: KnownPlugin): Promise<Simulator> {
  const { simulator } = await plugin.load();
  if (simulator !== undefined) return simulator();
  throw new UsageError('ERR_UNKNOWN_NAME', `plugin ${plugin.manifest.name} has no simulator`, { hint: 'auxctl sim list shows those that there are.' });
}

async function findAll({ plugins, options, simulators }: DeviceSources): Promise<readonly FoundDevice[]> {
  const known = await plugins.all();
  const real = await scanDevices({ root: options.root, wants: (aliases) => known.some(({ manifest }) => matchesAliases(manifest, aliases)) });
  const simulated = options.sim === undefined ? [] : await simulate(options.sim, plugins, simulators ?? new Map<string, SimulatedDevice>());
  return [...real.map((device) => withPlugin(device, known)), ...simulated];
}

async function simulate(spec: string, plugins: Plugins, pool: SimulatorPool): Promise<FoundDevice[]> {
  const found: FoundDevice[] = [];
  for (const { plugin: name, count } of parseSimSpec(spec)) {
    const plugin = await plugins.find(name);
    const simulator = await loadSimulator(plugin);
    for (let index = 0; index < count; index += 1) {
      const key = `${name}-${index}`;
      const simulated = pool.get(key) ?? simulator.create({ index });
      pool.set(key, simulated);
      found.push({ device: simulated.device, plugin, simulated });
    }
  }
  return found;
}

function withPlugin(device: Device, known: readonly KnownPlugin[]): FoundDevice {
  try {
    const entry = findPlugin(known, device);
    const plugin = known.find((each) => each === entry);
    return plugin === undefined ? { device } : { device, plugin };
  } catch (error) {
    return { device, problem: error instanceof Error ? error.message : String(error) };
  }
}

function resolve(devices: readonly Device[], name: string): Device {
  const [, simulator, index] = /^sim-([a-z][a-z0-9-]*)-(\d{1,2})$/.exec(name) ?? [];
  if (simulator !== undefined && !devices.some(({ address }) => address === name)) {
    const spec = Number(index) === 0 ? simulator : `${simulator}:${Number(index) + 1}`;
    throw new TransportError('ERR_NO_DEVICE', `there is no simulated device ${name} in this run`, { hint: `Add it with --sim ${spec}.` });
  }
  return resolveDevice(devices, name);
}
