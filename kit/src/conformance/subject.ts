import {
  findPlugin, LayoutStore, openChannel, PluginError, resolveDevice, scanDevices,
  type DeviceChannel, type OpenChannelOptions, type Plugin, type SimulatedDevice, type SimulatorOptions,
} from '@auxctl/core';
import { skipped, type CheckOutcome } from './check.js';
import type { ConformanceFixture, ConformanceTarget } from './fixture.js';
import { SpyTransport } from './spy-transport.js';

const HARDWARE_TIMEOUT_MS = 10_000;

/** An open channel to a simulated device, with all that a check looks at. */
export interface SimulatedChannel extends AsyncDisposable {
  readonly channel: DeviceChannel;
  readonly spy: SpyTransport;
  readonly simulated: SimulatedDevice;
}

/** The plugin under check: what every check starts from. */
export class Subject {
  readonly fixture: ConformanceFixture;
  readonly hardware: string | undefined;
  readonly store: LayoutStore;

  constructor(fixture: ConformanceFixture, { hardware }: ConformanceTarget) {
    this.fixture = fixture;
    this.hardware = hardware;
    this.store = new LayoutStore(fixture.entry.layoutsPath);
  }

  async plugin(): Promise<Plugin> {
    return this.fixture.entry.load();
  }

  /** Why a check that needs the simulator cannot run; `undefined` when it can. */
  async withoutSimulator(): Promise<CheckOutcome | undefined> {
    if (this.hardware !== undefined) return skipped(`runs on the simulator only, and ${this.hardware} is asked for`);
    return (await this.plugin()).simulator === undefined ? skipped('the plugin has no simulator') : undefined;
  }

  /** Why a check that needs any device cannot run; `undefined` when it can. */
  async withoutDevice(): Promise<CheckOutcome | undefined> {
    return this.hardware === undefined ? this.withoutSimulator() : undefined;
  }

  /** A simulated device, freshly made. Its clock stands still unless another is given. */
  async simulate(options: Partial<SimulatorOptions> = {}): Promise<SimulatedDevice> {
    const { simulator } = await this.plugin();
    if (simulator === undefined) throw new PluginError('ERR_PLUGIN', `plugin ${this.fixture.entry.manifest.name} has no simulator`);
    return (await simulator()).create({ index: 0, now: () => 0, ...options });
  }

  /** A channel to a simulated device, by default to a new one; closed when it is disposed of. */
  async open({ simulated: given, ...options }: OpenChannelOptions & { readonly simulated?: SimulatedDevice } = {}): Promise<SimulatedChannel> {
    const simulated = given ?? await this.simulate();
    const spy = new SpyTransport(await simulated.openTransport());
    const channel = await openChannel(simulated.device, this.fixture.entry, { layouts: this.store, ...options, transport: spy });
    return { channel, spy, simulated, [Symbol.asyncDispose]: async () => channel.close() };
  }

  /** A channel to whatever the checks run on: the device that was asked for, else a new simulated one. */
  async channel(): Promise<DeviceChannel> {
    if (this.hardware === undefined) return (await this.open()).channel;
    const { entry } = this.fixture;
    const device = resolveDevice(await scanDevices({}), this.hardware);
    if (findPlugin([entry], device) !== entry) throw new PluginError('ERR_PLUGIN_MISMATCH', `${device.address} is no device of plugin ${entry.manifest.name}`);
    return openChannel(device, entry, { layouts: this.store, timeoutMs: HARDWARE_TIMEOUT_MS });
  }
}
