import {
  AuxctlError, integerField, ReplyError, structureField, translateFailure, translateOpenFailure, TransportError, UsageError,
  type Device, type ErrnoMeanings, type LayoutStore, type NativeChannel, type OpenContext, type RpcOutcome, type RpcRequest, type Transport, type TransportInfo, type TransportLimits, type WaitOptions,
} from '@auxctl/core';
import { Entries, type CommandKind, type PropertyKind } from './entries.js';
import { readProperties, type PropertySource } from './properties.js';

/** The smallest memory page of a controller, in which its largest transfer is counted; also the least room for data whose length no request tells. */
const PAGE_BYTES = 4096;
/** The kernel maps so much memory for one command, whatever the controller takes. */
const MOST_BYTES = 64 * PAGE_BYTES;
const NOTHING = new Uint8Array();

/**
 * Opens a controller's node. A request is a submission queue entry with the data for the controller after it, a reply a completion queue entry with the
 * data of the controller after it. On PCIe, Property Get reads the register in the function's memory. Rejects with `ERR_NO_TRANSPORT`, `ERR_PERMISSION`,
 * `ERR_DEVICE_GONE`, and `ERR_DELIVERY` while the controller is not live.
 */
export async function openNvme({ address, bus, names }: Device, { native, wait, layouts, root, transport = 'nvme' }: OpenContext, meanings: ErrnoMeanings): Promise<Transport> {
  const context = { device: address };
  if (transport !== 'nvme') throw new UsageError('ERR_USAGE', `there is no transport ${transport} to an NVMe controller`, context);
  if (names.nvme[0] === undefined) throw new TransportError('ERR_NO_TRANSPORT', `${address} has no controller node`, context);
  const node = `${root.replace(/\/$/, '')}/dev/${names.nvme[0]}`;
  const entries = await Entries.load(layouts);
  const registers = bus === 'pci' ? { native, address, root } : undefined;
  const opening = native().then(async (shim) => shim.openChannel(node, { access: 'read', ...wait }));
  const channel = await opening.catch((error: unknown) => { throw translateOpenFailure(error, node, meanings, context); });
  const opened = new NvmeTransport({ channel, entries, registers, device: address, meanings });
  try {
    await opened.findLimits(layouts, wait);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

interface Parts {
  readonly channel: NativeChannel;
  readonly entries: Entries;
  /** Absent for a controller that is no PCI function: it has Property Get itself. */
  readonly registers: PropertySource | undefined;
  readonly device: string;
  readonly meanings: ErrnoMeanings;
}

class NvmeTransport implements Transport {
  readonly kind = 'nvme';
  readonly #parts: Parts;
  #mostBytes = PAGE_BYTES;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get limits(): TransportLimits {
    const { entryBytes, completionBytes } = this.#parts.entries.sizes;
    return { maxRequestBytes: entryBytes + this.#mostBytes, maxReplyBytes: completionBytes + this.#mostBytes };
  }

  /** Asks the controller how much it takes in one transfer. */
  async findLimits(layouts: LayoutStore, wait: WaitOptions): Promise<void> {
    const codec = await layouts.codec('command', 'IDENTIFY_CONTROLLER', 'reply');
    const request = (await layouts.codec('command', 'IDENTIFY_CONTROLLER', 'request')).encode({});
    const reply = await this.rpc({ request, replyLengthBytes: codec.sizeBytes, scope: 'configuration' }, wait);
    const exponent = Number(integerField(structureField(codec.decode(reply), 'identify'), 'mdts'));
    this.#mostBytes = exponent === 0 ? MOST_BYTES : Math.min(MOST_BYTES, PAGE_BYTES * 2 ** exponent);
  }

  requireCarried(request: Uint8Array): void {
    this.#parts.entries.kindOf(request, this.#parts.device);
  }

  async info(): Promise<TransportInfo> {
    if (this.#parts.channel.state === 'closed') throw new TransportError('ERR_CLOSED', 'the channel is closed', { device: this.#parts.device });
    return Promise.resolve({ data: NOTHING });
  }

  async rpc(request: RpcRequest, wait: WaitOptions = {}): Promise<Uint8Array> {
    const [outcome] = await this.rpcBatch([request], wait);
    if (outcome?.ok === true) return outcome.reply;
    throw outcome?.error ?? this.#lost();
  }

  /** Commands go in one hop, then registers are read in another. */
  async rpcBatch(requests: readonly RpcRequest[], wait: WaitOptions = {}): Promise<RpcOutcome[]> {
    const { entries, device, registers } = this.#parts;
    const kinds = requests.map(({ request }) => entries.kindOf(request, device));
    const isRead = kinds.map(({ type }) => type === 'property' && registers !== undefined);
    const sent = await this.#send(requests.flatMap((request, at) => (isRead[at] === true ? [] : this.#commandOf(request, kinds[at]))), wait);
    const read = await this.#read(registers, kinds.filter((kind, at): kind is PropertyKind => isRead[at] === true && kind.type === 'property'), wait);
    return requests.map(({ replyLengthBytes }, at): RpcOutcome => {
      const outcome = (isRead[at] === true ? read : sent).shift() ?? { ok: false, error: this.#lost() };
      return outcome.ok ? { ok: true, reply: outcome.reply.subarray(0, replyLengthBytes) } : outcome;
    });
  }

  async close(): Promise<void> {
    await this.#parts.channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #send(commands: readonly Command[], wait: WaitOptions): Promise<RpcOutcome[]> {
    const { channel, entries } = this.#parts;
    if (commands.length === 0) return [];
    const sending = channel.ioctlBatch(commands.map(({ request, direction, roomBytes }) => entries.callOf(request, direction, roomBytes)), wait);
    const answers = await sending.catch((error: unknown) => { throw this.#translate(error); });
    return answers.map((answer, at): RpcOutcome => {
      if (!answer.ok) return { ok: false, error: this.#translate(answer.error) };
      const data = commands[at]?.direction === 'in' ? answer.buffers[0] ?? NOTHING : NOTHING;
      return { ok: true, reply: new Uint8Array(Buffer.concat([entries.completionOf(answer), data])) };
    });
  }

  async #read(source: PropertySource | undefined, properties: readonly PropertyKind[], wait: WaitOptions): Promise<RpcOutcome[]> {
    if (source === undefined || properties.length === 0) return [];
    try {
      return (await readProperties(source, properties, wait)).map((value) => ({ ok: true, reply: this.#parts.entries.completion(value) }));
    } catch (error) {
      if (error instanceof AuxctlError) return properties.map(() => ({ ok: false, error }));
      throw error;
    }
  }

  /**
   * A controller transfers what the command says, whatever room it is given: a command that tells its length gets exactly that, another one at least a page
   * where the controller writes to memory by itself.
   */
  #commandOf({ request, replyLengthBytes }: RpcRequest, kind: PropertyKind | CommandKind | undefined): Command {
    const { entries, device, registers } = this.#parts;
    if (kind?.type !== 'command') return { request: entries.plain(request), direction: 'none', roomBytes: 0 };
    const room = Math.max(0, replyLengthBytes - entries.sizes.completionBytes);
    const { direction, transferBytes = registers === undefined ? room : Math.ceil(room / PAGE_BYTES) * PAGE_BYTES } = kind;
    if (direction === 'in' && kind.transferBytes !== undefined && kind.transferBytes > room) {
      throw new UsageError('ERR_USAGE', `the command asks for ${kind.transferBytes} bytes, and the reply has room for ${room}; nothing was sent`, { device });
    }
    return { request, direction, roomBytes: transferBytes };
  }

  #translate(error: unknown): AuxctlError {
    return translateFailure(error, this.#parts.meanings, { device: this.#parts.device });
  }

  #lost(): ReplyError {
    return new ReplyError('ERR_REPLY', 'the request has no answer', { device: this.#parts.device });
  }
}

/** A request to send, and the room for its data. */
interface Command extends Pick<CommandKind, 'direction'> {
  readonly request: Uint8Array;
  readonly roomBytes: number;
}
