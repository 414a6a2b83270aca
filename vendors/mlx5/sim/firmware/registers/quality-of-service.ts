import { sheetRegister } from '../sheet/sheet-register.js';
import { at, eachOf, PORT_INDEX } from './port-index.js';

const PORT_NUMBER = '00: port_number[23:16]!1-1';
const CLASSES = 8;

/** Which part of a packet tells its priority: 1 PCP, 2 DSCP. */
export const QPTS = sheetRegister({
  id: 0x4002, name: 'QPTS', sizeBytes: 8,
  lines: `
    ${PORT_INDEX}
    04: trust_state[2:0]~1(1-2)
  `,
});

/** Bandwidth of the traffic classes: the share of each, in percent, and its limit in the units that it names. */
export const QETCR = sheetRegister({
  id: 0x4005, name: 'QETCR', sizeBytes: 80,
  lines: `
    ${PORT_NUMBER}
    ${eachOf(CLASSES, (index) => `
      ${at(8 + 8 * index)}: g${index}[31]^, b${index}[30]^, r${index}[29]^
      ${at(8 + 8 * index)}: group${index}[19:16]~0(0-15)?g${index}, bw_allocation${index}[6:0]~${index < 4 ? 12 : 13}(0-100)?b${index}
      ${at(12 + 8 * index)}: max_bw_units${index}[19:16]~0(0-4)?r${index}, max_bw_value${index}[15:0]~0?r${index}
    `)}
    48: r[29]^
    4c: max_bw_units[19:16]~0(0-4)?r, max_bw_value[7:0]~0?r
  `,
});

/** The traffic class of a priority. */
export const QTCT = sheetRegister({
  id: 0x400a, name: 'QTCT', sizeBytes: 8,
  lines: `
    ${PORT_INDEX}, operation_type[31:30]!0, cap_local_admin[29], switch_prio[3:0]!7
    04: tclass[3:0]~0(0-7)
  `,
  initial: { tclass: ({ index }) => index('switch_prio') },
});

const CODE_POINTS = 64;

/** The priority of each DSCP, two to a dword. */
export const QPDPM = sheetRegister({
  id: 0x4013, name: 'QPDPM', sizeBytes: 132,
  lines: `
    ${PORT_INDEX}
    ${eachOf(CODE_POINTS, (dscp) => {
      const low = dscp % 2 === 0 ? 16 : 0;
      return `${at(4 + 4 * Math.floor(dscp / 2))}: e${dscp}[${low + 15}]^, prio${dscp}[${low + 3}:${low}]~${dscp >> 3}(0-7)?e${dscp}`;
    })}
  `,
});

/** Negotiation of the above with the far end, which this firmware leaves to the host. */
export const DCBX_PARAM = sheetRegister({
  id: 0x4020, name: 'DCBX_PARAM', sizeBytes: 64,
  lines: `
    ${PORT_NUMBER}, dcbx_cee_cap[31], dcbx_ieee_cap[30], dcbx_standby_cap[29], max_application_table_size[5:0]=32
    04: version_oper[10:8]=0, version_admin[2:0]~0(0-3)
    08: willing_admin[31]~0, pfc_cap_oper[27:24]=8, pfc_cap_admin[19:16]~8(0-8), num_of_tc_oper[11:8]=8, num_of_tc_admin[3:0]~8(1-8)
    0c: remote_willing[31]=0
    10: error[7:0]=0
  `,
});

/** Priorities of applications: the table is empty. */
export const DCBX_APP = sheetRegister({ id: 0x4021, name: 'DCBX_APP', sizeBytes: 20, lines: PORT_NUMBER });
