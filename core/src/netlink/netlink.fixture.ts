import type { NetlinkDatagram, NetlinkOptions, NetlinkSocket, WaitOptions } from '../native.js';
import { type AttributeInput, encodeAttributes } from './attributes.js';

/** A message as a test describes it. */
export interface FixtureMessage {
  readonly type: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

type Generic = Omit<FixtureMessage, 'payload'> & { readonly generic: { readonly command: number; readonly version: number; readonly attributes: readonly AttributeInput[] } };

const HEADER_BYTES = 16;

/** One message as bytes. */
export function datagram(message: FixtureMessage | Generic, sequence = 7): Buffer {
  const payload = 'payload' in message ? message.payload : Buffer.concat([Uint8Array.of(message.generic.command, message.generic.version, 0, 0), encodeAttributes(message.generic.attributes)]);
  const bytes = Buffer.alloc(Math.ceil((HEADER_BYTES + payload.length) / 4) * 4);
  bytes.writeUInt32LE(HEADER_BYTES + payload.length, 0);
  bytes.writeUInt16LE(message.type, 4);
  bytes.writeUInt16LE(message.flags, 6);
  bytes.writeUInt32LE(sequence, 8);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function errnoBytes(errno: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(-errno, 0);
  return bytes;
}

/** An acknowledgement with reasons, after the request's header or, with `repeatedBytes`, all of it. */
export function ack(errno: number, reasons?: readonly AttributeInput[], { repeatedBytes }: { readonly repeatedBytes?: number } = {}): FixtureMessage {
  const request = Buffer.alloc(repeatedBytes ?? HEADER_BYTES);
  request.writeUInt32LE(28, 0);
  const flags = (reasons === undefined ? 0 : 0x200) | (repeatedBytes === undefined ? 0x100 : 0);
  return { type: 2, flags, payload: Buffer.concat([errnoBytes(errno), request, encodeAttributes(reasons ?? [])]) };
}

/** The end of a dump. */
export function done(errno: number, reasons?: readonly AttributeInput[]): FixtureMessage {
  return { type: 3, flags: 2 | (reasons === undefined ? 0 : 0x200), payload: Buffer.concat([errnoBytes(errno), encodeAttributes(reasons ?? [])]) };
}

/** What a scripted kernel answers to a request: datagrams with the request's number, or nothing at all. */
export type Answerer = (request: { readonly family: number; readonly flags: number; readonly command: number; readonly sequence: number; readonly attributes: Uint8Array }) => readonly Uint8Array[];

/** A kernel that answers requests by a function. Its sockets keep the promises of real ones on timeout, abort and close. */
export class ScriptedKernel {
  readonly requests: Uint8Array[] = [];
  opened = 0;
  closed = 0;
  readonly #answer: Answerer;

  constructor(answer: Answerer) {
    this.#answer = answer;
  }

  readonly native = async (): Promise<{ openNetlink(protocol: number, options?: NetlinkOptions): NetlinkSocket }> => ({
    openNetlink: (protocol, options) => {
      if (protocol !== 16 || options?.extendedAck !== true) throw new TypeError('not generic netlink with extended acknowledgements');
      this.opened += 1;
      return new ScriptedSocket(this, this.#answer);
    },
  });
}

class ScriptedSocket implements NetlinkSocket {
  readonly portId = 4711;
  readonly #kernel: ScriptedKernel;
  readonly #answer: Answerer;
  readonly #queue: (Uint8Array | Error)[] = [];
  #reject: ((error: Error) => void) | undefined;
  #isClosed = false;

  constructor(kernel: ScriptedKernel, answer: Answerer) {
    this.#kernel = kernel;
    this.#answer = answer;
  }

  async send(data: Uint8Array): Promise<void> {
    await Promise.resolve();
    if (this.#isClosed) throw failure('ERR_NATIVE_CLOSED');
    this.#kernel.requests.push(data);
    const view = Buffer.from(data);
    this.#queue.push(...this.#answer({ family: view.readUInt16LE(4), flags: view.readUInt16LE(6), sequence: view.readUInt32LE(8), command: view.readUInt8(16), attributes: data.subarray(20) }));
  }

  async receive(wait: WaitOptions = {}): Promise<NetlinkDatagram> {
    if (this.#isClosed) throw failure('ERR_NATIVE_CLOSED');
    const next = this.#queue.shift();
    if (next instanceof Error) throw next;
    if (next !== undefined) return { data: Uint8Array.from(next), senderPortId: 0, groups: 0, uid: 0 };
    return new Promise((_, reject) => {
      this.#reject = reject;
      wait.signal?.addEventListener('abort', () => { reject(failure('ERR_NATIVE_ABORTED')); });
      if (wait.timeoutMs !== undefined) setTimeout(() => { reject(failure('ERR_NATIVE_TIMEOUT')); }, wait.timeoutMs).unref();
    });
  }

  joinGroup(): void {}

  close(): void {
    if (!this.#isClosed) this.#kernel.closed += 1;
    this.#isClosed = true;
    this.#reject?.(failure('ERR_NATIVE_CLOSED'));
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
