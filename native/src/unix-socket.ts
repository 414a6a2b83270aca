import { checkBytes, checkInteger, checkObject } from './check.js';
import type { Context } from './context.js';
import { HeldDescriptor } from './descriptor.js';
import { argumentError, NativeError, nativeError } from './errors.js';
import type { OwnedDescriptor, PeerCredentials, Received, ReceiveSize, UnixSocket, WaitOptions } from './types.js';
import { checkWait, remaining } from './wait.js';

const MAX_DESCRIPTORS = 253;
const MAX_RECEIVE_BYTES = 0x7fff_0000;
const noDescriptors = new Int32Array(0);
// Filled and emptied within one turn of the event loop, so all sockets can share it.
const receivedNumbers = new Int32Array(1 + MAX_DESCRIPTORS);

/** Runs asynchronous actions one after the other, in the order given. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  get idle(): boolean {
    return this.#waiting === 0;
  }

  async run<T>(action: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const previous = this.#last;
    const turn = this.#waiting === 1 ? action() : previous.then(action, action);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** A connected UNIX stream socket; see `UnixSocket`. */
export class StreamSocket implements UnixSocket {
  readonly peer: PeerCredentials;
  readonly #context: Context;
  readonly #descriptor: HeldDescriptor;
  readonly #receiving = new Turns();
  readonly #sending = new Turns();
  /** What an abandoned receive had got, and the next begins with. */
  #kept: Uint8Array = new Uint8Array(0);
  #keptDescriptors: OwnedDescriptor[] = [];
  #sendBroken = false;

  constructor(context: Context, fd: number, label: string) {
    this.#context = context;
    this.#descriptor = new HeldDescriptor(context, fd, label);
    this.peer = peerCredentials(context, fd);
  }

  get closed(): boolean {
    return this.#descriptor.closed;
  }

  async receive(size: ReceiveSize, wait?: WaitOptions): Promise<Received> {
    checkObject('size', size);
    checkWait(wait);
    const exact = 'exactBytes' in size;
    const lengthBytes = exact
      ? checkInteger('exactBytes', size.exactBytes, 1, MAX_RECEIVE_BYTES)
      : checkInteger('maxBytes', size.maxBytes, 1, MAX_RECEIVE_BYTES);
    return this.#receiving.run(() => this.#fill(new Uint8Array(lengthBytes), exact ? lengthBytes : 1, wait));
  }

  async send(data: Uint8Array, descriptors: readonly OwnedDescriptor[] = [], wait?: WaitOptions): Promise<void> {
    const bytes = checkBytes('data', data);
    checkWait(wait);
    if (!this.#sending.idle) return this.#sending.run(() => this.#sendAll(bytes, 0, numbersOf(bytes, descriptors), wait));
    const sentBytes = this.trySend(bytes, descriptors);
    if (sentBytes === bytes.byteLength) return;
    const rest = sentBytes === 0 ? numbersOf(bytes, descriptors) : noDescriptors;
    return this.#sending.run(() => this.#sendAll(bytes, sentBytes, rest, wait));
  }

  trySend(data: Uint8Array, descriptors: readonly OwnedDescriptor[] = []): number {
    const bytes = checkBytes('data', data);
    const numbers = numbersOf(bytes, descriptors);
    const { fd } = this.#descriptor;
    this.#refuseBrokenSend();
    if (!this.#sending.idle || bytes.byteLength === 0) return 0;
    const result = this.#context.binding.send(fd, bytes, 0, numbers);
    if (result >= 0) return result;
    const error = this.#error(result, 'sendmsg');
    if (error.code === 'EAGAIN') return 0;
    throw error;
  }

  close(): void {
    this.#descriptor.close();
    for (const descriptor of this.#keptDescriptors.splice(0)) descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #fill(target: Uint8Array, neededBytes: number, wait: WaitOptions | undefined): Promise<Received> {
    let filledBytes = this.#takeKept(target);
    const limits = remaining(wait);
    let ended = false;
    try {
      while (filledBytes < neededBytes && !ended) {
        const count = await this.#receiveSome(target, filledBytes, limits);
        ended = count === 0;
        filledBytes += count;
      }
      if (ended && filledBytes > 0) throw this.#endedError(filledBytes, neededBytes);
    } catch (error) {
      this.#kept = concatenate(target.subarray(0, filledBytes), this.#kept);
      throw error;
    }
    return { data: target.subarray(0, filledBytes), descriptors: this.#keptDescriptors.splice(0) };
  }

  async #receiveSome(target: Uint8Array, atBytes: number, limits: () => WaitOptions | undefined): Promise<number> {
    for (;;) {
      // A peer that sends ever more descriptors with one message is refused, not served until none are left.
      const numbers = receivedNumbers.subarray(0, 1 + Math.max(0, MAX_DESCRIPTORS - this.#keptDescriptors.length));
      const count = this.#context.binding.receive(this.#descriptor.fd, target, atBytes, numbers);
      if (count >= 0) {
        for (const fd of numbers.subarray(1, 1 + (numbers[0] ?? 0))) this.#keptDescriptors.push(new HeldDescriptor(this.#context, fd, 'received descriptor'));
        return count;
      }
      const error = this.#error(count, 'recvmsg');
      if (error.code === 'ECONNRESET') return 0;
      if (error.code !== 'EAGAIN') throw error;
      await this.#descriptor.whenReady('readable', limits());
    }
  }

  #takeKept(target: Uint8Array): number {
    const count = Math.min(this.#kept.byteLength, target.byteLength);
    target.set(this.#kept.subarray(0, count));
    this.#kept = this.#kept.subarray(count);
    return count;
  }

  async #sendAll(bytes: Uint8Array, fromBytes: number, numbers: Int32Array, wait: WaitOptions | undefined): Promise<void> {
    const limits = remaining(wait);
    let sentBytes = fromBytes;
    try {
      while (sentBytes < bytes.byteLength) {
        this.#refuseBrokenSend();
        const result = this.#context.binding.send(this.#descriptor.fd, bytes, sentBytes, sentBytes === 0 ? numbers : noDescriptors);
        if (result >= 0) {
          sentBytes += result;
          continue;
        }
        const error = this.#error(result, 'sendmsg');
        if (error.code !== 'EAGAIN') throw error;
        await this.#descriptor.whenReady('writable', limits());
      }
    } catch (error) {
      // The peer would take what comes next for the rest of this.
      this.#sendBroken ||= sentBytes > 0;
      throw error;
    }
  }

  #refuseBrokenSend(): void {
    if (this.#sendBroken) throw nativeError('ERR_NATIVE_CLOSED', `${this.#descriptor.label}: a send was abandoned in the middle`);
  }

  #endedError(filledBytes: number, neededBytes: number): NativeError {
    const { label } = this.#descriptor;
    return nativeError('ERR_NATIVE_ENDED', `${label}: the peer closed after ${filledBytes} of ${neededBytes} bytes`, { path: label });
  }

  #error(result: number, syscall: string): NativeError {
    return this.#context.error(-result, syscall, { path: this.#descriptor.label });
  }
}

function numbersOf(data: Uint8Array, descriptors: readonly OwnedDescriptor[]): Int32Array {
  if (!Array.isArray(descriptors) || descriptors.length > MAX_DESCRIPTORS) throw argumentError('descriptors', `an array of at most ${MAX_DESCRIPTORS}`);
  if (descriptors.length === 0) return noDescriptors;
  if (data.byteLength === 0) throw argumentError('data', 'at least one byte with descriptors');
  return Int32Array.from(descriptors as readonly OwnedDescriptor[], ({ fd }) => fd);
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.byteLength + second.byteLength);
  joined.set(first);
  joined.set(second, first.byteLength);
  return joined;
}

/** Who is at the other end of a socket. */
export function peerCredentials(context: Context, fd: number): PeerCredentials {
  const credentials = new Uint32Array(3);
  context.check(context.binding.peerCredentials(checkInteger('fd', fd, 0, 0x7fff_ffff), credentials), 'getsockopt SO_PEERCRED');
  const [pid = 0, uid = 0, gid = 0] = credentials;
  return { pid, uid, gid };
}

/** Two connected sockets. */
export function socketPair(context: Context): [StreamSocket, StreamSocket] {
  const pair = new Int32Array(2);
  context.check(context.binding.socketPair(pair), 'socketpair');
  const [first = -1, second = -1] = pair;
  return [new StreamSocket(context, first, 'socket pair'), new StreamSocket(context, second, 'socket pair')];
}
