import { sendAsDriver, type CommandSpec } from './driver.js';
import type { FirmwareModel } from './firmware/types.js';
import { dword, putDword, sheet } from './wire.js';

/**
 * What a driver with a network interface would make: a few objects of each kind, so that there is something to ask a simulated device
 * about where no kernel drives it.
 */

interface Made {
  readonly opcode: number;
  readonly requestBytes: number;
  readonly replyBytes?: number;
  /** The request from byte 0 on, as `sheet` reads it; the opcode is put in. Numbers of objects are those that the firmware gives, from the lowest on. */
  readonly lines: string;
  /** What follows the fixed part, in dwords. */
  readonly list?: readonly number[];
}

const OBJECTS: readonly Made[] = [
  { opcode: 0x800, requestBytes: 16, lines: '' }, // protection domain 1
  { opcode: 0x816, requestBytes: 16, lines: '' }, // transport domain 1
  { opcode: 0x80e, requestBytes: 16, lines: '' }, // XRC domain 1
  { // memory key 0x200: all memory, by physical address
    opcode: 0x200, requestBytes: 272,
    lines: `
      10: rw[13], rr[12], lw[11], lr[10]
      14: qpn[31:8]=0xffffff
      1c: length64[31], pd[23:0]=1
    `,
  },
  { // memory key 0x201: 64 KiB by a list of pages
    opcode: 0x200, requestBytes: 272, list: Array.from({ length: 16 }, (_, page) => [0, 0x4000_0000 + 0x1000 * page]).flat(),
    lines: `
      10: lw[11], lr[10], access_mode_1_0[9:8]=1
      14: qpn[31:8]=0xffffff
      1c: pd[23:0]=1
      20: start_addr:64=0x40000000
      28: len:64=0x10000
      44: translations_octword_size=8
      48: log_page_size[5:0]=12
      60: translations_octword_actual_size=8
    `,
  },
  ...[1, 2].map((number) => ({ // completion queues 1 and 2
    opcode: 0x400, requestBytes: 272, list: [0, 0x5000_0000 + 0x10000 * number],
    lines: `
      10: cqe_comp_en[14], st[11:8]=9
      1c: log_cq_size[28:24]=${9 + number}, uar_page[23:0]=4
      20: cq_period[27:16]=8, cq_max_count[15:0]=64
      24: c_eqn=1
      28: log_page_size[28:24]=4
      48: dbr_addr:64=0x${(0x6000_0000 + 0x40 * number).toString(16)}
    `,
  })),
  { // receive queue 0x40
    opcode: 0x908, requestBytes: 272, list: [0, 0x5100_0000],
    lines: `
      20: vsd[28], state[23:20]=1, ts_format[5:4]=1
      28: cqn[23:0]=1
      2c: counter_set_id[31:24]=1
      50: wq_type[31:28]=1
      58: pd[23:0]=1
      60: dbr_addr:64=0x60000100
      70: log_wq_stride[19:16]=6, log_wq_pg_sz[12:8]=4, log_wq_sz[4:0]=10
    `,
  },
  { // send queue 0x40, of transport interface 1
    opcode: 0x904, requestBytes: 272, list: [0, 0x5200_0000],
    lines: `
      20: flush_in_error_en[28], allow_multi_pkt_send_wqe[27], min_wqe_inline_mode[26:24]=1, state[23:20]=1, ts_format[5:4]=1
      28: cqn[23:0]=2
      40: tis_lst_sz[31:16]=1
      4c: tis_num_0[23:0]=1
      50: wq_type[31:28]=1
      58: pd[23:0]=1
      5c: uar_page[23:0]=4
      60: dbr_addr:64=0x60000140
      70: log_wq_stride[19:16]=6, log_wq_pg_sz[12:8]=4, log_wq_sz[4:0]=10
    `,
  },
  ...[0, 3].map((prio) => ({ // transport interfaces 1 and 2
    opcode: 0x912, requestBytes: 192,
    lines: `
      20: prio[19:16]=${prio}
      44: transport_domain[23:0]=1
      4c: pd[23:0]=1
    `,
  })),
  { // receive queue table 1
    opcode: 0x916, requestBytes: 272, list: [0x40],
    lines: `
      34: rqt_max_size[15:0]=1
      38: rqt_actual_size[15:0]=1
    `,
  },
  { // receive interface 1: spread over the table
    opcode: 0x900, requestBytes: 272,
    lines: `
      24: disp_type[31:28]=1
      40: rx_hash_symmetric[31], indirect_table[23:0]=1
      44: rx_hash_fn[31:28]=2, transport_domain[23:0]=1
      70: l3_prot_type[31]=0, selected_fields[29:0]=3
    `,
  },
  { opcode: 0x90c, requestBytes: 272, list: [0, 0x5300_0000], lines: '20: state[23:20]=1\n50: wq_type[31:28]=1\n58: pd[23:0]=1\n70: log_wq_stride[19:16]=6, log_wq_sz[4:0]=8' }, // receive memory pool 1
  { // queue pair 0x40, ready to send
    opcode: 0x500, requestBytes: 272, list: [0, 0x5400_0000],
    lines: `
      18: state[31:28]=3, pm_state[12:11]=3
      1c: pd[23:0]=1
      20: mtu[31:29]=3, log_msg_max[28:24]=30, log_rq_size[22:19]=7, log_rq_stride[18:16]=2, log_sq_size[14:11]=8
      24: counter_set_id[31:24]=1, uar_page[23:0]=4
      2c: remote_qpn[23:0]=0x41
      94: cqn_snd[23:0]=2
      a8: atomic_mode[19:16]=1, rre[15], rwe[14]
      b4: cqn_rcv[23:0]=1
    `,
  },
  { opcode: 0x700, requestBytes: 272, list: [0, 0x5500_0000], lines: '10: state[31:28]=0, log_srq_size[27:24]=8\n14: log_rq_stride[26:24]=1\n28: pd[23:0]=1\n2c: lwm[31:16]=16, wqe_cnt[15:0]=200\n38: dbr_addr:64=0x60000180' }, // shared receive queue 1
  { opcode: 0x705, requestBytes: 272, list: [0, 0x5600_0000], lines: '10: state[31:28]=0, log_xrc_srq_size[27:24]=8\n14: log_rq_stride[26:24]=1, xrcd[23:0]=1\n18: cqn[23:0]=1\n28: pd[23:0]=1\n2c: lwm[31:16]=0, wqe_cnt[15:0]=256' },
  { opcode: 0x717, requestBytes: 336, lines: '10: state[31:28]=0, topology[11:8]=0\n18: cqn[23:0]=1\n90: wq_type[31:28]=1\n98: pd[23:0]=1' },
  { opcode: 0x710, requestBytes: 128, lines: '10: state[27:24]=0\n18: cqn[23:0]=1\n20: min_rnr_nak[12:8]=12\n24: srqn_xrqn[23:0]=1\n28: pd[23:0]=1\n38: mtu[26:24]=3, port[23:16]=1' },
  { opcode: 0x771, requestBytes: 16, lines: '' }, // counters of queues, set 1
  { opcode: 0x930, requestBytes: 64, lines: '10: table_type[31:24]=0\n18: table_miss_action[27:24]=0, level[23:16]=1, log_size[7:0]=4' }, // flow table 1: received
  { opcode: 0x939, requestBytes: 16, lines: '' }, // flow counter 1
  { // flow group 1: by VLAN
    opcode: 0x933, requestBytes: 1024,
    lines: `
      14: table_id[23:0]=1
      1c: start_flow_index=0
      24: end_flow_index=7
      3c: match_criteria_enable[7:0]=1
      4c: first_vid[11:0]=0xfff
      50: cvlan_tag[15]=1
    `,
  },
  { // an entry of it: VLAN 100 to receive interface 1, counted
    opcode: 0x936, requestBytes: 832, list: [0x02000001, 0, 1, 0],
    lines: `
      14: table_id[23:0]=1
      20: flow_index=0
      44: group_id=1
      4c: action[15:0]=0xc
      50: destination_list_size[23:0]=1
      54: flow_counter_list_size[23:0]=1
      8c: first_vid[11:0]=100
      90: cvlan_tag[15]=1
    `,
  },
  { opcode: 0x93d, requestBytes: 36, list: [0x00010203, 0x04050607], lines: '1c: reformat_type[31:24]=1, reformat_data_size[9:0]=10\n20: reformat_data[15:0]=0x0800' },
  { opcode: 0x782, requestBytes: 128, replyBytes: 64, lines: '08: scheduling_hierarchy[31:24]=3\n20: element_type[31:24]=0\n28: parent_element_id=0\n34: bw_share=1\n38: max_average_bw=100000' },
];

function requestOf({ opcode, requestBytes, replyBytes, lines, list = [] }: Made): CommandSpec {
  return {
    opcode, requestBytes: requestBytes + 4 * list.length, ...(replyBytes === undefined ? {} : { replyBytes }),
    fill: (request) => {
      const fixed = sheet(requestBytes, lines);
      dword(fixed, 0x0, [31, 16, opcode]);
      request.set(fixed);
      list.forEach((value, index) => { putDword(request, requestBytes + 4 * index, value); });
    },
  };
}

const SET_L2_TABLE_ENTRY = 0x829;

/** The function's own address, entry 0 of the table that finds it. */
function ownAddress({ identity: { baseMac } }: FirmwareModel): CommandSpec {
  return {
    opcode: SET_L2_TABLE_ENTRY, requestBytes: 64,
    fill: (request) => {
      putDword(request, 0x20, Number(baseMac >> 32n));
      putDword(request, 0x24, Number(baseMac & 0xffffffffn));
    },
  };
}

/**
 * Makes the objects on an operational model that has none.
 *
 * @throws ERR_TRANSPORT_TIMEOUT when the firmware hangs; ERR_NO_TRANSPORT when it refuses.
 */
export function createObjects(model: FirmwareModel): void {
  for (const made of OBJECTS) sendAsDriver(model, requestOf(made));
  sendAsDriver(model, ownAddress(model));
}
