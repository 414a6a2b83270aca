import { TransportError, UsageError, type RpcOutcome, type RpcRequest, type Transport, type TransportInfo, type WaitOptions } from '@auxctl/core';
import { createUserContext, destroyUserContext, type UserContext } from './driver.js';
import type { FirmwareModel } from './firmware/types.js';
import { dword } from './wire.js';

const MAX_RPC_BYTES = 2 * 1024 * 1024;
/** fwctl's number for mlx5. */
const DEVICE_TYPE = 1;

/**
 * Reaches a firmware model in this process, as the kernel's driver would: one user context for each transport, whose number is put
 * into every request. Commands execute during the call; only a hanging firmware makes a call wait.
 */
export class SimTransport implements Transport {
  readonly kind = 'sim';
  readonly limits = { maxRequestBytes: MAX_RPC_BYTES, maxReplyBytes: MAX_RPC_BYTES };
  readonly #model: FirmwareModel;
  readonly #device: string;
  readonly #context: UserContext;
  readonly #generation: number;
  /** Calls that hang, each to be ended with an error. */
  readonly #waiting = new Set<(error: TransportError) => void>();
  #isClosed = false;

  /**
   * The model must be operational. `device` is the address that errors name.
   *
   * @throws ERR_TRANSPORT_TIMEOUT when the firmware hangs; ERR_NO_TRANSPORT when it has no context left.
   */
  constructor(model: FirmwareModel, device: string) {
    this.#model = model;
    this.#device = device;
    this.#context = createUserContext(model);
    this.#generation = model.generation;
  }

  async info(wait: WaitOptions = {}): Promise<TransportInfo> {
    this.#refuse(wait);
    const words = Uint32Array.of(this.#context.uid, this.#context.capabilities);
    return Promise.resolve({ deviceType: DEVICE_TYPE, data: new Uint8Array(words.buffer) });
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
    if (this.#isPresent()) destroyUserContext(this.#model, this.#context.uid);
    await Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #execute({ request, replyLengthBytes }: RpcRequest): Uint8Array | undefined {
    if (request.length > MAX_RPC_BYTES || replyLengthBytes > MAX_RPC_BYTES) {
      throw new UsageError('ERR_USAGE', `the simulated device takes at most ${MAX_RPC_BYTES} bytes each way`, { device: this.#device });
    }
    const stamped = request.slice();
    dword(stamped, 0x0, [15, 0, this.#context.uid]);
    return this.#model.execute(stamped, replyLengthBytes);
  }

  #refuse({ signal }: WaitOptions): void {
    if (this.#isClosed) throw this.#error('ERR_CLOSED', 'the channel is closed');
    if (!this.#isPresent()) throw this.#error('ERR_DEVICE_GONE', 'the simulated function was reset or torn down');
    if (signal?.aborted) throw this.#error('ERR_ABORTED', 'the caller gave up before the command was sent', signal.reason);
  }

  #isPresent(): boolean {
    return this.#model.generation === this.#generation;
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
      const abort = (): void => { end(this.#error('ERR_ABORTED', 'the caller gave up waiting', signal?.reason)); };
      const expire = (): void => { end(this.#error('ERR_TRANSPORT_TIMEOUT', `no answer within ${timeoutMs ?? 0} ms`)); };
      const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(end);
    });
  }

  #error(code: 'ERR_ABORTED' | 'ERR_CLOSED' | 'ERR_DEVICE_GONE' | 'ERR_TRANSPORT_TIMEOUT', message: string, cause?: unknown): TransportError {
    return new TransportError(code, message, { device: this.#device, ...(cause === undefined ? {} : { cause }) });
  }
}
