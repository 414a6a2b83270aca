import type { AuxctlError, ErrorContext } from '../errors/base.js';
import { SystemCallError } from '../errors/classes.js';
import { malformed } from './attributes.js';
import { refusal } from './errors.js';
import { type GenericMessage, MessageFlag, type NetlinkMessage, MessageType, parseAcknowledgement, parseGeneric, parseMessages } from './message.js';

/** What an exchange waits for. */
export interface ExchangeOptions {
  /** The number that the request carries, and every part of its answer. */
  readonly sequence: number;
  /** The family that is asked. */
  readonly family: number;
  /** Whether the answer is a dump, which ends by itself, or ends with an acknowledgement. */
  readonly isDump: boolean;
  /** What errors call the request. */
  readonly what: string;
  /** Most bytes that the answer may have in all. */
  readonly maxBytes: number;
  readonly context: ErrorContext;
}

/** How an exchange has ended: with an answer, with a refusal, or with a dump that has changed while it was made and is to be asked for again. */
export type ExchangeEnd =
  | { readonly type: 'answered'; readonly messages: readonly GenericMessage[] }
  | { readonly type: 'refused'; readonly error: AuxctlError }
  | { readonly type: 'interrupted' };

/** Collects the parts of one answer from datagrams, until it has ended. Knows no socket, so that any bytes can be fed to it. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #messages: GenericMessage[] = [];
  #bytes = 0;
  #isInterrupted = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** Takes one datagram; the end, when it holds it. Throws `ERR_PROTOCOL` for what is malformed, `ERR_SYSTEM_CALL` (EMSGSIZE) for too much. */
  receive(datagram: Uint8Array): ExchangeEnd | undefined {
    this.#bytes += datagram.length;
    const { maxBytes, what, context } = this.#options;
    if (this.#bytes > maxBytes) throw new SystemCallError('ERR_SYSTEM_CALL', `${what}: the answer has more than ${maxBytes} bytes`, 'EMSGSIZE', context);
    for (const message of parseMessages(datagram)) {
      const end = message.sequence === this.#options.sequence ? this.#take(message) : undefined;
      if (end !== undefined) return end;
    }
    return undefined;
  }

  #take(message: NetlinkMessage): ExchangeEnd | undefined {
    const { family, isDump } = this.#options;
    if ((message.flags & MessageFlag.dumpInterrupted) !== 0) this.#isInterrupted = true;
    switch (message.type) {
      case MessageType.noop:
        return undefined;
      case MessageType.error:
        return this.#end(message);
      // An answer of several parts to a request that is no dump ends so too, and its acknowledgement follows.
      case MessageType.done:
        return isDump ? this.#end(message) : undefined;
      case family:
        this.#messages.push(parseGeneric(message));
        return undefined;
      default:
        throw malformed(`a message of type ${message.type} in the answer of family ${family}`);
    }
  }

  #end(message: NetlinkMessage): ExchangeEnd {
    const acknowledgement = parseAcknowledgement(message);
    if (acknowledgement.errno !== 0) return { type: 'refused', error: refusal(this.#options.what, acknowledgement, this.#options.context) };
    return this.#isInterrupted ? { type: 'interrupted' } : { type: 'answered', messages: this.#messages };
  }
}
