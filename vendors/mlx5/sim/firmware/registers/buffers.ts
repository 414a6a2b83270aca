import { sheetRegister, type SheetAccess } from '../sheet/sheet-register.js';
import { at, eachOf, PORT_INDEX } from './port-index.js';

/** Everything here is counted in cells. */
const CELL_BYTES = 128;
const TOTAL_CELLS = 4096;
const POOL_CELLS = 1024;
const POOLS = 4;
const PRIORITIES = 8;
const BUFFERS = 10;

/** How full a buffer is swings with this period, in cells and in milliseconds of link time. */
const SWING = 97;

function occupancy({ state }: SheetAccess): number {
  return state.port.carriedMs(state.nowMs()) % SWING;
}

/** The most cells in use since the register's index was last cleared. */
function highest(access: SheetAccess): number {
  const { state, kept } = access;
  const carriedMs = state.port.carriedMs(state.nowMs());
  return Math.floor(carriedMs / SWING) > Math.floor(kept('cleared_ms') / SWING) ? SWING - 1 : occupancy(access);
}

function clearHighest({ state, asked, keep }: SheetAccess): void {
  if (asked('clr') === 1) keep('cleared_ms', state.port.carriedMs(state.nowMs()));
}

/** Which receive buffer each priority goes to. A write concerns the priorities whose bit of `pm` is set. */
export const PPTB = sheetRegister({
  id: 0x500b, name: 'PPTB', sizeBytes: 12,
  lines: `
    ${PORT_INDEX}, mm[29:28]!0, cm[9]^, um[8]^, pm[7:0]^
    04: ${Array.from({ length: PRIORITIES }, (_, prio) => `prio${prio}buff[${4 * prio + 3}:${4 * prio}]@`).join(', ')}
    08: pm_msb[31:24]^, ctrl_buff[7:4]~0(0-9)?cm, untagged_buff[3:0]~0(0-9)?um
  `,
  live: Object.fromEntries(Array.from({ length: PRIORITIES }, (_, prio) => [`prio${prio}buff`, ({ kept }: SheetAccess) => kept(`prio${prio}buff`)])),
  written: ({ asked, keep }) => {
    for (let prio = 0; prio < PRIORITIES; prio++) if (((asked('pm') >> prio) & 1) === 1) keep(`prio${prio}buff`, asked(`prio${prio}buff`));
  },
});

/** Sizes and thresholds of the receive buffers. */
export const PBMC = sheetRegister({
  id: 0x500c, name: 'PBMC', sizeBytes: 108,
  lines: `
    ${PORT_INDEX}
    04: xoff_timer_value[31:16]~0xffff, xoff_refresh[15:0]~0x7fff
    08: fullness_threshold[22:16]=80, port_buffer_size[15:0]=2048
    ${eachOf(BUFFERS, (index) => `
      ${at(0xc + 8 * index)}: lossy${index}[25]~${index === 0 ? 1 : 0}, epsb${index}[24]~0, size${index}[15:0]~${index === 0 ? 2048 : 0}(0-2048)
      ${at(0x10 + 8 * index)}: xoff_threshold${index}[31:16]~0, xon_threshold${index}[15:0]~0
    `)}
    5c: shared_size[15:0]~0(0-2048)
  `,
});

/** The pools that buffers share. */
export const SBPR = sheetRegister({
  id: 0xb001, name: 'SBPR', sizeBytes: 24,
  lines: `
    00: snap[30]^, dir[25:24]!1, pool[3:0]!3
    04: infi_size[31]~0, size[23:0]~${POOL_CELLS}(0-${TOTAL_CELLS})
    08: mode[3:0]~1(0-1)
    0c: buff_occupancy[23:0]@
    10: clr[31]^, max_buff_occupancy[23:0]@
    14: ext_buff_occupancy[23:0]=0
  `,
  live: { buff_occupancy: (access) => (access.index('pool') === 0 ? occupancy(access) : 0), max_buff_occupancy: (access) => (access.index('pool') === 0 ? highest(access) : 0) },
  written: clearHighest,
});

/** What a buffer (in) or a traffic class (out) may take from its pool. */
export const SBCM = sheetRegister({
  id: 0xb002, name: 'SBCM', sizeBytes: 40,
  lines: `
    00: snap[30]^, local_port[23:16]!1-1, pnat[15:14]!0, pg_buff[13:8]!7, lp_msb[5:4]!0, dir[1:0]!1
    04: exc[0]=0
    10: buff_occupancy[23:0]@
    14: clr[31]^, max_buff_occupancy[23:0]@
    18: min_buff[23:0]~0(0-${POOL_CELLS})
    1c: infi_max[31]~0, max_buff[23:0]~${POOL_CELLS}(0-${TOTAL_CELLS})
    24: pool[3:0]~0(0-${POOLS - 1})
  `,
  live: { buff_occupancy: (access) => (access.index('pg_buff') === 0 ? occupancy(access) : 0), max_buff_occupancy: (access) => (access.index('pg_buff') === 0 ? highest(access) : 0) },
  written: clearHighest,
});

/** What SBCAM says beside its masks. */
export const SHARED_BUFFER_LIMITS = `
  40: cap_total_buffer_size=${TOTAL_CELLS * CELL_BYTES}
  44: cap_cell_size[31:16]=${CELL_BYTES}, cap_max_pg_buffers[15:8]=${PRIORITIES}, cap_num_pool_supported[7:0]=${POOLS}
  48: cap_max_tclass_data[15:8]=${PRIORITIES}
`;
