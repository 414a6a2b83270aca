import { SCOPES } from '@auxctl/schemas/model';
import type { AuxctlError } from '../errors/base.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import type { IoctlCall, IoctlResult, NativeChannel, NativeSource } from '../native.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { FWCTL_ABI, FWCTL_INFO, FWCTL_MAX_RPC_BYTES, FWCTL_RPC, memberOffsets } from './fwctl-abi.js';
import { translateFailure, translateOpenFailure, type ErrnoMeanings } from './errno.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo } from './types.js';

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
}

/**
 * Opens a node of the kernel's fwctl class. Opening runs a firmware command on most devices, so it can time out. Rejects with
 * `ERR_PERMISSION`, `ERR_DEVICE_GONE`, `ERR_TRANSPORT_TIMEOUT`, `ERR_NATIVE_MISSING`.
 */
export async function openFwctl(options: FwctlOptions): Promise<Transport> {
  const { node, device, meanings } = options;
  try {
    const native = await options.native();
    return new FwctlTransport(await native.openChannel(node, { access: 'read-write', ...waitOf(options) }), device, meanings);
  } catch (error) {
    throw translateOpenFailure(error, node, meanings, { device });
  }
}

class FwctlTransport implements Transport {
  readonly kind = 'fwctl';
  readonly limits = { maxRequestBytes: FWCTL_MAX_RPC_BYTES, maxReplyBytes: FWCTL_MAX_RPC_BYTES };
  readonly #channel: NativeChannel;
  readonly #device: string;
  readonly #meanings: ErrnoMeanings;

  constructor(channel: NativeChannel, device: string, meanings: ErrnoMeanings) {
    this.#channel = channel;
    this.#device = device;
    this.#meanings = meanings;
  }

  async info(wait: WaitOptions = {}): Promise<TransportInfo> {
    const { argument, buffers } = await this.#guard(this.#channel.ioctl(infoCall(), waitOf(wait)));
    const memberOf = memberReader();
    const lengthBytes = Math.min(memberOf(argument, infoAt.device_data_len), INFO_DATA_BYTES);
    return { deviceType: memberOf(argument, infoAt.out_device_type), data: (buffers[0] ?? new Uint8Array()).slice(0, lengthBytes) };
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    return replyOf(await this.#guard(this.#channel.ioctl(rpcCall(request), waitOf(wait))), request, memberReader());
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const outcomes = await this.#guard(this.#channel.ioctlBatch(requests.map(rpcCall), waitOf(wait)));
    const memberOf = memberReader();
    return outcomes.map((outcome, index): RpcOutcome => {
      const request = requests[index];
      if (!outcome.ok) return { ok: false, error: this.#translate(outcome.error) };
      return request === undefined ? { ok: false, error: new ReplyError('ERR_REPLY', 'more replies than requests') } : { ok: true, reply: replyOf(outcome, request, memberOf) };
    });
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
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

function rpcCall({ request, replyLengthBytes, scope }: RpcRequest): IoctlCall {
  if (request.length > FWCTL_MAX_RPC_BYTES || replyLengthBytes > FWCTL_MAX_RPC_BYTES) {
    throw new UsageError('ERR_USAGE', `fwctl carries at most ${FWCTL_MAX_RPC_BYTES} bytes each way`);
  }
  const members = new Uint32Array(rpcWords);
  members[rpcAt.size] = members.byteLength;
  members[rpcAt.scope] = SCOPES.indexOf(scope);
  members[rpcAt.in_len] = request.length;
  members[rpcAt.out_len] = replyLengthBytes;
  const pointers = [{ offsetBytes: rpcInBytes, buffer: request }, { offsetBytes: rpcOutBytes, buffer: { lengthBytes: replyLengthBytes } }];
  return { request: FWCTL_RPC.request, name: FWCTL_RPC.name, argument: new Uint8Array(members.buffer), pointers };
}

/** The driver's own length can be shorter than the room given; a longer one means that the reply was cut. */
function replyOf(result: IoctlResult, request: RpcRequest, memberOf: MemberReader): Uint8Array {
  const reply = result.buffers[1] ?? new Uint8Array();
  const lengthBytes = memberOf(result.argument, rpcAt.out_len);
  return lengthBytes < request.replyLengthBytes ? reply.subarray(0, lengthBytes) : reply;
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
