import { SCOPES } from '@auxctl/schemas/model';
import type { AuxctlError } from '../errors/base.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import type { IoctlCall, IoctlResult, NativeChannel, NativeSource } from '../native.js';
import type { WaitOptions } from '../wait.js';
import { FWCTL_ABI, FWCTL_INFO, FWCTL_MAX_RPC_BYTES, FWCTL_RPC, memberOffsets } from './fwctl-abi.js';
import { translateFailure, translateOpenFailure, type ErrnoMeanings } from './errno.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo } from './types.js';

/** Room for what a driver says of itself in FWCTL_INFO; the drivers of today give at most 8 bytes. */
const INFO_DATA_BYTES = 256;

const isLittleEndian = FWCTL_ABI.byteOrder === 'little';
const infoSizeBytes = structureBytes('fwctl_info');
const rpcSizeBytes = structureBytes('fwctl_rpc');
const infoAt = offsets('fwctl_info', ['size', 'out_device_type', 'device_data_len', 'out_device_data']);
const rpcAt = offsets('fwctl_rpc', ['size', 'scope', 'in_len', 'out_len', 'in', 'out']);

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
    const view = viewOf(argument);
    const lengthBytes = Math.min(view.getUint32(infoAt.device_data_len, isLittleEndian), INFO_DATA_BYTES);
    return { deviceType: view.getUint32(infoAt.out_device_type, isLittleEndian), data: (buffers[0] ?? new Uint8Array()).slice(0, lengthBytes) };
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    return replyOf(await this.#guard(this.#channel.ioctl(rpcCall(request), waitOf(wait))), request);
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const outcomes = await this.#guard(this.#channel.ioctlBatch(requests.map(rpcCall), waitOf(wait)));
    return outcomes.map((outcome, index): RpcOutcome => {
      const request = requests[index];
      if (!outcome.ok) return { ok: false, error: this.#translate(outcome.error) };
      return request === undefined ? { ok: false, error: new ReplyError('ERR_REPLY', 'more replies than requests') } : { ok: true, reply: replyOf(outcome, request) };
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
  const argument = new Uint8Array(infoSizeBytes);
  const view = viewOf(argument);
  view.setUint32(infoAt.size, infoSizeBytes, isLittleEndian);
  view.setUint32(infoAt.device_data_len, INFO_DATA_BYTES, isLittleEndian);
  return { ...FWCTL_INFO, argument, pointers: [{ offsetBytes: infoAt.out_device_data, buffer: { lengthBytes: INFO_DATA_BYTES } }] };
}

function rpcCall({ request, replyLengthBytes, scope }: RpcRequest): IoctlCall {
  if (request.length > FWCTL_MAX_RPC_BYTES || replyLengthBytes > FWCTL_MAX_RPC_BYTES) {
    throw new UsageError('ERR_USAGE', `fwctl carries at most ${FWCTL_MAX_RPC_BYTES} bytes each way`);
  }
  const argument = new Uint8Array(rpcSizeBytes);
  const view = viewOf(argument);
  view.setUint32(rpcAt.size, rpcSizeBytes, isLittleEndian);
  view.setUint32(rpcAt.scope, SCOPES.indexOf(scope), isLittleEndian);
  view.setUint32(rpcAt.in_len, request.length, isLittleEndian);
  view.setUint32(rpcAt.out_len, replyLengthBytes, isLittleEndian);
  return { ...FWCTL_RPC, argument, pointers: [{ offsetBytes: rpcAt.in, buffer: request }, { offsetBytes: rpcAt.out, buffer: { lengthBytes: replyLengthBytes } }] };
}

/** The driver's own length can be shorter than the room given; a longer one means that the reply was cut. */
function replyOf(result: IoctlResult, request: RpcRequest): Uint8Array {
  const reply = result.buffers[1] ?? new Uint8Array();
  const lengthBytes = viewOf(result.argument).getUint32(rpcAt.out_len, isLittleEndian);
  return lengthBytes < request.replyLengthBytes ? reply.subarray(0, lengthBytes) : reply;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function waitOf({ timeoutMs, signal }: WaitOptions): WaitOptions {
  return { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(signal === undefined ? {} : { signal }) };
}

function structureBytes(name: string): number {
  return (FWCTL_ABI.structures[name]?.sizeBits ?? 0) / 8;
}

function offsets<K extends string>(structure: string, names: readonly K[]): Readonly<Record<K, number>> {
  const all = memberOffsets(structure);
  return Object.fromEntries(names.map((name) => [name, all.get(name) ?? 0])) as Record<K, number>;
}
