import { AuxctlError } from '../errors/base.js';
import { TransportError, UsageError } from '../errors/classes.js';
import { translateFailure, type ErrnoMeanings } from '../transport/errno.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo, TransportLimits } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';

/** The kernel's driver would not have passed the request, or could not have delivered it. */
export interface DriverRefusal {
  /** By name, such as `EPERM`. */
  readonly errno: string;
}

/** A firmware model, as an in-process transport drives it. */
export interface InProcessModel {
  /** The device's address, for errors. */
  readonly device: string;
  readonly limits: TransportLimits;
  readonly info: TransportInfo;
  /** What an errno of the driver means; needed by models that refuse with one. */
  readonly meanings?: ErrnoMeanings;
  /** What files of the kernel's, by path, would say of the device; none when absent. */
  readonly kernelFiles?: ReadonlyMap<string, string>;
  /** Executes one request at once: the reply, or the errno of a driver between; `undefined` when the firmware hangs and will never answer. */
  execute(request: RpcRequest): Uint8Array | DriverRefusal | undefined;
  /** Is the device still there? Once it is not, every call rejects with `ERR_DEVICE_GONE`. */
  isPresent(): boolean;
  /** The client has gone: gives back what it held. Called once, while the device is present. */
  release?(): void;
}

/** Reaches a firmware model in this process. Commands execute during the call; only a hanging firmware makes a call wait. */
export class InProcessTransport implements Transport {
  readonly kind = 'sim';
  readonly limits: TransportLimits;
  readonly kernelFiles: ReadonlyMap<string, string>;
  readonly #model: InProcessModel;
  /** Calls that hang, each to be ended with an error. */
  readonly #waiting = new Set<(error: TransportError) => void>();
  #isClosed = false;

  constructor(model: InProcessModel) {
    this.#model = model;
    this.limits = model.limits;
    this.kernelFiles = model.kernelFiles ?? new Map();
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
    for (const request of requests) outcomes.push(this.#outcome(request) ?? (await this.#waitInVain(wait)));
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

  /** As from a real transport, what a driver says against one request of a batch is that request's outcome. */
  #outcome(request: RpcRequest): RpcOutcome | undefined {
    try {
      const reply = this.#execute(request);
      return reply === undefined ? undefined : { ok: true, reply };
    } catch (error) {
      if (error instanceof AuxctlError && !(error instanceof UsageError)) return { ok: false, error };
      throw error;
    }
  }

  #execute(request: RpcRequest): Uint8Array | undefined {
    const { maxRequestBytes, maxReplyBytes } = this.limits;
    if (request.request.length > maxRequestBytes || request.replyLengthBytes > maxReplyBytes) {
      throw new UsageError('ERR_USAGE', `the simulated device takes at most ${maxRequestBytes} bytes and gives at most ${maxReplyBytes}`, { device: this.#model.device });
    }
    const reply = this.#model.execute(request);
    if (reply === undefined || reply instanceof Uint8Array) return reply;
    throw translateFailure(new SimulatedFailure(reply.errno), this.#model.meanings ?? NO_MEANINGS, { device: this.#model.device });
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

const NO_MEANINGS: ErrnoMeanings = { refusals: [], deliveryFailures: [] };

/** What the native shim would have thrown. */
class SimulatedFailure extends Error {
  readonly syscall = 'ioctl';
  readonly code: string;

  constructor(code: string) {
    super(`ioctl: ${code}`);
    this.code = code;
  }
}
