import { TransportError, type WaitOptions } from '@auxctl/core';
import { describeHolder } from './holder.js';
import type { Gateway, ScriptOutcome } from './gateway.js';
import type { GatewayScript } from './gateway-script.js';
import type { ChipFamily, IcmdLayout } from './icmd-layout.js';
import { Patience } from './patience.js';

const DWORD_BYTES = 4;
/** Far above what any firmware has, far below what would hold up anybody. */
const LARGEST_MAILBOX_BYTES = 64 * 1024;
const FIRST_PAUSE_MS = 0.5;
const LONGEST_PAUSE_MS = 16;
/** What giving back the mailbox may take, whatever the caller's own limits. */
const RELEASE_MS = 2000;

/** The mailbox's answer: its own status, the firmware's syndrome, and the message as it lies there afterwards. */
export interface IcmdAnswer {
  readonly status: number;
  readonly syndrome: number;
  readonly message: Uint8Array;
}

/** What the mailbox needs to be opened. */
export interface IcmdParts {
  readonly gateway: Gateway;
  readonly layout: IcmdLayout;
  /** The device's address, for errors. */
  readonly device: string;
  /** What is written into the mailbox's semaphore while it is held: this process's id. */
  readonly owner: number;
}

/**
 * The firmware's mailbox behind the gateway. One process at a time may use it: its number stands in a semaphore, and a script that gives it
 * back is left as a last will for as long as the mailbox is open.
 */
export class IcmdMailbox {
  /** The longest message, in bytes. */
  readonly maximumBytes: number;
  readonly #parts: IcmdParts;
  readonly #family: ChipFamily;

  private constructor(parts: IcmdParts, maximumBytes: number, family: ChipFamily) {
    this.#parts = parts;
    this.maximumBytes = maximumBytes;
    this.#family = family;
  }

  /** Asks which chip it is and how long messages can be. Rejects with `ERR_NO_TRANSPORT` for a chip that it does not know. */
  static async open(parts: IcmdParts, wait: WaitOptions): Promise<IcmdMailbox> {
    const { gateway, layout, device } = parts;
    const patience = new Patience(device, wait);
    const script = gateway.script();
    const identities = layout.families.map(({ hardwareId }) => script.read('CR', hardwareId.offsetBytes));
    const size = script.read('ICMD', layout.maximumSize.offsetBytes);
    const outcome = requireDone(await gateway.run(script, patience), device);
    const family = layout.families.find(({ hardwareId, hardwareIds }, index) => hardwareIds.has(hardwareId.of(outcome.of(identities[index] ?? 0))));
    if (family === undefined) throw unknownChip(device, outcome.of(identities[0] ?? 0));
    const maximumBytes = layout.maximumSize.of(outcome.of(size));
    if (maximumBytes <= layout.message.sizeBytes || maximumBytes > LARGEST_MAILBOX_BYTES || maximumBytes % DWORD_BYTES !== 0) {
      throw new TransportError('ERR_PROTOCOL', `the mailbox of ${device} claims to have ${maximumBytes} bytes`, { device });
    }
    const mailbox = new IcmdMailbox(parts, maximumBytes, family);
    await gateway.bequeath(mailbox.#releaseScript(), wait);
    return mailbox;
  }

  /** Executes a command; the message is a multiple of 4 bytes, at most {@link maximumBytes}. The mailbox is free again when this settles. */
  async execute(opcode: number, message: Uint8Array, wait: WaitOptions): Promise<IcmdAnswer> {
    const patience = new Patience(this.#parts.device, wait);
    await this.#acquire(patience);
    try {
      await this.#start(opcode, message, patience);
      await this.#finish(patience);
      return await this.#collect(message.length, patience);
    } finally {
      await this.#release();
    }
  }

  /** Only a mailbox that is free is taken: whoever holds it is never disturbed. */
  async #acquire(patience: Patience): Promise<void> {
    const { gateway, layout: { owner: field }, owner, device } = this.#parts;
    const script = gateway.script();
    script.read('SEMAPHORE', field.offsetBytes);
    script.expect(0, { isTransient: true });
    script.write('SEMAPHORE', field.offsetBytes, owner);
    script.read('SEMAPHORE', field.offsetBytes);
    script.expect(owner, { isTransient: true });
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const outcome = await gateway.run(script, patience);
      if (outcome.isDone) return;
      await patience.pause(pauseMs, () => `the firmware's mailbox of ${device} is held by ${describeHolder(outcome.word)}`);
    }
  }

  /** Puts the message into the mailbox and starts the command, in one go. */
  async #start(opcode: number, message: Uint8Array, patience: Patience): Promise<void> {
    const { gateway, layout, device } = this.#parts;
    const script = gateway.script();
    script.read('CR', this.#family.notReady.offsetBytes);
    script.expect(0, { mask: this.#family.notReady.mask });
    script.read('ICMD', layout.busy.offsetBytes);
    script.expect(0, { mask: layout.busy.mask, isTransient: true });
    const idle = layout.opcode.put(opcode);
    script.write('ICMD', layout.opcode.offsetBytes, idle);
    for (let at = 0; at < message.length; at += DWORD_BYTES) script.write('ICMD', layout.mailboxBytes + at, dwordAt(message, at));
    script.write('ICMD', layout.busy.offsetBytes, layout.busy.put(1, idle));
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const outcome = await gateway.run(script, patience);
      if (outcome.isDone) return;
      if (!outcome.isTransient) throw new TransportError('ERR_NO_TRANSPORT', `the firmware of ${device} is not ready for commands yet`, { device, hint: 'Try again when it has started.' });
      await patience.pause(pauseMs, () => `the firmware of ${device} is still busy with an earlier command`);
    }
  }

  async #finish(patience: Patience): Promise<void> {
    const { gateway, layout: { busy }, device } = this.#parts;
    const script = gateway.script();
    script.read('ICMD', busy.offsetBytes);
    script.expect(0, { mask: busy.mask, isTransient: true });
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const outcome = await gateway.run(script, patience);
      if (outcome.isDone) return;
      await patience.pause(pauseMs, () => `the firmware of ${device} did not answer in time`);
    }
  }

  async #collect(lengthBytes: number, patience: Patience): Promise<IcmdAnswer> {
    const { gateway, layout, device } = this.#parts;
    const script = gateway.script();
    const control = script.read('ICMD', layout.status.offsetBytes);
    const syndrome = script.read('ICMD', layout.syndrome.offsetBytes);
    const readings = Array.from({ length: lengthBytes / DWORD_BYTES }, (_, index) => script.read('ICMD', layout.mailboxBytes + index * DWORD_BYTES));
    const { of } = requireDone(await gateway.run(script, patience), device);
    const message = new Uint8Array(lengthBytes);
    for (const [index, reading] of readings.entries()) putDword(message, index * DWORD_BYTES, of(reading));
    return { status: layout.status.of(of(control)), syndrome: layout.syndrome.of(of(syndrome)), message };
  }

  #releaseScript(): GatewayScript {
    const { gateway, layout: { owner: field }, owner } = this.#parts;
    const script = gateway.script();
    script.read('SEMAPHORE', field.offsetBytes);
    script.expect(owner);
    script.write('SEMAPHORE', field.offsetBytes, 0);
    return script;
  }

  /** A failure here has its cause in one before it, which is the one to tell; the last will remains. */
  async #release(): Promise<void> {
    const { gateway, device } = this.#parts;
    await gateway.run(this.#releaseScript(), new Patience(device, { timeoutMs: RELEASE_MS })).catch(() => undefined);
  }
}

function requireDone(outcome: ScriptOutcome, device: string): Extract<ScriptOutcome, { isDone: true }> {
  if (outcome.isDone) return outcome;
  throw new TransportError('ERR_PROTOCOL', `the gateway of ${device} does not keep what it was told`, { device });
}

function unknownChip(device: string, identity: number): TransportError {
  return new TransportError('ERR_NO_TRANSPORT', `${device} has a chip that this plugin cannot reach through configuration space (0x${identity.toString(16)})`, { device, hint: 'Load the driver and use its control node.' });
}

/** A dword of a message, high byte first. */
function dwordAt(bytes: Uint8Array, offsetBytes: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offsetBytes);
}

function putDword(bytes: Uint8Array, offsetBytes: number, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offsetBytes, value);
}
