import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { bitsAt, dword, dwordAt, flagAt, putQuad, quadAt, sheet } from '../../wire.js';

/** Time-outs in the form of the initialization segment: a multiplier in bits 31 to 29 (0 ms, 1 s), a value in bits 19 to 0. */
const TIMEOUTS = sheet(64, `
  04: pcie_toggle_multiplier[31:29]=1, value[19:0]=2
  14: health_poll_interval_multiplier[31:29]=1, value[19:0]=2
  18: full_crdump_multiplier[31:29]=1, value[19:0]=60
  1c: fw_reset_multiplier[31:29]=1, value[19:0]=60
  20: flush_on_err_multiplier[31:29]=0, value[19:0]=2000
  24: pci_sync_update_multiplier[31:29]=1, value[19:0]=5
  28: tear_down_multiplier[31:29]=1, value[19:0]=3
  2c: fsm_reactivate_multiplier[31:29]=1, value[19:0]=5
  30: reclaim_pages_multiplier[31:29]=1, value[19:0]=5
  34: reclaim_vfs_pages_multiplier[31:29]=1, value[19:0]=120
  38: driver_unload_and_reset_multiplier[31:29]=1, value[19:0]=300
`);

/** Default time-outs of the driver, as this firmware wishes them. */
export const DTOR: Register = {
  id: 0xc00e,
  name: 'DTOR',
  sizeBytes: 64,
  read: (_state, _data, out) => {
    out.set(TIMEOUTS);
    return undefined;
  },
};

/** The time of day, in microseconds, once the driver has told it. */
export const MRTC: Register = {
  id: 0x902d,
  name: 'MRTC',
  sizeBytes: 16,
  read: (state, _data, out) => {
    const difference = state.kept.get(0x902d);
    if (difference === undefined) return undefined;
    dword(out, 0x0, [31, 31, 1]);
    putQuad(out, 0x8, BigInt.asUintN(64, quadAt(difference, 0x0) + BigInt(state.nowMs() * 1000)));
    return undefined;
  },
  write: (state, data) => {
    const difference = new Uint8Array(8);
    putQuad(difference, 0x0, BigInt.asUintN(64, quadAt(data, 0x8) - BigInt(state.nowMs() * 1000)));
    state.kept.set(0x902d, difference);
    return undefined;
  },
};

const OPERATION_NONE = 0;
const ADJUST_FREQUENCY = new Set([3, 4, 5]);
const LARGEST_OPERATION = 6;

/** The hardware clock, which runs free: its frequency can be tuned, and setting the time of day has no effect. */
export const MTUTC: Register = {
  id: 0x9055,
  name: 'MTUTC',
  sizeBytes: 28,
  read: (state, _data, out) => {
    dword(out, 0x0, [20, 16, 23], [10, 5, 26]); // log2 of the largest adjustments, of frequency and of phase
    dword(out, 0x4, [31, 0, dwordAt(state.kept.get(0x9055) ?? out, 0x4)]);
    return undefined;
  },
  write: (state, data) => {
    const operation = bitsAt(data, 0x0, 3, 0);
    if (operation === OPERATION_NONE || operation > LARGEST_OPERATION || flagAt(data, 0x14, 31)) return REFUSAL.registerValue;
    if (ADJUST_FREQUENCY.has(operation)) state.kept.set(0x9055, data);
    return undefined;
  },
};
