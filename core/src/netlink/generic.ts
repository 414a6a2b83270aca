import type { ErrorContext } from '../errors/base.js';
import { SystemCallError, TransportError } from '../errors/classes.js';
import type { Native, NetlinkSocket } from '../native.js';
import { translateFailure } from '../transport/errno.js';
import { monotonicMs, type WaitOptions } from '../wait.js';
import { attribute, type AttributeInput, malformed } from './attributes.js';
import { Exchange, type ExchangeEnd } from './exchange.js';
import { encodeGeneric, type GenericMessage, MessageFlag, MessageType } from './message.js';

/** `NETLINK_GENERIC`, and the family that knows the others (`include/uapi/linux/netlink.h`, `include/uapi/linux/genetlink.h`). */
const PROTOCOL = 16;
const CONTROLLER = { id: 0x10, version: 2, getFamily: 3, newFamily: 1 } as const;
const Controller = { familyId: 1, familyName: 2, version: 3, multicastGroups: 7, groupName: 1, groupId: 2 } as const;

/** The kernel answers at once, but for what a device's firmware has to say first. */
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
/** The largest that the kernel makes of a dump (`net/netlink/af_netlink.c`); what does not fit in one message is refused. */
const DATAGRAM_BYTES = 32_768;
/** A dump that changes faster than it is read will not hold still the fourth time either. */
const MAX_TRIES = 4;
const LAST_SEQUENCE = 0xffff_ffff;

/** A family of generic netlink, as this kernel numbers it. */
export interface GenericFamily {
  readonly name: string;
  readonly id: number;
  readonly version: number;
  /** Multicast groups: number by name. */
  readonly groups: ReadonlyMap<string, number>;
}

/** What to ask a family. */
export interface GenericQuestion {
  readonly family: GenericFamily;
  readonly command: number;
  readonly attributes: readonly AttributeInput[];
  /** Every object of a kind, instead of one. */
  readonly isDump?: boolean;
  /** What errors call it, such as `devlink INFO_GET`. */
  readonly what: string;
  /** Most bytes of the whole answer. Default 8 MiB. */
  readonly maxBytes?: number;
  /** What errors are about. */
  readonly context?: ErrorContext;
}

/** What this client needs of the native shim. */
export type NetlinkSource = () => Promise<Pick<Native, 'openNetlink'>>;

/**
 * Asks generic netlink families, one request at a time in the order asked. Every wait is limited: by the caller, else to 30 seconds. A request
 * that was given up costs the socket, which is opened anew, so that no later request meets its answer. All reject with `ERR_CLOSED` after `close`.
 */
export class GenericNetlink implements AsyncDisposable {
  readonly #native: NetlinkSource;
  readonly #families = new Map<string, Promise<GenericFamily>>();
  #socket: NetlinkSocket | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #sequence = 0;
  #isClosed = false;

  constructor(native: NetlinkSource) {
    this.#native = native;
  }

  /** Finds a family by name; asked for once. Rejects with `ERR_NO_TRANSPORT` where the kernel has none of this name. */
  async family(name: string, wait: WaitOptions = {}): Promise<GenericFamily> {
    const known = this.#families.get(name) ?? this.#findFamily(name, wait);
    this.#families.set(name, known);
    try {
      return await known;
    } catch (error) {
      this.#families.delete(name);
      throw error;
    }
  }

  /**
   * Asks, and resolves with all messages of the answer, which are the caller's. Rejects with `ERR_PERMISSION`, `ERR_DEVICE_GONE`, `ERR_SYSTEM_CALL` (with
   * the errno and the kernel's words), `ERR_PROTOCOL`, `ERR_TRANSPORT_TIMEOUT`, `ERR_ABORTED`.
   */
  async ask(question: GenericQuestion, wait: WaitOptions = {}): Promise<readonly GenericMessage[]> {
    const mine = this.#turn.then(async () => this.#askInTurn(question, wait));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Closes the socket; a request under way rejects. Harmless when repeated. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#drop();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #findFamily(name: string, wait: WaitOptions): Promise<GenericFamily> {
    const controller = { name: 'nlctrl', id: CONTROLLER.id, version: CONTROLLER.version, groups: new Map<string, number>() };
    const question = { family: controller, command: CONTROLLER.getFamily, attributes: [attribute.text(Controller.familyName, name)], what: `the generic netlink family ${name}` };
    try {
      const answer = (await this.ask(question, wait)).find(({ command }) => command === CONTROLLER.newFamily);
      if (answer === undefined) throw malformed(`no answer about the family ${name}`);
      return familyOf(name, answer);
    } catch (error) {
      if (!(error instanceof SystemCallError && error.errno === 'ENOENT')) throw error;
      throw new TransportError('ERR_NO_TRANSPORT', `this kernel has no generic netlink family ${name}`, { cause: error });
    }
  }

  async #askInTurn(question: GenericQuestion, wait: WaitOptions): Promise<readonly GenericMessage[]> {
    const deadlineMs = monotonicMs() + (wait.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const { what, context = {} } = question;
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const end = await this.#exchange(question, deadlineMs, wait.signal);
        if (end.type === 'answered') return end.messages;
        if (end.type === 'refused') throw end.error;
      }
    } catch (error) {
      throw translateFailure(error, { refusals: [], deliveryFailures: [] }, { ...context, command: what });
    }
    throw new SystemCallError('ERR_SYSTEM_CALL', `${what}: what is asked for changed during each of ${MAX_TRIES} reads`, 'EINTR', context);
  }

  async #exchange(question: GenericQuestion, deadlineMs: number, signal: AbortSignal | undefined): Promise<ExchangeEnd> {
    const { family, command, attributes, isDump = false, what, maxBytes = DEFAULT_MAX_BYTES, context = {} } = question;
    const socket = await this.#open();
    if (signal?.aborted === true) throw new TransportError('ERR_ABORTED', `${what}: given up before it was sent`, { ...context, cause: signal.reason });
    this.#sequence = this.#sequence === LAST_SEQUENCE ? 1 : this.#sequence + 1;
    const exchange = new Exchange({ sequence: this.#sequence, family: family.id, isDump, what, maxBytes, context });
    const flags = MessageFlag.request | (isDump ? MessageFlag.dump : MessageFlag.ack);
    const left = (): { timeoutMs: number; signal: AbortSignal | undefined } => ({ timeoutMs: Math.max(1, Math.ceil(deadlineMs - monotonicMs())), signal });
    try {
      await socket.send(encodeGeneric(family.id, flags, this.#sequence, { command, version: family.version, attributes }), left());
      for (;;) {
        const { data, senderPortId } = await socket.receive(left());
        // Other processes can send to this socket as well; only the kernel has port 0.
        const end = senderPortId === 0 ? exchange.receive(data) : undefined;
        if (end !== undefined) return end;
      }
    } catch (error) {
      // The rest of an answer may still come; a new socket does not meet it.
      this.#drop();
      throw error;
    }
  }

  async #open(): Promise<NetlinkSocket> {
    if (this.#isClosed) throw closed();
    const native = this.#socket === undefined ? await this.#native() : undefined;
    this.#socket ??= native?.openNetlink(PROTOCOL, { receiveBufferBytes: RECEIVE_BUFFER_BYTES, datagramBytes: DATAGRAM_BYTES, extendedAck: true });
    if (this.#socket === undefined) throw closed();
    return this.#socket;
  }

  #drop(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}

function closed(): TransportError {
  return new TransportError('ERR_CLOSED', 'the netlink socket is closed');
}

/** Throws `ERR_PROTOCOL` for an answer that does not say what a family must. */
function familyOf(name: string, { attributes }: GenericMessage): GenericFamily {
  const id = attributes.u16(Controller.familyId);
  if (attributes.text(Controller.familyName) !== name || id === undefined || id < MessageType.firstFamily) throw malformed(`the answer about the family ${name} is about another one`);
  const groups = attributes.nest(Controller.multicastGroups)?.inside() ?? [];
  const numbers = groups.map((group): [string | undefined, number | undefined] => [group.text(Controller.groupName), group.u32(Controller.groupId)]);
  const known = numbers.filter((entry): entry is [string, number] => entry.every((part) => part !== undefined));
  return { name, id, version: attributes.u32(Controller.version) ?? 1, groups: new Map(known) };
}
