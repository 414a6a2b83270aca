import type { Scope } from '@auxctl/schemas';
import { SCOPES } from '@auxctl/schemas/model';
import type { AuxctlError } from '../errors/base.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import type { IoctlCall, IoctlPointer, IoctlResult, NativeChannel, NativeSource } from '../native.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { FWCTL_ABI, FWCTL_INFO, FWCTL_MAX_RPC_BYTES, FWCTL_RPC, memberOffsets } from './fwctl-abi.js';
import { translateFailure, translateOpenFailure, type ErrnoMeanings } from './errno.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo, TransportLimits } from './types.js';

/** Room for what a driver says of itself in FWCTL_INFO; the drivers of today give at most 8 bytes. */
const INFO_DATA_BYTES = 256;

const WORD_BITS = 32;
const WORD_BYTES = WORD_BITS / 8;
const isLittleEndian = FWCTL_ABI.byteOrder === 'little';
const infoWords = structureWords('fwctl_info');
const rpcWords = structureWords('fwctl_rpc');
const infoAt = wordIndices('fwctl_info', ['size', 'out_device_type', 'device_data_len', 'out_device_data']);
const rpcAt = wordIndices('fwctl_rpc', ['size', 'scope', 'in_len', 'out_len', 'in', 'out']);
const rpcInBytes = rpcAt.in * WORD_BYTES;
const rpcOutBytes = rpcAt.out * WORD_BYTES;

/** How to open a fwctl node. */
export interface FwctlOptions extends WaitOptions {
  readonly native: NativeSource;
  /** The node, such as `/dev/fwctl/fwctl0`. */
  readonly node: string;
  /** The device's address, for errors. */
  readonly device: string;
  readonly meanings: ErrnoMeanings;
  /** The largest messages that the driver passes, where they are smaller than fwctl's own. */
  readonly limits?: { readonly [Limit in keyof TransportLimits]?: number | undefined } | undefined;
  /** For a driver whose message is not the firmware's own request and reply. */
  readonly envelope?: FwctlEnvelope | undefined;
}

/** What a driver's message puts around the firmware's request and reply. */
export interface FwctlEnvelope {
  /** The driver's message for a request. `pointers` are inside `message`; buffers for the device to fill are returned in their order. */
  wrap(request: RpcRequest): { readonly message: Uint8Array; readonly pointers?: readonly IoctlPointer[]; readonly replyLengthBytes: number };
  /** The firmware's reply, from what the driver put in the place of the reply and the buffers that the pointers led to. Throws `ERR_REPLY`. */
  unwrap(reply: Uint8Array, buffers: readonly Uint8Array[]): Uint8Array;
}

/**
 * Opens a node of the kernel's fwctl class. Opening runs a firmware command on most devices, so it can time out. Rejects with
 * `ERR_PERMISSION`, `ERR_DEVICE_GONE`, `ERR_TRANSPORT_TIMEOUT`, `ERR_NATIVE_MISSING`.
 */
export async function openFwctl(options: FwctlOptions): Promise<Transport> {
  const { node, device, meanings } = options;
  try {
    const native = await options.native();
    return new FwctlTransport(await native.openChannel(node, { access: 'read-write', ...waitOf(options) }), options);
  } catch (error) {
    throw translateOpenFailure(error, node, meanings, { device });
  }
}

type FwctlMessage = ReturnType<FwctlEnvelope['wrap']>;

/** Most drivers pass the firmware's own request and reply. */
const PLAIN: FwctlEnvelope = { wrap: ({ request, replyLengthBytes }) => ({ message: request, replyLengthBytes }), unwrap: (reply) => reply };

class FwctlTransport implements Transport {
  readonly kind = 'fwctl';
  readonly limits: TransportLimits;
  readonly #channel: NativeChannel;
  readonly #device: string;
  readonly #meanings: ErrnoMeanings;
  readonly #envelope: FwctlEnvelope;

  constructor(channel: NativeChannel, { device, meanings, limits = {}, envelope = PLAIN }: FwctlOptions) {
    this.#channel = channel;
    this.#device = device;
    this.#meanings = meanings;
    this.#envelope = envelope;
    this.limits = { maxRequestBytes: limits.maxRequestBytes ?? FWCTL_MAX_RPC_BYTES, maxReplyBytes: limits.maxReplyBytes ?? FWCTL_MAX_RPC_BYTES };
  }

  async info(wait: WaitOptions = {}): Promise<TransportInfo> {
    const { argument, buffers } = await this.#guard(this.#channel.ioctl(infoCall(), waitOf(wait)));
    const memberOf = memberReader();
    const lengthBytes = Math.min(memberOf(argument, infoAt.device_data_len), INFO_DATA_BYTES);
    return { deviceType: memberOf(argument, infoAt.out_device_type), data: (buffers[0] ?? new Uint8Array()).slice(0, lengthBytes) };
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    const message = this.#envelope.wrap(request);
    return this.#replyOf(await this.#guard(this.#channel.ioctl(rpcCall(message, request.scope), waitOf(wait))), message, memberReader());
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const messages = requests.map((request) => this.#envelope.wrap(request));
    const outcomes = await this.#guard(this.#channel.ioctlBatch(messages.map((message, index) => rpcCall(message, requests[index]?.scope ?? SCOPES[0])), waitOf(wait)));
    const memberOf = memberReader();
    return outcomes.map((outcome, index): RpcOutcome => {
      const message = messages[index];
      if (!outcome.ok) return { ok: false, error: this.#translate(outcome.error) };
      if (message === undefined) return { ok: false, error: new ReplyError('ERR_REPLY', 'more replies than requests') };
      return this.#outcomeOf(() => this.#replyOf(outcome, message, memberOf));
    });
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The driver's own length can be shorter than the room given; a longer one means that the reply was cut. */
  #replyOf(result: IoctlResult, { replyLengthBytes }: FwctlMessage, memberOf: MemberReader): Uint8Array {
    const reply = result.buffers.at(-1) ?? new Uint8Array();
    const lengthBytes = memberOf(result.argument, rpcAt.out_len);
    return this.#envelope.unwrap(lengthBytes < replyLengthBytes ? reply.subarray(0, lengthBytes) : reply, result.buffers.slice(1, -1));
  }

  #outcomeOf(reply: () => Uint8Array): RpcOutcome {
    try {
      return { ok: true, reply: reply() };
    } catch (error) {
      return { ok: false, error: this.#translate(error) };
    }
  }

  #translate(error: unknown): AuxctlError {
    return translateFailure(error, this.#meanings, { device: this.#device });
  }

  async #guard<T>(pending: Promise<T>): Promise<T> {
    try {
      return await pending;
    } catch (error) {
      throw this.#translate(error);
    }
  }
}

function infoCall(): IoctlCall {
  const members = new Uint32Array(infoWords);
  members[infoAt.size] = members.byteLength;
  members[infoAt.device_data_len] = INFO_DATA_BYTES;
  const pointers = [{ offsetBytes: infoAt.out_device_data * WORD_BYTES, buffer: { lengthBytes: INFO_DATA_BYTES } }];
  return { request: FWCTL_INFO.request, name: FWCTL_INFO.name, argument: new Uint8Array(members.buffer), pointers };
}

function rpcCall({ message, pointers, replyLengthBytes }: FwctlMessage, scope: Scope): IoctlCall {
  if (message.length > FWCTL_MAX_RPC_BYTES || replyLengthBytes > FWCTL_MAX_RPC_BYTES) {
    throw new UsageError('ERR_USAGE', `fwctl carries at most ${FWCTL_MAX_RPC_BYTES} bytes each way`);
  }
  const members = new Uint32Array(rpcWords);
  members[rpcAt.size] = members.byteLength;
  members[rpcAt.scope] = SCOPES.indexOf(scope);
  members[rpcAt.in_len] = message.length;
  members[rpcAt.out_len] = replyLengthBytes;
  const input = pointers === undefined ? { offsetBytes: rpcInBytes, buffer: message } : { offsetBytes: rpcInBytes, buffer: message, pointers };
  return { request: FWCTL_RPC.request, name: FWCTL_RPC.name, argument: new Uint8Array(members.buffer), pointers: [input, { offsetBytes: rpcOutBytes, buffer: { lengthBytes: replyLengthBytes } }] };
}

/** Reads a 32-bit member of an argument, by its index among the words. */
type MemberReader = (argument: Uint8Array, index: number) => number;

/** A reader that makes one view for all arguments that stand in the same memory, as those of a batch do. */
function memberReader(): MemberReader {
  let view: DataView | undefined;
  return ({ buffer, byteOffset }, index) => {
    if (view?.buffer !== buffer) view = new DataView(buffer);
    return view.getUint32(byteOffset + index * WORD_BYTES, isLittleEndian);
  };
}

function structureWords(name: string): number {
  return (FWCTL_ABI.structures[name]?.sizeBits ?? 0) / WORD_BITS;
}

/** The index of each member among the 32-bit words of its structure. */
function wordIndices<K extends string>(structure: string, names: readonly K[]): Readonly<Record<K, number>> {
  const all = memberOffsets(structure);
  return Object.fromEntries(names.map((name) => [name, (all.get(name) ?? 0) / WORD_BYTES])) as Record<K, number>;
}
