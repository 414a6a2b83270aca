import { TransportError, type RpcOutcome, type RpcRequest, type Transport, type WaitOptions } from '@auxctl/core';

/** Passes requests on to another transport, keeps what was sent, and changes what comes back. */
export class SpyTransport implements Transport {
  readonly sent: RpcRequest[] = [];
  /** What each reply becomes. */
  change: (reply: Uint8Array) => Uint8Array = (reply) => reply;
  /** Stands for the device where it is set: what is sent goes no further. */
  standIn: ((request: RpcRequest) => Uint8Array) | undefined;
  /** After so many requests the device is gone. */
  goneAfter = Number.POSITIVE_INFINITY;
  /** How many requests found it gone. */
  missed = 0;
  readonly kind;
  readonly limits;
  readonly kernelFiles?: ReadonlyMap<string, string>;
  readonly requireCarried;
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
    this.kind = inner.kind;
    this.limits = inner.limits;
    if (inner.kernelFiles !== undefined) this.kernelFiles = inner.kernelFiles;
    this.requireCarried = (request: Uint8Array): void => inner.requireCarried?.(request);
  }

  async info(wait?: WaitOptions): ReturnType<Transport['info']> {
    return this.#inner.info(wait);
  }

  async rpc(request: RpcRequest, wait?: WaitOptions): Promise<Uint8Array> {
    if (!this.#isTaken(request)) throw gone();
    return this.standIn?.(request) ?? this.change(await this.#inner.rpc(request, wait));
  }

  async rpcBatch(requests: readonly RpcRequest[], wait?: WaitOptions): Promise<RpcOutcome[]> {
    const taken = requests.filter((request) => this.#isTaken(request));
    if (this.standIn !== undefined) return Promise.all(requests.map(async (request) => ({ ok: true as const, reply: await this.rpc(request, wait) })));
    const outcomes = (await this.#inner.rpcBatch(taken, wait)).map((outcome) => (outcome.ok ? { ok: true as const, reply: this.change(outcome.reply) } : outcome));
    return requests.map((_request, index) => outcomes[index] ?? { ok: false, error: gone() });
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isTaken(request: RpcRequest): boolean {
    if (this.sent.length >= this.goneAfter) {
      this.missed += 1;
      return false;
    }
    this.sent.push(request);
    return true;
  }
}

function gone(): TransportError {
  return new TransportError('ERR_DEVICE_GONE', 'the device was removed during the call');
}
