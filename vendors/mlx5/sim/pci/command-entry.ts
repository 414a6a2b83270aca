import { bitsAt, dwordAt, flagAt, quadAt } from '../wire.js';
import { DELIVERY, type Delivered } from './delivery.js';

/** Length of an entry. */
export const ENTRY_BYTES = 64;
/** The bytes of a message that stand in the entry itself. */
export const INLINE_BYTES = 16;
/** Where the inline output begins. */
export const INLINE_OUTPUT_OFFSET = 0x20;
/** The byte with delivery status and ownership. */
export const STATUS_OFFSET = 0x3f;

const TYPE_PCIE = 7;
const MIN_OUTPUT_BYTES = 8;
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

/** Which of the two messages of a command. */
export type Direction = 'input' | 'output';

/** One message of a command as its entry describes it. */
export interface MessagePlace {
  readonly lengthBytes: number;
  /** Guest bus address of the first mailbox block; 0 when everything is inline. */
  readonly pointer: bigint;
}

/** A command queue entry that may be executed. */
export interface CommandEntry extends Readonly<Record<Direction, MessagePlace>> {
  /** Stands in every block of this command's messages. */
  readonly token: number;
  readonly inlineInput: Uint8Array;
}

/** Does the entry (64 bytes) belong to the device? */
export function isOwnedByDevice(bytes: Uint8Array): boolean {
  return flagAt(bytes, 0x3c, 0);
}

/** Checks the entry (64 bytes) as far as it can be judged without its mailboxes. */
export function parseEntry(bytes: Uint8Array): Delivered<CommandEntry> {
  if (bitsAt(bytes, 0x0, 31, 24) !== TYPE_PCIE) return { fault: DELIVERY.badType };
  if (bitsAt(bytes, 0x0, 23, 0) !== 0) return { fault: DELIVERY.reservedNotClear };
  if (!isSignatureGood(bytes)) return { fault: DELIVERY.badSignature };
  const input = { lengthBytes: dwordAt(bytes, 0x4), pointer: quadAt(bytes, 0x8) };
  const output = { lengthBytes: dwordAt(bytes, 0x38), pointer: quadAt(bytes, 0x30) };
  if (input.lengthBytes < INLINE_BYTES || input.lengthBytes > MAX_MESSAGE_BYTES) return { fault: DELIVERY.badInputLength };
  if (output.lengthBytes < MIN_OUTPUT_BYTES || output.lengthBytes > MAX_MESSAGE_BYTES) return { fault: DELIVERY.badOutputLength };
  return { value: { input, output, token: bitsAt(bytes, 0x3c, 31, 24), inlineInput: bytes.slice(0x10, 0x10 + INLINE_BYTES) } };
}

/** A driver signs an entry so that all its bytes together are ffh by exclusive or, or leaves the signature (byte 3dh) zero. */
function isSignatureGood(bytes: Uint8Array): boolean {
  return bitsAt(bytes, 0x3c, 23, 16) === 0 || bytes.reduce((sum, byte) => sum ^ byte, 0) === 0xff;
}
