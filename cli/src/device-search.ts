import { findPlugin, madeFor, resolveDevice, scanDevices, TransportError, type Device, type ScanBreadth, type SimulatedDevice } from '@auxctl/core';
import { parseSimSpec } from './arguments/sim-spec.js';
import type { DeviceSources, FoundDevice, SimulatorPool } from './devices.js';
import type { KnownPlugin, Plugins } from './plugins.js';
import { loadSimulator, requireProfile } from './simulation/load.js';

/** Looks through the buses, and makes the simulated devices that were asked for. Rejects as the plugins and `--sim` do. */
export async function findDevices({ plugins, options, simulators }: DeviceSources, include: ScanBreadth): Promise<readonly FoundDevice[]> {
  const known = await plugins.all();
  const real = await scanDevices({ root: options.root, include, wants: madeFor(known) });
  const simulated = options.sim === undefined ? [] : await simulate(options.sim, plugins, simulators ?? new Map<string, SimulatedDevice>());
  return [...real.map((device) => withPlugin(device, known)), ...simulated];
}

/** The device that a name means. Throws `ERR_NO_DEVICE` or `ERR_USAGE`. */
export function chooseDevice(found: readonly FoundDevice[], name: string): FoundDevice {
  const devices = found.map((each) => each.device);
  const [, simulator, index] = /^sim-([a-z][a-z0-9-]*)-(\d{1,2})$/.exec(name) ?? [];
  if (simulator !== undefined && !devices.some(({ address }) => address === name)) {
    const spec = Number(index) === 0 ? simulator : `${simulator}:${Number(index) + 1}`;
    throw new TransportError('ERR_NO_DEVICE', `there is no simulated device ${name} in this run`, { hint: `Add it with --sim ${spec}.` });
  }
  const device = resolveDevice(devices, name);
  return found.find((each) => each.device === device) ?? { device };
}

async function simulate(spec: string, plugins: Plugins, pool: SimulatorPool): Promise<FoundDevice[]> {
  const found: FoundDevice[] = [];
  for (const { plugin: name, profile, count } of parseSimSpec(spec)) {
    const plugin = await plugins.find(name);
    const simulator = await loadSimulator(plugin);
    const chosen = profile === undefined ? {} : { profile: requireProfile(simulator, profile) };
    const first = found.filter((each) => each.plugin === plugin).length;
    for (let index = first; index < first + count; index += 1) {
      const key = `${name}@${profile ?? ''}-${index}`;
      const simulated = pool.get(key) ?? simulator.create({ index, ...chosen });
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
