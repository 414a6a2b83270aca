import { TransportError, UsageError } from '../errors/classes.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo, TransportLimits } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';

/** A firmware model, as an in-process transport drives it. */
export interface InProcessModel {
  /** The device's address, for errors. */
  readonly device: string;
  readonly limits: TransportLimits;
  readonly info: TransportInfo;
  /** Executes one request at once; `undefined` when the firmware hangs and will never answer. */
  execute(request: RpcRequest): Uint8Array | undefined;
  /** Is the device still there? Once it is not, every call rejects with `ERR_DEVICE_GONE`. */
  isPresent(): boolean;
  /** The client has gone: gives back what it held. Called once, while the device is present. */
  release?(): void;
}

/** Reaches a firmware model in this process. Commands execute during the call; only a hanging firmware makes a call wait. */
export class InProcessTransport implements Transport {
  readonly kind = 'sim';
  readonly limits: TransportLimits;
  readonly #model: InProcessModel;
  /** Calls that hang, each to be ended with an error. */
  readonly #waiting = new Set<(error: TransportError) => void>();
  #isClosed = false;

  constructor(model: InProcessModel) {
    this.#model = model;
    this.limits = model.limits;
  }

  async info(wait: WaitOptions = {}): Promise<TransportInfo> {
    this.#refuse(wait);
    return Promise.resolve(this.#model.info);
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    this.#refuse(wait);
    return this.#execute(request) ?? this.#waitInVain(wait);
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    this.#refuse(wait);
    const outcomes: RpcOutcome[] = [];
    for (const request of requests) outcomes.push({ ok: true, reply: this.#execute(request) ?? (await this.#waitInVain(wait)) });
    return outcomes;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const end of [...this.#waiting]) end(this.#error('ERR_CLOSED', 'the channel was closed while the call was waiting'));
    if (this.#model.isPresent()) this.#model.release?.();
    await Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #execute(request: RpcRequest): Uint8Array | undefined {
    const { maxRequestBytes, maxReplyBytes } = this.limits;
    if (request.request.length > maxRequestBytes || request.replyLengthBytes > maxReplyBytes) {
      throw new UsageError('ERR_USAGE', `the simulated device takes at most ${maxRequestBytes} bytes and gives at most ${maxReplyBytes}`, { device: this.#model.device });
    }
    return this.#model.execute(request);
  }

  #refuse({ signal }: WaitOptions): void {
    if (this.#isClosed) throw this.#error('ERR_CLOSED', 'the channel is closed');
    if (!this.#model.isPresent()) throw this.#error('ERR_DEVICE_GONE', 'the simulated function was reset or torn down');
    if (signal?.aborted === true) throw this.#error('ERR_ABORTED', 'the caller gave up before the command was sent', signal.reason);
  }

  /** The timer keeps the process alive, for as long as the caller said and no longer: without it the caller would never hear. */
  async #waitInVain({ timeoutMs, signal }: WaitOptions): Promise<never> {
    return new Promise<never>((_resolve, reject) => {
      const end = (error: TransportError): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#waiting.delete(end);
        reject(error);
      };
      const abort = (): void => end(this.#error('ERR_ABORTED', 'the caller gave up waiting', signal?.reason));
      const expire = (): void => end(this.#error('ERR_TRANSPORT_TIMEOUT', `no answer within ${timeoutMs ?? 0} ms`));
      const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(end);
    });
  }

  #error(code: 'ERR_ABORTED' | 'ERR_CLOSED' | 'ERR_DEVICE_GONE' | 'ERR_TRANSPORT_TIMEOUT', message: string, cause?: unknown): TransportError {
    return new TransportError(code, message, { device: this.#model.device, ...(cause === undefined ? {} : { cause }) });
  }
}
