import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { bitsAt, dword } from '../../wire.js';

const FULL_CHIP = 0;
/** Level 3 (driver restart and PCI reset) and level 6 (the slot's own reset). */
const LEVELS = 0x48;
const LINK_DISABLE = 1;
const LEGACY_FLOW = 1;
const STATE_IDLE = 0;
const STATE_WAITING = 8;

/** Firmware reset: a read shows the levels that would do, a write arms one. The reset itself comes from the bus, and disarms it. */
export const MFRL: Register = {
  id: 0x9028,
  name: 'MFRL',
  sizeBytes: 8,
  read: (state, _data, out) => {
    const isWaiting = state.armedResetLevel !== undefined;
    dword(out, 0x4, [19, 16, isWaiting ? STATE_WAITING : STATE_IDLE], [15, 8, 2 ** FULL_CHIP], [7, 0, LEVELS]);
    return undefined;
  },
  write: (state, data) => {
    const trigger = bitsAt(data, 0x4, 7, 0);
    const level = Math.log2(trigger);
    if (trigger === 0) return undefined;
    if ((trigger & ~LEVELS) !== 0 || !Number.isInteger(level) || bitsAt(data, 0x4, 26, 24) !== FULL_CHIP) return REFUSAL.registerValue;
    state.armedResetLevel = level;
    return undefined;
  },
};

/** By which levels a type of reset can be done. There is one type. */
export const MROQ: Register = {
  id: 0x902f,
  name: 'MROQ',
  sizeBytes: 32,
  read: (_state, data, out) => {
    const type = bitsAt(data, 0x0, 15, 8);
    dword(out, 0x0, [15, 8, type]);
    if (type === FULL_CHIP) dword(out, 0x0, [31, 24, LINK_DISABLE], [20, 17, LEGACY_FLOW], [16, 16, 1], [7, 0, LEVELS]);
    return undefined;
  },
};

const REACTIVATED = 0;

/** Re-activation of the running image: it is the active one always, so that there is nothing to do. */
export const MIRC: Register = {
  id: 0x9162,
  name: 'MIRC',
  sizeBytes: 8,
  read: (_state, _data, out) => {
    dword(out, 0x0, [7, 0, REACTIVATED]);
    return undefined;
  },
  write: () => undefined,
};

/** Resets of the firmware. */
export const RESET_REGISTERS: readonly Register[] = [MFRL, MROQ, MIRC];
