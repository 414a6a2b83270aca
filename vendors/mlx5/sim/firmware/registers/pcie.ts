import type { Counter } from '../counters.js';
import { REFUSAL } from '../refusal.js';
import { sheetRegister } from '../sheet/sheet-register.js';
import { bitsAt, dword } from '../../wire.js';
import { counterRegister, type CounterGroup } from './counter-register.js';
import { PCIE_INDEX } from './port-index.js';

/** The link as the PCI function's configuration space has it: 16 lanes at 16 GT/s. Speeds are one bit each. */
const WIDTH = 16;
const SPEED_16GT = 0x8;

/** The PCIe link, of which there is one. */
export const MPEIN = sheetRegister({
  id: 0x9050, name: 'MPEIN', sizeBytes: 48,
  lines: `
    ${PCIE_INDEX}
    08: link_width_enabled[23:16]=${WIDTH}, link_speed_enabled[15:0]=${SPEED_16GT}
    0c: lane0_physical_position[31:24]=0, link_width_active[23:16]=${WIDTH}, link_speed_active[15:0]=${SPEED_16GT}
    10: num_of_pfs[31:16]=1, num_of_vfs[15:0]=0
    14: bdf0[31:16]=0
    18: max_read_request_size[31:28]=2, max_payload_size[27:24]=1, pwr_status[18:16]=1, port_type[15:12]=0, cmn_clk_mode[1], lane_reversal[0]=0
    1c: link_peer_max_speed[31:16]=${SPEED_16GT}, pci_power[11:0]=75
    24: device_status[31:16]=0
  `,
});

/** Where the device sits: directly at the only host. */
export const MPIR = sheetRegister({
  id: 0x9059, name: 'MPIR', sizeBytes: 16,
  lines: `
    ${PCIE_INDEX}, sdm[31]=0, host_buses[3:0]=1
    04: secondary_bus[15:8]=0, subordinate_bus[7:0]=0
    08: local_port[31:24]=1, bus[23:16]=0, device[7:3]=0, sd_group[2:0]=0
    0c: slot_cap[31]=0, num_con_devices[23:16]=1
  `,
});

/** What the device does when the host is slow to take its writes. */
export const MPEGC = sheetRegister({
  id: 0x9056, name: 'MPEGC', sizeBytes: 44,
  lines: `
    ${PCIE_INDEX}
    04: field_select[15:0]^
    08: tx_overflow_sense[31]~0, mark_cqe[30]~0, mark_cnp[29]~0, tx_lossy_overflow_oper[1:0]~0(0-2)
    0c: outbound_stalled_reads_th[14:8]~2(0-100), outbound_stalled_writes_th[6:0]~2(0-100)
    10: status[31:24]=0, operation[19:16]=0
  `,
});

/** A packet that comes in over the network is written to the host, one that goes out is read from it. Sizes of transfers in bytes. */
const DWORD_BYTES = 4;
const WRITE_BYTES = 256;
const READ_REQUEST_BYTES = 512;
const writtenDwords: Counter = ({ traffic }) => Math.floor(traffic.received.octets / DWORD_BYTES);
const readDwords: Counter = ({ traffic }) => Math.floor(traffic.sent.octets / DWORD_BYTES);
const writes: Counter = ({ traffic }) => Math.floor(traffic.received.octets / WRITE_BYTES);
const reads: Counter = ({ traffic }) => Math.floor(traffic.sent.octets / READ_REQUEST_BYTES);
const wrapped = (counter: Counter): Counter => (source, index) => counter(source, index) % 2 ** 32;

const GROUPS: Readonly<Record<number, CounterGroup>> = {
  // performance
  0x0: {
    cells: [
      [0x08, 31, 0, (c) => c.every(41_000_000)], [0x24, 31, 0, (c) => c.every(41_000_000)], [0x28, (c) => c.every(7_700_000)],
      [0x30, 31, 0, () => 0], [0x34, 31, 0, () => 0], [0x38, 31, 0, (c) => c.every(910_000)], [0x3c, 31, 0, (c) => c.every(1_300_000)],
    ],
    gauges: [[0x00, (c) => c.uptimeMs], [0x5c, 31, 0, () => 1]],
  },
  // physical layer indications
  0x3: { cells: [[0x00, 31, 0, (c) => c.every(86_400_000)]] },
  // performance 2
  0x4: {
    cells: [
      [0x00, 31, 0, wrapped(writtenDwords)], [0x04, 31, 0, wrapped(readDwords)],
      [0x0c, 31, 0, wrapped(reads)], [0x10, readDwords], [0x18, 31, 0, wrapped(writes)], [0x1c, writtenDwords],
      [0x48, 31, 0, (c) => c.every(41_000_000)], [0x4c, 31, 0, (c) => c.every(41_000_000)],
    ],
  },
};

/** Counters of the PCIe link, by group. */
export const MPCNT = counterRegister({
  id: 0x9051,
  name: 'MPCNT',
  select: (_state, data) => {
    const number = bitsAt(data, 0x0, 5, 0);
    const group = GROUPS[number];
    const isOnlyLink = bitsAt(data, 0x0, 29, 24) === 0 && bitsAt(data, 0x0, 23, 16) === 0 && bitsAt(data, 0x0, 15, 8) === 0;
    if (!isOnlyLink) return REFUSAL.pcieLink;
    return group === undefined ? REFUSAL.counterGroup : { group, key: `MPCNT/${number}`, index: 0 };
  },
  echo: (data, _selection, out) => {
    dword(out, 0x0, [30, 30, bitsAt(data, 0x0, 30, 30)], [5, 0, bitsAt(data, 0x0, 5, 0)]);
  },
});
