import { setMaxListeners } from 'node:events';
import type { TransportKind } from '@auxctl/schemas';
import type { MemorySource } from '../device-memory/types.js';
import { AuxctlError } from '../errors/base.js';
import { TransportError, UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo, TransportLimits } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';
import { systemClock, type Clock } from '../patience/clock.js';
import { mailboxLayout, type MailboxNames, type MailboxValues } from './layout.js';
import { Mailbox } from './mailbox.js';
import { Patience, type Ending } from '../patience/patience.js';
import { Turns } from './turns.js';

/** How long a command may take where the caller says nothing. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** What concerns one command of a batch, and not the wait or the mailbox as a whole. */
const OUTCOMES = new Set(['ERR_FIRMWARE_STATUS', 'ERR_REPLY', 'ERR_DEVICE_GONE']);

/** A mailbox to be driven. */
export interface MailboxOptions {
  /** The memory that holds the mailbox; it belongs to the transport from then on, also when opening fails. */
  readonly source: MemorySource;
  /** The structure that describes the memory from its first byte. */
  readonly layout: Codec;
  /** Which field has which part, where the layout does not use the names of the parts. */
  readonly names?: Partial<MailboxNames>;
  /** Which of the layout's values mean what. */
  readonly values?: MailboxValues;
  /** The device's address, for errors. */
  readonly device: string;
  /** What the transport is called. */
  readonly kind: TransportKind;
  /** How long a command may take where a caller sets no limit, in milliseconds; a minute when left out. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/**
 * Makes a transport of a device's mailbox: the request is written into the device's memory, the doorbell rung, ownership waited for, and the
 * reply read, all by the layout's description. Commands take turns. Keeping other processes away is the source's part. Rejects with
 * `ERR_LAYOUT`, with `ERR_NO_TRANSPORT` when the memory is smaller than its layout, and with `ERR_DEVICE_GONE`.
 */
export async function openMailbox(options: MailboxOptions): Promise<Transport> {
  const { source, device } = options;
  try {
    const layout = mailboxLayout(options.layout, options.names, options.values);
    if (source.memory.lengthBytes < layout.sizeBytes) {
      throw new TransportError('ERR_NO_TRANSPORT', `${device} shows ${source.memory.lengthBytes} bytes of memory, and its mailbox takes ${layout.sizeBytes}`, { device });
    }
    const mailbox = new Mailbox(source.memory, layout, device);
    mailbox.requirePresent();
    return new MailboxTransport(options, mailbox, layout);
  } catch (error) {
    await source.close();
    throw error;
  }
}

class MailboxTransport implements Transport {
  readonly kind: TransportKind;
  readonly limits: TransportLimits;
  readonly #options: MailboxOptions;
  readonly #mailbox: Mailbox;
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  readonly #endings: readonly Ending[];
  /** Once begun, the source is nobody's any more. */
  #letGo: Promise<void> | undefined;

  constructor(options: MailboxOptions, mailbox: Mailbox, { maxRequestBytes, maxReplyBytes }: TransportLimits) {
    this.kind = options.kind;
    this.limits = { maxRequestBytes, maxReplyBytes };
    this.#options = options;
    this.#mailbox = mailbox;
    const { gone } = options.source;
    // As many calls as there are may wait for these two.
    setMaxListeners(0, this.#closing.signal, gone);
    this.#endings = [
      { signal: this.#closing.signal, code: 'ERR_CLOSED', message: 'the channel is closed' },
      { signal: gone, code: 'ERR_DEVICE_GONE', message: `${options.device} is gone: the system took it back` },
    ];
    gone.addEventListener('abort', this.#onGone, { once: true });
    if (gone.aborted) this.#onGone();
  }

  async info(wait: WaitOptions = {}): Promise<TransportInfo> {
    return this.#inTurn(wait, () => {
      this.#mailbox.requirePresent();
      return Promise.resolve({ data: new Uint8Array() });
    });
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    const own = this.#ownCopy(request);
    return this.#inTurn(wait, (patience) => this.#mailbox.execute(own.request, own.replyLengthBytes, patience));
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const own = requests.map((request) => this.#ownCopy(request));
    return this.#inTurn(wait, async (patience) => {
      const outcomes: RpcOutcome[] = [];
      for (const request of own) outcomes.push(await this.#outcome(request, patience));
      return outcomes;
    });
  }

  /** What is under way is given up before the memory goes. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #outcome({ request, replyLengthBytes }: RpcRequest, patience: Patience): Promise<RpcOutcome> {
    try {
      return { ok: true, reply: await this.#mailbox.execute(request, replyLengthBytes, patience) };
    } catch (error) {
      if (error instanceof AuxctlError && OUTCOMES.has(error.code)) return { ok: false, error };
      throw error;
    }
  }

  async #inTurn<T>(wait: WaitOptions, work: (patience: Patience) => Promise<T>): Promise<T> {
    const { device, clock = systemClock, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const patience = new Patience({ clock, device, endings: this.#endings, wait, defaultTimeoutMs: timeoutMs });
    const what = `an earlier command to ${device} took all the time`;
    const endTurn = await this.#turns.take(patience, what);
    try {
      patience.check(what);
      return await work(patience);
    } finally {
      endTurn();
    }
  }

  /** What waits for its turn is sent as it was when it was asked for. */
  #ownCopy({ request, replyLengthBytes, scope }: RpcRequest): RpcRequest {
    const { maxRequestBytes, maxReplyBytes } = this.limits;
    if (request.length <= maxRequestBytes && replyLengthBytes >= 0 && replyLengthBytes <= maxReplyBytes) return { request: new Uint8Array(request), replyLengthBytes, scope };
    throw new UsageError('ERR_USAGE', `the mailbox takes at most ${maxRequestBytes} bytes and gives at most ${maxReplyBytes}`, { device: this.#options.device });
  }

  /** A failure to close is told to whoever closes. */
  readonly #onGone = (): void => { this.#release().catch(() => undefined); };

  #release(): Promise<void> {
    this.#options.source.gone.removeEventListener('abort', this.#onGone);
    return this.#letGo ??= this.#turns.idle().then(() => this.#options.source.close());
  }
}
