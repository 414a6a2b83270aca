import { missing } from '../channel/support.js';
import type { CallOptions, Registers } from '../channel/types.js';
import type { Device } from '../device/types.js';
import type { DumpReceiver } from '../dump/receiver.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import type { Plugin } from '../plugin/types.js';
import type { ResourceAccess, ResourceMenu, ResourceRequest } from '../plugin/resources.js';
import type { LayoutStore } from '../store/store.js';
import type { ResourceDumpEvent, ResourceDumpLimits, ResourceSource } from './dump.js';
import { RESOURCE_DUMP_DEFAULTS } from './limits.js';
import type { ResourceRecorder } from './save.js';

/** A device's internal resources, which it lists and dumps itself. */
export interface Resources {
  /** What the device can dump. Rejects with `ERR_PLUGIN` when its plugin knows of no such thing, `ERR_REPLY` for a menu that is none. */
  menu(options?: CallOptions): Promise<ResourceMenu>;
  /** Keeps what comes of a dump as entries of `receiver`, whose beginning and end are the caller's. */
  recorder(receiver: DumpReceiver, menu: ResourceMenu): Promise<ResourceRecorder>;
  /** Dumps resources. Throws `ERR_USAGE` for limits out of range; rejects when the device is gone or does not answer. */
  dump(requests: readonly ResourceRequest[], options?: ResourceDumpOptions): AsyncGenerator<ResourceDumpEvent>;
}

/** How far a dump goes, and how each of its calls is sent. */
export interface ResourceDumpOptions extends CallOptions, ResourceDumpLimits {}

const RANGES = { depth: [0, 64], mostBytes: [1, 2 ** 32], inFlight: [1, 64] } as const;

/** What a device's resources are reached through. */
export interface ResourceParts {
  readonly device: Device;
  readonly plugin: Plugin;
  readonly layouts: LayoutStore;
  readonly registers: Registers;
}

/** The one implementation of {@link Resources}: conversation and bounds here, the device's protocol in its plugin. */
export class DeviceResources implements Resources {
  readonly #parts: ResourceParts;

  constructor(parts: ResourceParts) {
    this.#parts = parts;
  }

  async menu(options: CallOptions = {}): Promise<ResourceMenu> {
    const { address } = this.#parts.device;
    for await (const event of this.dump([this.#access().menu], options)) {
      if (event.type === 'failure') throw event.error;
      if (event.type === 'segment' && event.segment.menu !== undefined) return event.segment.menu;
      if (event.type === 'segment' && event.segment.message !== undefined) throw new ReplyError('ERR_REPLY', `the device gives no list of its resources: ${event.segment.message.text}`, { device: address });
    }
    throw new ReplyError('ERR_REPLY', 'the device\'s answer to the question what it can dump has no list', { device: address });
  }

  async recorder(receiver: DumpReceiver, { kinds }: ResourceMenu): Promise<ResourceRecorder> {
    return new (await import('./save.js')).ResourceRecorder(receiver, this.#parts.layouts, kinds, this.#access().segments.key);
  }

  async *dump(requests: readonly ResourceRequest[], options: ResourceDumpOptions = {}): AsyncGenerator<ResourceDumpEvent> {
    requireLimits(options);
    const { dumpResources } = await import('./dump.js');
    yield* dumpResources(await this.#source(options), requests, options);
  }

  async #source(options: CallOptions): Promise<ResourceSource> {
    const { device, layouts, registers } = this.#parts;
    const access = this.#access();
    const { SegmentDecoder } = await import('./segment-decoder.js');
    return {
      access, decoder: await SegmentDecoder.load(access, layouts, device),
      async read(queries) {
        const outcomes = await registers.readMany(queries.map(({ register, fields }) => ({ name: register, index: fields })), options);
        return outcomes.map((outcome) => (outcome.ok ? outcome.decoded.fields : outcome.error));
      },
    };
  }

  #access(): ResourceAccess {
    const { plugin, device } = this.#parts;
    return plugin.resources ?? missing(plugin, 'resources', device);
  }
}

function requireLimits(limits: ResourceDumpLimits): void {
  for (const [name, [least, most]] of Object.entries(RANGES) as [keyof typeof RANGES, readonly [number, number]][]) {
    const value = limits[name] ?? RESOURCE_DUMP_DEFAULTS[name];
    if (!Number.isSafeInteger(value) || value < least || value > most) throw new UsageError('ERR_USAGE', `${name} is a number from ${least} to ${most}, not ${value}`);
  }
}
