import type { Effect, IdLiteral, Scope } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';
import type { Device } from '../device/types.js';
import type { Anomaly, FieldInput, Fields } from '../layout/types.js';
import type { Codec } from '../layout/codec.js';
import type { DumpReceiver } from '../dump/receiver.js';
import type { DumpOptions } from '../dump/take.js';
import type { Firmware } from '../firmware/types.js';
import type { Nvconfig } from '../nvconfig/types.js';
import type { CapabilityMode, IdentityEntry } from '../plugin/types.js';
import type { RpcOutcome, RpcRequest, TransportInfo, TransportLimits } from '../transport/types.js';
import type { Objects } from '../objects/objects.js';
import type { NameOf, PluginTypes, UntypedPlugin } from './typed.js';
import type { CommandSubject } from './recorder.js';
import type { Resources } from '../resources/device-resources.js';
import type { WaitOptions } from '../wait.js';

/** What a caller permits beyond `inspect`. */
export interface AllowOptions {
  /** The strongest effect that may be sent; `inspect` when left out. */
  readonly allow?: Effect;
}

/** Options of a named command. */
export interface CallOptions extends WaitOptions, AllowOptions {
  /** Overrides the least scope; never below what the command needs. */
  readonly scope?: Scope;
  /** Room for a reply that goes on after its layout's fixed part; where the reply has a tail, as long as the request's when left out. */
  readonly replyTailBytes?: number;
  /** What the command is about, where its bytes alone do not tell; kept in the record of it. */
  readonly about?: CommandSubject;
}

/** Bytes with their decoded form and the codec that made it. */
export interface Decoded<F extends object = Fields> {
  /** The bytes as they came, owned by the caller. */
  readonly raw: Uint8Array;
  readonly fields: F;
  /** Found anew at each access. */
  readonly anomalies: readonly Anomaly[];
  readonly codec: Codec;
}

/** What a command would do, before it is sent. */
export interface CommandPlan {
  /** By name where the plugin knows the opcode, else its number. */
  readonly command: string;
  readonly effect: Effect;
  /** The least scope that the kernel's driver passes; absent for an opcode that no plugin knows. */
  readonly leastScope?: Scope;
}

/** A command that is checked and encoded, and has not been sent. */
export interface PreparedCall {
  readonly request: RpcRequest;
  /** What it would do, as far as is known of it by now. */
  readonly plan: CommandPlan;
  /** What a reply says. Throws `ERR_FIRMWARE_STATUS` when the firmware refused, `ERR_REPLY` when the reply is too short. */
  readonly decode: (reply: Uint8Array) => Decoded;
}

/** What became of one of several reads that were sent together. */
export type ReadOutcome =
  | { readonly ok: true; readonly decoded: Decoded }
  | { readonly ok: false; readonly error: AuxctlError };

/** A register, and the `INDEX` fields that say which reading of it is meant. */
export interface RegisterReading {
  readonly name: string;
  readonly index: FieldInput;
}

/** Options of a raw command. */
export interface RawRpcOptions extends CallOptions {
  /** Room for the reply in bytes. */
  readonly replyLengthBytes: number;
}

/** What a channel knows of itself and its device. */
export interface ChannelInfo {
  readonly device: Device;
  readonly plugin: string;
  readonly product?: string;
  readonly transport: TransportInfo;
  readonly limits: TransportLimits;
  /** What the plugin found out, in order: firmware version first. */
  readonly identity: readonly IdentityEntry[];
  /** What the driver says of this open channel, such as its firmware user context. */
  readonly context?: Decoded;
}

/** One register as `registers.list` shows it. */
export interface RegisterSummary {
  readonly name: string;
  readonly id: IdLiteral;
  readonly title: string;
  readonly sizeBytes: number;
  readonly read?: Effect;
  readonly write?: Effect;
}

/** The registers of an open device. */
export interface Registers<T extends PluginTypes = UntypedPlugin> {
  list(): Promise<RegisterSummary[]>;
  /** Reads a register; `index` gives its `INDEX` fields. Setting an `OP` field makes the effect at least `configure`. */
  read<N extends NameOf<T, 'registers'>>(name: N, index?: T['registers'][N]['index'], options?: CallOptions): Promise<Decoded<T['registers'][N]['fields']>>;
  /** The same without sending it, to be sent with others by {@link Channel.callBatch}. */
  prepareRead<N extends NameOf<T, 'registers'>>(name: N, index?: T['registers'][N]['index'], options?: CallOptions): Promise<PreparedCall>;
  /** Reads registers in one hop, in order, after all have been checked. What is refused is an outcome, not a rejection. */
  readMany(readings: readonly RegisterReading[], options?: CallOptions): Promise<ReadOutcome[]>;
  /** Prepares a read-modify-write: reads the register, where it can be read, and applies the given fields. Sends no write. */
  prepareWrite<N extends NameOf<T, 'registers'>>(name: N, fields: T['registers'][N]['write'], options?: CallOptions): Promise<PreparedWrite>;
  /** Sends a prepared write. Rejects with `ERR_NOT_ALLOWED` before anything is sent. */
  write(prepared: PreparedWrite, options: CallOptions): Promise<Decoded>;
}

/** A register as it is and as it would be. */
export interface PreparedWrite {
  readonly register: string;
  readonly plan: CommandPlan;
  readonly before: Decoded;
  readonly after: Decoded;
  /** False where what is written shows only after a reset, and cannot be read back before. */
  readonly isVisible?: boolean;
}

/** An open control channel to one device. `T` says which names there are and what their fields hold; without it, any. */
export interface Channel<T extends PluginTypes = UntypedPlugin> extends AsyncDisposable {
  readonly device: Device;
  readonly registers: Registers<T>;
  readonly objects: Objects<T>;
  readonly resources: Resources;
  info(wait?: WaitOptions): Promise<ChannelInfo>;
  /** The firmware version alone, with as few questions as it takes; undefined where the device does not say it. */
  firmwareVersion(wait?: WaitOptions): Promise<string | undefined>;
  /** Reads a capability by name. */
  capability<N extends NameOf<T, 'capabilities'>>(name: N, mode: CapabilityMode, options?: CallOptions): Promise<Decoded<T['capabilities'][N]>>;
  /** The same without sending it. */
  prepareCapability(name: NameOf<T, 'capabilities'>, mode: CapabilityMode, options?: CallOptions): Promise<PreparedCall>;
  /** What a raw request would do. */
  plan(request: Uint8Array): Promise<CommandPlan>;
  /** Sends raw bytes. The firmware's status is in the reply and is not looked at. */
  rpc(request: Uint8Array, options: RawRpcOptions): Promise<Uint8Array>;
  /** Sends raw requests in one hop. All are checked before the first is sent. */
  rpcBatch(requests: readonly RpcRequest[], options?: CallOptions): Promise<RpcOutcome[]>;
  /** A command by name. Rejects with `ERR_FIRMWARE_STATUS` when the firmware refuses. */
  call<N extends NameOf<T, 'commands'>>(name: N, fields?: T['commands'][N]['request'], options?: CallOptions): Promise<Decoded<T['commands'][N]['reply']>>;
  /** Checks and encodes a command by name, and sends nothing. Rejects as {@link call} does before it sends. */
  prepare<N extends NameOf<T, 'commands'>>(name: N, fields: T['commands'][N]['request'], options?: CallOptions): Promise<PreparedCall>;
  /**
   * Sends prepared calls in one hop, in order, and decodes each answer. What one call fails with is its outcome; it rejects only when the
   * batch as a whole fails, as when the wait is over.
   */
  callBatch(calls: readonly PreparedCall[], options?: WaitOptions): Promise<ReadOutcome[]>;
  /**
   * A self-describing snapshot: identity, capabilities, registers, and objects that need no key. What the device refuses is an entry of
   * its own; a device that is gone, or stops answering, ends it with the error, after which the receiver holds a part.
   */
  dump(receiver: DumpReceiver, options: DumpOptions): Promise<void>;
  /** Non-volatile configuration. Rejects with `ERR_PLUGIN` for a plugin that knows none. */
  nvconfig(): Promise<Nvconfig>;
  /** Components and resets of the firmware. Rejects with `ERR_PLUGIN` for a plugin that knows none. */
  firmware(): Promise<Firmware>;
  close(): Promise<void>;
}
