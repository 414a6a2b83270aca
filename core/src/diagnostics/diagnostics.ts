import { integerValue } from '@auxctl/schemas/model';
import type { ChannelParts, DeviceChannel } from '../channel/channel.js';
import { decoded, missing, tailElementBytes } from '../channel/support.js';
import type { CallOptions, Decoded } from '../channel/types.js';
import { AuxctlError } from '../errors/base.js';
import { PluginError, ReplyError } from '../errors/classes.js';
import type { Fields } from '../layout/types.js';
import { integerField } from '../layout/fields.js';
import type { DiagnosticCapability, DiagnosticQueries, DiagnosticsAccess, ListCall, SamplingParameters, SamplingState } from '../plugin/diagnostics.js';
import type { CommandCall } from '../plugin/types.js';
import { OnDemandReader } from './on-demand.js';
import { RingReader } from './ring.js';
import { streamSamples, type SampleReader } from './stream.js';
import type { DiagnosticCounter, DiagnosticRecord, DiagnosticSample } from './types.js';

/** What a device can sample, its counters named as far as the plugin knows them. */
export type NamedCapability = DiagnosticCapability<DiagnosticCounter>;

/** How a stream of samples is read. */
export interface SamplingOptions extends CallOptions {
  /** From one poll of the ring to the next; a quarter of the time that the ring holds, 10 ms to half a second, when left out. */
  readonly intervalMs?: number;
  /** Milliseconds of a clock that never goes back; the system's when left out. */
  readonly now?: () => number;
}

type CounterNames = Pick<DiagnosticCounter, 'name' | 'unit' | 'description'>;

/** A call that waits for the kernel to give up on an earlier one looks again so often. */
const RETRY_MS = 20;
const STOP_WITHIN_MS = 10_000;
const POLLS_PER_RING = 4;
const [SHORTEST_POLL_MS, LONGEST_POLL_MS] = [10, 500];
const SILENT_PERIODS = 8;
const never = (): AbortSignal => new AbortController().signal;

/** A device's diagnostic counters, by the commands that its plugin names. */
export class DeviceDiagnostics {
  readonly #parts: ChannelParts;
  readonly #channel: DeviceChannel;

  constructor(parts: ChannelParts, channel: DeviceChannel) {
    this.#parts = parts;
    this.#channel = channel;
  }

  /** What the device can sample. Rejects with `ERR_PLUGIN` for a plugin that knows no diagnostic counters. */
  async capability(options: CallOptions = {}): Promise<NamedCapability> {
    const access = this.#access();
    const queries: DiagnosticQueries = {
      call: async (command, fields) => (await this.#channel.call(command, fields, options)).fields,
      capability: async (name, mode, listElements = 0) => this.#capability(name, mode, listElements, options),
    };
    const { counters, ...limits } = await access.capability(queries);
    const names = await this.#names(access);
    return { ...limits, counters: counters.map((counter) => ({ ...counter, ...names.get(counter.id) })) };
  }

  /** Every counter that the plugin has a name for, whether the device has it or not. Sends nothing. */
  async known(): Promise<readonly (Pick<DiagnosticCounter, 'id'> & CounterNames)[]> {
    return [...(await this.#names(this.#access()))].map(([id, names]) => ({ id, ...names }));
  }

  /** What the device has been told. */
  async state({ counters }: Pick<DiagnosticCapability, 'counters'>, options: CallOptions = {}): Promise<SamplingState> {
    const access = this.#access();
    return access.state((await this.#list(access.query(counters.length), options)).fields);
  }

  /** Starts sampling, with an empty ring. Rejects with `ERR_NOT_ALLOWED` before anything is sent. */
  async arm(parameters: SamplingParameters, options: CallOptions): Promise<void> {
    await this.disarm(options);
    await this.#arm(parameters, options);
  }

  /**
   * Stops sampling. Takes no signal: an interrupt is when it is needed. While an earlier call has not come back from the kernel it waits for
   * that, as long as the timeout says (10 seconds when left out).
   */
  async disarm(options: Omit<CallOptions, 'signal'>): Promise<void> {
    const untilMs = performance.now() + (options.timeoutMs ?? this.#parts.defaults.timeoutMs ?? STOP_WITHIN_MS);
    for (;;) {
      try {
        await this.#send(this.#access().disarm(), { ...options, signal: never() });
        return;
      } catch (error) {
        if (!(error instanceof AuxctlError) || error.code !== 'ERR_TRANSPORT_STUCK' || performance.now() > untilMs) throw error;
        await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
      }
    }
  }

  /**
   * Samples until `signal` aborts, a mode that takes so many and no more has taken them, or the consumer's loop is left; then sampling is
   * stopped. `clockHz` is the capability's. Rejects as `streamSamples` does.
   */
  sample(parameters: SamplingParameters, clockHz: number | undefined, { signal = never(), now = () => performance.now(), ...options }: SamplingOptions): AsyncGenerator<readonly DiagnosticSample[], void> {
    // Reads come back at once or time out: none is left behind in the kernel, where it would be in the way of what stops the sampling.
    const calls: CallOptions = { ...options, signal: never() };
    const periodMs = clockHz === undefined || parameters.mode === 'on-demand' ? 0 : (parameters.periodClocks / clockHz) * 1000;
    return streamSamples(
      { arm: async () => this.#arm(parameters, calls), disarm: async () => this.disarm(options), reader: () => this.#reader(parameters, clockHz, now, calls) },
      {
        signal, now, intervalMs: options.intervalMs ?? pollMs(periodMs * parameters.samples),
        silenceMs: Math.max(options.timeoutMs ?? STOP_WITHIN_MS, periodMs * SILENT_PERIODS),
        ...(parameters.mode === 'single' ? { total: parameters.samples } : {}),
      },
    );
  }

  #reader(parameters: SamplingParameters, clockHz: number | undefined, now: () => number, options: CallOptions): SampleReader {
    const { counters } = parameters;
    const widths = this.#widths();
    const read = async (position: number, samples: number): Promise<DiagnosticRecord[]> => this.#records(position, samples, counters.length, options);
    const common = { parameters, clockHz, now };
    let reader: RingReader | OnDemandReader | undefined;
    return {
      get taken() { return reader?.taken ?? 0; },
      poll: async () => {
        const { sampleIdBits, timestampBits } = await widths;
        reader ??= parameters.mode === 'on-demand' ? new OnDemandReader({ ...common, timestampBits, read }) : new RingReader({ ...common, sampleIdBits, timestampBits, read });
        return reader.poll();
      },
    };
  }

  async #records(position: number, samples: number, counters: number, options: CallOptions): Promise<DiagnosticRecord[]> {
    const access = this.#access();
    const { list, counterId, sampleId, timestamp, value } = access.record;
    const call = access.read(position, samples, counters);
    const records = (await this.#list(call, options)).fields[list];
    if (!Array.isArray(records)) throw new ReplyError('ERR_REPLY', `there is no list ${list}`, { command: call.command, device: this.#channel.device.address });
    return (records as readonly Fields[]).slice(0, call.listElements).map((record) => ({
      counterId: Number(integerField(record, counterId)), sampleId: integerField(record, sampleId),
      timestamp: integerField(record, timestamp), value: integerField(record, value),
    }));
  }

  async #widths(): Promise<{ readonly sampleIdBits: number; readonly timestampBits: number }> {
    const { document, structure, sampleId, timestamp } = this.#access().record;
    const { scope } = await this.#parts.layouts.codec('structures', document, structure);
    const sizeBits = (name: string): number => scope.structures.get(structure)?.fields.find((field) => field.name === name)?.sizeBits ?? 0;
    return { sampleIdBits: sizeBits(sampleId), timestampBits: sizeBits(timestamp) };
  }

  /** A capability with its list, which may be longer than the largest set of values is: then it goes on where the reply's layout ends. */
  async #capability(name: string, mode: 'current' | 'maximum', listElements: number, options: CallOptions): Promise<Fields> {
    const { layouts, plugin } = this.#parts;
    if (listElements === 0) return (await this.#channel.capability(name, mode, options)).fields;
    const access = plugin.capabilities ?? missing(plugin, 'capabilities', this.#channel.device);
    const codec = await layouts.codec('capability', name);
    const { command, fields } = access.read(await layouts.document('capability', name), mode);
    const sizeBytes = codec.sizeBytes + listElements * tailElementBytes(codec);
    const reply = await this.#channel.call(command, fields, { ...options, replyTailBytes: await this.#roomBytes(command, sizeBytes) });
    const image = Buffer.concat([access.image(reply.fields), reply.raw.subarray(reply.codec.sizeBytes)]).subarray(0, sizeBytes);
    return decoded(codec, new Uint8Array(image), this.#channel.device, name).fields;
  }

  /** How much longer than its layout a reply must be to hold so many bytes, of which its last field takes the first. */
  async #roomBytes(command: string, sizeBytes: number): Promise<number> {
    const { layouts } = this.#parts;
    const { reply } = await layouts.document('command', command);
    const { scope } = await layouts.codec('command', command, reply);
    return Math.max(0, sizeBytes - (scope.structures.get(reply)?.fields.at(-1)?.sizeBits ?? 0) / 8);
  }

  async #list({ command, fields, listElements }: ListCall, options: CallOptions): Promise<Decoded> {
    const { layouts } = this.#parts;
    const { reply } = await layouts.document('command', command);
    const codec = await layouts.codec('command', command, reply);
    return this.#channel.call(command, fields, { ...options, replyTailBytes: listElements * tailElementBytes(codec) });
  }

  async #arm(parameters: SamplingParameters, options: CallOptions): Promise<void> {
    await this.#send(this.#access().arm(parameters), options);
  }

  async #send({ command, fields }: CommandCall, options: CallOptions): Promise<void> {
    await this.#channel.call(command, fields, options);
  }

  async #names({ names }: DiagnosticsAccess): Promise<ReadonlyMap<number, CounterNames>> {
    const { enums = {} } = await this.#parts.layouts.document('structures', names.document);
    const symbols = enums[names.enum];
    if (symbols === undefined) throw new PluginError('ERR_LAYOUT', `structures/${names.document} has no enum ${names.enum}`);
    return new Map(symbols.map(({ value, name, unit, description }) => [Number(integerValue(value)), { name, ...(unit === undefined ? {} : { unit }), ...(description === undefined ? {} : { description }) }]));
  }

  #access(): DiagnosticsAccess {
    const { plugin } = this.#parts;
    return plugin.diagnostics ?? missing(plugin, 'diagnostic counters', this.#channel.device);
  }
}

function pollMs(ringMs: number): number {
  return Math.round(Math.min(LONGEST_POLL_MS, Math.max(SHORTEST_POLL_MS, ringMs / POLLS_PER_RING)));
}
