import { existsSync } from 'node:fs';
import {
  AuxctlError, TransportError, UsageError, integerField,
  type Device, type LayoutStore, type OpenContext, type RpcOutcome, type RpcRequest, type Transport, type TransportInfo, type WaitOptions,
} from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';
import { answerOf, remaining, type Answer, type Handler } from './answer.js';
import { ConfigSpace } from './config-space.js';
import { DevlinkRequests } from './devlink.js';
import { Interfaces } from './interfaces.js';
import { readBar, readVpd } from './memory.js';

const MAX_REQUEST_BYTES = 4096;
const MAX_REPLY_BYTES = 131_072;

/** Opens the way to a device by the kernel's own interfaces. Opens no file yet: each request opens what it takes. */
export async function openKernel({ address, bus, names }: Device, { native, layouts, root }: OpenContext): Promise<Transport> {
  const sys = `${root.replace(/\/$/, '')}/sys`;
  const folder = bus === 'pci' ? `${sys}/bus/pci/devices/${address}` : `${sys}/class/net/${names.netdev[0] ?? ''}`;
  if (!existsSync(folder)) throw new TransportError('ERR_DEVICE_GONE', `${address} is not there any more`, { device: address });
  const config = new ConfigSpace({ native, device: address, path: `${folder}/config`, place: await layouts.codec('structures', 'framing', 'place') });
  const files = { native, folder, device: address, layouts };
  const [interfaces, devlink] = [new Interfaces(native, names.netdev), new DevlinkRequests(native, address)];
  return new KernelTransport({ address, folder, layouts, closes: [config, interfaces, devlink], handlers: {
    READ_CAPABILITY: (request, wait) => config.readCapability(request, wait),
    LIST_CAPABILITIES: (_, wait) => config.list(wait),
    READ_CONFIG: (request, wait) => config.readBytes(request, wait),
    READ_BAR: (request, wait) => readBar(files, request, wait),
    READ_VPD: (request, wait) => readVpd(files, request, wait),
    GET_DRIVER_INFO: (request, wait) => interfaces.driverInfo(request, wait),
    GET_REGISTERS: (request, wait) => interfaces.registers(request, wait),
    ...devlink.handlers,
  } });
}

interface KernelParts {
  readonly address: string;
  /** Is there as long as the device is. */
  readonly folder: string;
  readonly layouts: LayoutStore;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly closes: readonly { close(): Promise<void> }[];
}

class KernelTransport implements Transport {
  readonly kind = 'kernel';
  readonly limits = { maxRequestBytes: MAX_REQUEST_BYTES, maxReplyBytes: MAX_REPLY_BYTES };
  readonly #parts: KernelParts;
  #isClosed = false;

  constructor(parts: KernelParts) {
    this.#parts = parts;
  }

  info(): Promise<TransportInfo> {
    return Promise.resolve({ data: new Uint8Array() });
  }

  async rpc({ request, replyLengthBytes }: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    if (this.#isClosed) throw this.#error('ERR_CLOSED', 'the channel is closed');
    if (wait.signal?.aborted === true) throw this.#error('ERR_ABORTED', 'the caller gave up before the request was sent', wait.signal.reason);
    if (request.length > MAX_REQUEST_BYTES || replyLengthBytes > MAX_REPLY_BYTES) throw new UsageError('ERR_USAGE', `this transport takes at most ${MAX_REQUEST_BYTES} bytes and gives at most ${MAX_REPLY_BYTES}`);
    if (!this.#isPresent()) throw this.#error('ERR_DEVICE_GONE', 'the device is gone');
    return (await this.#reply(request, wait)).subarray(0, replyLengthBytes);
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const left = remaining(wait);
    const outcomes: RpcOutcome[] = [];
    for (const request of requests) outcomes.push(await this.#outcome(request, left()));
    return outcomes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#parts.closes.map((each) => each.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #outcome(request: RpcRequest, wait: WaitOptions): Promise<RpcOutcome> {
    try {
      return { ok: true, reply: await this.rpc(request, wait) };
    } catch (error) {
      if (error instanceof AuxctlError) return { ok: false, error };
      throw error;
    }
  }

  async #reply(bytes: Uint8Array, wait: WaitOptions): Promise<Uint8Array> {
    const { layouts, handlers } = this.#parts;
    const header = await layouts.codec('structures', 'framing', 'request_header');
    const opcode = bytes.length < header.sizeBytes ? undefined : integerField(header.decode(bytes), 'opcode');
    const row = (await layouts.opcodes()).opcodes.find((each) => integerValue(each.opcode) === opcode);
    const handler = row === undefined ? undefined : handlers[row.name];
    const reply = await layouts.codec('structures', 'framing', 'reply_header');
    if (row === undefined || handler === undefined) return reply.encode({ status: 'BAD_REQUEST' });
    const document = await layouts.document('command', row.name);
    const codec = await layouts.codec('command', row.name, document.request);
    const answer = bytes.length < codec.sizeBytes ? 'BAD_REQUEST' : await this.#carryOut(async () => handler(codec.decode(bytes), remaining(wait)));
    const whole = await layouts.codec('command', row.name, document.reply);
    return typeof answer === 'string' ? reply.encode({ status: answer }, new Uint8Array(whole.sizeBytes)) : whole.encode({ status: 'OK', ...answer });
  }

  async #carryOut(handle: () => Promise<Answer>): Promise<Answer> {
    try {
      return await handle();
    } catch (error) {
      return answerOf(error, () => this.#isPresent());
    }
  }

  #isPresent(): boolean {
    return existsSync(this.#parts.folder);
  }

  #error(code: 'ERR_CLOSED' | 'ERR_ABORTED' | 'ERR_DEVICE_GONE', message: string, cause?: unknown): TransportError {
    return new TransportError(code, message, { device: this.#parts.address, ...(cause === undefined ? {} : { cause }) });
  }
}
