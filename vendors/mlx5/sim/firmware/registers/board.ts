import type { Register } from '../register.js';
import { sheetRegister } from '../sheet/sheet-register.js';
import { putText } from '../../wire.js';

/** The board as its label has it. */
export const MSGI: Register = {
  id: 0x9021,
  name: 'MSGI',
  sizeBytes: 128,
  read: ({ identity, profile }, _data, out) => {
    putText(out, 0x00, 24, identity.serialNumber);
    putText(out, 0x20, 20, profile.board.partNumber);
    putText(out, 0x38, 4, profile.board.revision);
    putText(out, 0x40, 64, profile.board.productName);
    return undefined;
  },
};

/** The beacon: blinks for as many seconds as are written. */
export const MLCR = sheetRegister({
  id: 0x902b, name: 'MLCR', sizeBytes: 12,
  lines: `
    00: lp_msb[25:24]!0, local_port[23:16]!1-1, operation[15:12]^, operation_cap[5]=0, led_type[3:0]!2
    04: beacon_duration[15:0]~0
    08: beacon_remain[15:0]@
  `,
  live: {
    beacon_remain: ({ state, kept }) => Math.max(0, kept('beacon_duration') - Math.floor((state.nowMs() - kept('since_ms')) / 1000)),
  },
  written: ({ state, keep }) => { keep('since_ms', state.nowMs()); },
});

/** Which registers of this group there are, and the memory that firmware may use, in pages of 4 KiB. */
export const NIC_CAP = sheetRegister({
  id: 0xc00d, name: 'NIC_CAP', sizeBytes: 128, minimumBytes: 16,
  lines: `
    00: vhca_icm_ctrl[5], rcr[3]
    0c: total_icm@
  `,
  live: { total_icm: ({ state }) => state.profile.bootPages + state.profile.initPages },
});

/** Which health syndromes count, by severity. */
export const RCR = sheetRegister({
  id: 0xc00f, name: 'RCR', sizeBytes: 48,
  lines: `
    00: health_severity_bitmask_valid[0]
    04: health_severity_bitmask[7:0]=0x7
  `,
});

/** The memory that a function uses, in pages of 4 KiB. */
export const VHCA_ICM_CTRL = sheetRegister({
  id: 0xc010, name: 'VHCA_ICM_CTRL', sizeBytes: 64,
  lines: `
    00: vhca_id_valid[31]!1, vhca_id[15:0]!0
    18: cur_alloc_icm@
  `,
  live: { cur_alloc_icm: ({ state }) => state.pages.held },
});

