import { message, text, u8 } from '../bytes.js';
import type { Profile } from '../profiles/types.js';

/** Bytes of a module's memory that are kept: the lower page and the upper one behind it. */
export const MODULE_BYTES = 256;

const VENDOR = 'SIMULATED OPTICS';

/** What an optical module says of itself: SFF-8472 for the small form, SFF-8636 for the large one. */
export function moduleMemory({ moduleId, partNumber, linkSpeed }: Profile, index: number): Uint8Array {
  const serial = `SIMOPT${String(index).padStart(4, '0')}`;
  const isSmall = moduleId === 0x03;
  const base = isSmall ? 0 : 128;
  return message(
    MODULE_BYTES,
    u8(0, moduleId),
    u8(base, moduleId, isSmall ? 0x04 : 0xcc, 0x07),
    u8(base + 12, Math.min(0xff, linkSpeed * 10)),
    text(base + 20, 16, VENDOR),
    text(base + 40, 16, `${partNumber}-SR`.padEnd(16)),
    text(base + 68, 16, serial.padEnd(16)),
  );
}
