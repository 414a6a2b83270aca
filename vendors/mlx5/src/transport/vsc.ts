import { AuxctlError, TransportError, UsageError, type ConfigSpaceAccess, type ConfigSpaceSource, type LayoutStore, type RpcOutcome, type RpcRequest, type Transport, type TransportInfo, type TransportLimits, type WaitOptions } from '@auxctl/core';
import { Gateway } from './gateway.js';
import { IcmdMailbox } from './icmd.js';
import { loadIcmdLayout, type IcmdLayout } from './icmd-layout.js';
import { RegisterMessages } from './register-message.js';

/** How to open the gateway of a function. */
export interface VscOptions {
  /** The device's address, for errors. */
  readonly device: string;
  readonly layouts: LayoutStore;
  readonly configSpace: ConfigSpaceSource;
  readonly wait: WaitOptions;
  /** What stands in the mailbox's semaphore while it is held. Default: this process's id. */
  readonly owner?: number;
}

/**
 * Reaches the firmware through the gateway in PCI configuration space, which needs neither a driver nor a control node. It carries accesses to
 * registers and nothing else. Rejects as {@link Gateway.find} and {@link IcmdMailbox.open} do.
 */
export async function openVsc({ device, layouts, configSpace, wait, owner = process.pid }: VscOptions): Promise<Transport> {
  const layout = await loadIcmdLayout(layouts);
  const config = await configSpace(wait);
  try {
    const gateway = await Gateway.find(config, layouts, device, wait);
    const mailbox = await IcmdMailbox.open({ gateway, layout, device, owner }, wait);
    return new VscTransport({ config, mailbox, layout, device, messages: await RegisterMessages.load(layout, layouts) });
  } catch (error) {
    await config.close();
    throw error;
  }
}

interface VscParts {
  readonly config: ConfigSpaceAccess;
  readonly mailbox: IcmdMailbox;
  readonly layout: IcmdLayout;
  readonly messages: RegisterMessages;
  readonly device: string;
}

class VscTransport implements Transport {
  readonly kind = 'vsc';
  readonly limits: TransportLimits;
  readonly #parts: VscParts;
  readonly #closing = new AbortController();
  /** The mailbox has one command at a time; calls take their turn. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: VscParts) {
    this.#parts = parts;
    const bytes = parts.messages.largestCommandBytes(parts.mailbox.maximumBytes);
    this.limits = { maxRequestBytes: bytes, maxReplyBytes: bytes };
  }

  requireCarried(request: Uint8Array): void {
    if (this.#parts.messages.messageOf(request) === undefined) this.#notCarried();
  }

  async info(): Promise<TransportInfo> {
    this.#refuseWhenClosed();
    return Promise.resolve({ data: new Uint8Array() });
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    return this.#inTurn(() => this.#access(request, wait));
  }

  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    return this.#inTurn(async () => {
      const outcomes: RpcOutcome[] = [];
      for (const request of requests) outcomes.push(await this.#outcome(request, wait));
      return outcomes;
    });
  }

  /** What is under way is given up, and the mailbox given back, before the file is closed. */
  async close(): Promise<void> {
    this.#closing.abort(new TransportError('ERR_CLOSED', 'the channel was closed while the call was waiting', { device: this.#parts.device }));
    await this.#last;
    await this.#parts.config.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    const turn = this.#last.then(async () => {
      this.#refuseWhenClosed();
      return work();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** One request's end; what concerns the whole batch, such as the end of the wait, is thrown. */
  async #outcome(request: RpcRequest, wait: WaitOptions): Promise<RpcOutcome> {
    try {
      return { ok: true, reply: await this.#access(request, wait) };
    } catch (error) {
      if (error instanceof AuxctlError && error.code === 'ERR_NOT_CARRIED') return { ok: false, error };
      throw error;
    }
  }

  async #access({ request, replyLengthBytes }: RpcRequest, wait: WaitOptions): Promise<Uint8Array> {
    const { messages, mailbox, layout, device } = this.#parts;
    const { maxRequestBytes } = this.limits;
    if (request.length > maxRequestBytes) throw new UsageError('ERR_USAGE', `the mailbox takes at most ${maxRequestBytes} bytes`, { device });
    const message = messages.messageOf(request) ?? this.#notCarried();
    const signal = AbortSignal.any([this.#closing.signal, ...(wait.signal === undefined ? [] : [wait.signal])]);
    return messages.replyOf(await mailbox.execute(layout.accessRegister, message, { ...wait, signal }), replyLengthBytes);
  }

  #notCarried(): never {
    throw new TransportError('ERR_NOT_CARRIED', 'the gateway in PCI configuration space carries accesses to registers only, not other commands; nothing was sent', {
      device: this.#parts.device, hint: 'Load the driver that makes a control node: fwctl carries every command.',
    });
  }

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw new TransportError('ERR_CLOSED', 'the channel is closed', { device: this.#parts.device });
  }
}
