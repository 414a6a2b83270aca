import { sheetRegister } from '../sheet/sheet-register.js';
import { PORT_INDEX } from './port-index.js';

/** Port capabilities of the link layer. */
export const PCAP = sheetRegister({
  id: 0x5001, name: 'PCAP', sizeBytes: 20,
  lines: `
    ${PORT_INDEX}
    04: port_capability_mask_3=0
    08: port_capability_mask_2=0
    0c: port_capability_mask_1=0
    10: port_capability_mask_0=0x02010000
  `,
});

/** Frame sizes in bytes, as they are on the wire. What is administered is in force at once. */
export const PMTU = sheetRegister({
  id: 0x5003, name: 'PMTU', sizeBytes: 16,
  lines: `
    ${PORT_INDEX}, protocol[31:28]!0, i_e[5:4]!0, itre[0]~0
    04: max_mtu[31:16]=10240
    08: admin_mtu[31:16]~1522(68-10240)
    0c: oper_mtu[31:16]@
  `,
  live: { oper_mtu: ({ state }) => state.port.mtu },
  written: ({ state, kept }) => { state.port.mtu = kept('admin_mtu'); },
});

/** The MAC address of the port. */
export const PPAD = sheetRegister({
  id: 0x5005, name: 'PPAD', sizeBytes: 16,
  lines: `
    ${PORT_INDEX}, single_base_mac[28]
    00: mac_47_32[15:0]@
    04: mac_31_0@
  `,
  live: {
    mac_47_32: ({ state }) => state.identity.baseMac >> 32n,
    mac_31_0: ({ state }) => state.identity.baseMac & 0xffffffffn,
  },
});

const masked = (before: number, wanted: number, mask: number): number => (before & ~mask) | (wanted & mask);

/** Flow control: global pause, or pause by priority. Either excludes the other. */
export const PFCC = sheetRegister({
  id: 0x5007, name: 'PFCC', sizeBytes: 32,
  lines: `
    ${PORT_INDEX}, dcbx_operation_type[31:30]!0, cap_local_admin[29], buf_ownership[27:26]=2, set_buf_ownership[25:24]^, pnat[15:14]!1
    00: packet_ratio_mask[6]^, cable_length_mask[5]^, ppan_mask_n[4]^, minor_stall_mask[3]^, critical_stall_mask[2]^
    04: ppan[31:28]~1(0-1)?-ppan_mask_n, prio_mask_tx[23:16]^, prio_mask_rx[7:0]^
    08: pptx[31]~1?-pptx_mask_n, aptx[30]@, pptx_mask_n[29]^, pfctx[23:16]@
    0c: pprx[31]~1?-pprx_mask_n, aprx[30]@, pprx_mask_n[29]^, pfcrx[23:16]@
    10: device_stall_minor_watermark[31:16]~0?minor_stall_mask, device_stall_critical_watermark[15:0]~8000?critical_stall_mask
    14: packet_ratio[12:8]~0?packet_ratio_mask, cable_length[7:0]~7?cable_length_mask
    18: pfc_rx_timer_mode[17:16]=0, pfc_rx_timer_value[15:0]=0xffff
  `,
  live: {
    aptx: ({ kept }) => kept('pptx'),
    aprx: ({ kept }) => kept('pprx'),
    pfctx: ({ kept }) => kept('pfctx'),
    pfcrx: ({ kept }) => kept('pfcrx'),
  },
  written: ({ kept, keep, asked }) => {
    for (const [priorities, mask, pause] of [['pfctx', 'prio_mask_tx', 'pptx'], ['pfcrx', 'prio_mask_rx', 'pprx']] as const) {
      keep(priorities, masked(kept(priorities), asked(priorities), asked(mask)));
      if (kept(priorities) !== 0) keep(pause, 0);
    }
  },
});

/** Checks of frames: those that are built in are always on. */
export const PCMR = sheetRegister({
  id: 0x5041, name: 'PCMR', sizeBytes: 12,
  lines: `
    ${PORT_INDEX}
    04: force_entropy_cap[31], entropy_calc_cap[30], entropy_gre_calc_cap[29], rx_ts_over_crc_cap[13], fcs_cap[1]
    08: force_entropy[31]~0, entropy_calc[30]~1, entropy_gre_calc[29]~1, rx_ts_over_crc[13]~0, fcs_chk[1]~1
  `,
});

/** Loopback: none, or one of the three that the port can do. */
export const PPLR = sheetRegister({
  id: 0x5018, name: 'PPLR', sizeBytes: 8,
  lines: `
    ${PORT_INDEX}, port_type[11:8]!0, plane_ind[7:4]!0
    04: lb_cap[23:16]=0x06, lb_en[7:0]~0(0-6)
  `,
});

/** The gap between frames, in units of four bytes. */
export const PIPG = sheetRegister({
  id: 0x5017, name: 'PIPG', sizeBytes: 8,
  lines: `
    ${PORT_INDEX}
    04: dic[31]~1, ipg[5:2]~3(1-15)
  `,
});

/** Injected errors: what was asked last, none left. */
export const PEIR = sheetRegister({
  id: 0x5019, name: 'PEIR', sizeBytes: 12,
  lines: `
    ${PORT_INDEX}
    04: error_count[19:16]~0
    08: lane[19:16]~0(0-3), error_type[7:0]~0(0-4)
  `,
});

/** The port as the event of its change shows it. */
export const PUDE = sheetRegister({
  id: 0x5009, name: 'PUDE', sizeBytes: 16,
  lines: '00: swid[31:24]!0, local_port[23:16]!1-1, admin_status[11:8]@, oper_status[3:0]@',
  live: { admin_status: ({ state }) => state.port.admin, oper_status: ({ state }) => (state.port.isUp ? 1 : 2) },
});

/** The port in terms of planes, of which this device has none. */
export const PPCR = sheetRegister({ id: 0x504c, name: 'PPCR', sizeBytes: 16, lines: PORT_INDEX });

