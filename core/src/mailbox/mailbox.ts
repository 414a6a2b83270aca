import { readWords, wholeWords, writeWords, type Window } from '../device-memory/block.js';
import type { DeviceMemory } from '../device-memory/types.js';
import { AuxctlError } from '../errors/base.js';
import { FirmwareError, ReplyError, TransportError } from '../errors/classes.js';
import type { DwordField } from '../layout/dword-field.js';
import { translateFailure } from '../transport/errno.js';
import type { MailboxLayout } from './layout.js';
import type { Patience } from '../patience/patience.js';

/** What a load returns when nobody answers on the bus. */
const ALL_ONES = 2 ** 32 - 1;

/** Copied in one go; then the event loop has its turn. A word takes about a microsecond on a bus. */
const PIECE_BYTES = 1024;

/** Most commands are done by then; pauses grow from one millisecond after that. */
const LOOKS_WITHOUT_PAUSE = 16;
const LONGEST_PAUSE_MS = 16;

const MEANINGS = { refusals: [], deliveryFailures: [] };

/** The protocol of a mailbox: one command at a time, which the caller sees to. */
export class Mailbox {
  readonly #memory: DeviceMemory;
  readonly #layout: MailboxLayout;
  readonly #device: string;
  /** A command of ours was given up, and the device has not given the mailbox back since. */
  #isOutstanding = false;
  #isGone = false;

  constructor(memory: DeviceMemory, layout: MailboxLayout, device: string) {
    this.#memory = memory;
    this.#layout = layout;
    this.#device = device;
  }

  /** Throws `ERR_DEVICE_GONE` unless the device answers. */
  requirePresent(): void {
    this.#isHosts();
  }

  /**
   * Carries out one command. Rejects with `ERR_TRANSPORT_STUCK` while the device still has an earlier one, `ERR_DEVICE_GONE`, `ERR_REPLY`
   * for a reply that cannot be, `ERR_FIRMWARE_STATUS` when the mailbox refuses the message, and as the patience does.
   */
  async execute(request: Uint8Array, replyLengthBytes: number, patience: Patience): Promise<Uint8Array> {
    await this.#untilFree(patience);
    await this.#post(request, patience);
    await this.#untilHosts(patience, `the firmware of ${this.#device} did not answer in time`);
    this.#isOutstanding = false;
    return this.#collect(replyLengthBytes, patience);
  }

  async #untilFree(patience: Patience): Promise<void> {
    if (this.#isHosts()) this.#isOutstanding = false;
    if (this.#isOutstanding) {
      throw new TransportError('ERR_TRANSPORT_STUCK', `the firmware of ${this.#device} still has a command that was given up`, { device: this.#device, hint: 'It takes the next one when it has done with that.' });
    }
    await this.#untilHosts(patience, `the mailbox of ${this.#device} is busy with a command of somebody else's`);
  }

  async #untilHosts(patience: Patience, what: string): Promise<void> {
    for (let looks = 1; !this.#isHosts(); looks += 1) {
      const pauseMs = looks < LOOKS_WITHOUT_PAUSE ? 0 : Math.min(2 ** (looks - LOOKS_WITHOUT_PAUSE), LONGEST_PAUSE_MS);
      await patience.pause(pauseMs, what);
    }
  }

  /** From the doorbell on the device has the command, whatever becomes of the caller. */
  async #post(request: Uint8Array, patience: Patience): Promise<void> {
    const { request: window, requestLength, doorbell, ring } = this.#layout;
    const words = new Uint8Array(wholeWords(request.length));
    words.set(request);
    for (let at = 0; at < words.length; at += PIECE_BYTES) {
      if (at > 0) await patience.pause(0, `the request to ${this.#device} was not written in time`);
      this.#access(() => { writeWords(this.#memory, window.offsetBytes + at, words.subarray(at, at + PIECE_BYTES)); });
    }
    const isShared = requestLength?.offsetBytes === doorbell.offsetBytes;
    const length = requestLength?.put(request.length) ?? 0;
    if (requestLength !== undefined && !isShared) this.#store(requestLength, length);
    this.#access(() => { this.#memory.barrier('write'); });
    this.#isOutstanding = true;
    patience.markSent();
    this.#store(doorbell, doorbell.put(ring, isShared ? length : 0));
  }

  async #collect(replyLengthBytes: number, patience: Patience): Promise<Uint8Array> {
    const { reply, status, success, statusName, replyLength } = this.#layout;
    const said = status === undefined ? success : status.of(this.#load(status));
    const claimedBytes = replyLength === undefined ? replyLengthBytes : replyLength.of(this.#load(replyLength));
    this.#requireHosts();
    if (said !== success) {
      const name = statusName(said);
      throw new FirmwareError(`the mailbox refused the message: status 0x${said.toString(16)} ${name ?? 'unknown'}`, { status: BigInt(said), statusName: name }, { device: this.#device });
    }
    if (claimedBytes > reply.lengthBytes) throw this.#replyError(`claims a reply of ${claimedBytes} bytes, where there is room for ${reply.lengthBytes}`);
    const lengthBytes = Math.min(claimedBytes, replyLengthBytes);
    this.#access(() => { this.#memory.barrier('read'); });
    const bytes = await this.#copyOut({ offsetBytes: reply.offsetBytes, lengthBytes: wholeWords(lengthBytes) }, patience);
    this.#requireHosts();
    return bytes.subarray(0, lengthBytes);
  }

  async #copyOut({ offsetBytes, lengthBytes }: Window, patience: Patience): Promise<Uint8Array> {
    const bytes = new Uint8Array(lengthBytes);
    for (let at = 0; at < lengthBytes; at += PIECE_BYTES) {
      if (at > 0) await patience.pause(0, `the reply of ${this.#device} was not read in time`);
      const piece = { offsetBytes: offsetBytes + at, lengthBytes: Math.min(PIECE_BYTES, lengthBytes - at) };
      bytes.set(this.#access(() => readWords(this.#memory, piece)), at);
    }
    return bytes;
  }

  /** What was read counts only if the device was there, and the mailbox ours, until the end. */
  #requireHosts(): void {
    if (!this.#isHosts()) throw this.#replyError('took the mailbox back while its reply was being read');
  }

  #isHosts(): boolean {
    const { owner, host } = this.#layout;
    const word = this.#isGone ? ALL_ONES : this.#load(owner);
    this.#isGone = word === ALL_ONES;
    if (this.#isGone) throw new TransportError('ERR_DEVICE_GONE', `${this.#device} does not answer on the bus any more`, { device: this.#device });
    return owner.of(word) === host;
  }

  #load({ offsetBytes }: Pick<DwordField, 'offsetBytes'>): number {
    return this.#access(() => this.#memory.read32(offsetBytes, this.#layout.order));
  }

  #store({ offsetBytes }: Pick<DwordField, 'offsetBytes'>, value: number): void {
    this.#access(() => { this.#memory.write32(offsetBytes, value, this.#layout.order); });
  }

  #access<T>(access: () => T): T {
    try {
      return access();
    } catch (error) {
      throw error instanceof AuxctlError ? error : translateFailure(error, MEANINGS, { device: this.#device });
    }
  }

  #replyError(what: string): ReplyError {
    return new ReplyError('ERR_REPLY', `the mailbox of ${this.#device} ${what}`, { device: this.#device });
  }
}
