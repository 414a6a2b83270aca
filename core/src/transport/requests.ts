import type { Manifest, TransportKind } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { AuxctlError } from '../errors/base.js';
import { TransportError, UsageError } from '../errors/classes.js';
import { integerField } from '../layout/fields.js';
import type { FieldInput, Fields } from '../layout/types.js';
import type { LayoutStore } from '../store/store.js';
import { remainingOf, type Remaining, type WaitOptions } from '../wait.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo, TransportLimits } from './types.js';

/** The fields of a reply without its status, or the name of the status that says why there are none. */
export type RequestAnswer<Status extends string> = FieldInput | Status;

/** Carries out one request; `wait` is what is left of the caller's limits, to be asked anew for each system call. */
export type RequestHandler<Status extends string> = (request: Fields, wait: Remaining) => Promise<RequestAnswer<Status>>;

/** What a transport is made of whose requests are carried out by functions. */
export interface RequestTransportParts<Status extends string> {
  readonly kind: TransportKind;
  /** The device's address. */
  readonly device: string;
  readonly layouts: LayoutStore;
  readonly manifest: Pick<Manifest, 'framing'>;
  /** By the command's name. */
  readonly handlers: Readonly<Record<string, RequestHandler<Status>>>;
  /** The status for what is no request that this transport knows. */
  readonly unknown: Status;
  /** Is the device still there? Once it is not, every request rejects with `ERR_DEVICE_GONE`. */
  readonly isPresent: () => boolean;
  /** The status for an error that is about the request; throws what is about the device or the way to it. */
  readonly statusOf: (error: unknown) => Status;
  readonly close: () => Promise<void>;
}

const LIMITS: TransportLimits = { maxRequestBytes: 4096, maxReplyBytes: 131_072 };

/**
 * A transport whose requests are no bytes of a device: functions carry them out, such as by system calls. Requests and replies have the layouts of the
 * plugin's commands, so that all that works on bytes works on them too.
 */
export class RequestTransport<Status extends string> implements Transport {
  readonly limits = LIMITS;
  readonly #parts: RequestTransportParts<Status>;
  #isClosed = false;

  constructor(parts: RequestTransportParts<Status>) {
    this.#parts = parts;
  }

  get kind(): TransportKind {
    return this.#parts.kind;
  }

  info(): Promise<TransportInfo> {
    return Promise.resolve({ data: new Uint8Array() });
  }

  async rpc({ request, replyLengthBytes }: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    const { maxRequestBytes, maxReplyBytes } = LIMITS;
    if (this.#isClosed) throw this.#error('ERR_CLOSED', 'the channel is closed');
    if (wait.signal?.aborted === true) throw this.#error('ERR_ABORTED', 'the caller gave up before the request was sent', wait.signal.reason);
    if (request.length > maxRequestBytes || replyLengthBytes > maxReplyBytes) throw new UsageError('ERR_USAGE', `this transport takes at most ${maxRequestBytes} bytes and gives at most ${maxReplyBytes}`);
    if (!this.#parts.isPresent()) throw this.#error('ERR_DEVICE_GONE', 'the device is gone');
    return (await this.#reply(request, remainingOf(wait))).subarray(0, replyLengthBytes);
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const left = remainingOf(wait);
    const outcomes: RpcOutcome[] = [];
    for (const request of requests) outcomes.push(await this.#outcome(request, left()));
    return outcomes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#parts.close();
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

  async #reply(bytes: Uint8Array, wait: Remaining): Promise<Uint8Array> {
    const { layouts, handlers, unknown, manifest: { framing: { document: place, request, reply } } } = this.#parts;
    const [header, ending] = [await layouts.codec('structures', place, request.structure), await layouts.codec('structures', place, reply.structure)];
    const opcode = bytes.length < header.sizeBytes ? undefined : integerField(header.decode(bytes), request.opcode);
    const row = (await layouts.opcodes()).opcodes.find((each) => integerValue(each.opcode) === opcode);
    const handler = row === undefined ? undefined : handlers[row.name];
    if (row === undefined || handler === undefined) return ending.encode({ [reply.status]: unknown });
    const command = await layouts.document('command', row.name);
    const [asked, whole] = [await layouts.codec('command', row.name, command.request), await layouts.codec('command', row.name, command.reply)];
    const answer = bytes.length < asked.sizeBytes ? unknown : await this.#carryOut(async () => handler(asked.decode(bytes), wait));
    if (typeof answer === 'string') return ending.encode({ [reply.status]: answer }, new Uint8Array(whole.sizeBytes));
    return whole.encode({ [reply.status]: integerValue(reply.success), ...answer });
  }

  async #carryOut(handle: () => Promise<RequestAnswer<Status>>): Promise<RequestAnswer<Status>> {
    try {
      return await handle();
    } catch (error) {
      return this.#parts.statusOf(error);
    }
  }

  #error(code: 'ERR_CLOSED' | 'ERR_ABORTED' | 'ERR_DEVICE_GONE', message: string, cause?: unknown): TransportError {
    return new TransportError(code, message, { device: this.#parts.device, ...(cause === undefined ? {} : { cause }) });
  }
}
