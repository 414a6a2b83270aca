import { MODULE_IDENTITY, MODULE_LIMITS, moduleReadings, type ModuleReadings } from '../module-eeprom.js';
import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { FirmwareState } from '../state.js';
import { sheetRegister, type RegisterSheet, type SheetAccess } from '../sheet/sheet-register.js';
import { bitsAt, putText } from '../../wire.js';
import { activeFec, forcedFec } from './link-detail.js';
import { at, eachOf, PORT_INDEX } from './port-index.js';

const SIZE_BYTES = 256;
const PAGE_OFFSET = 8;
const LANES = 4;
const ETHERNET = 4;

const SELECTION = `
  00: module_ind_type[25:24]!0, pnat[15:14]!1, plane_ind[11:8]!0, port_type[7:4]!0
  ${PORT_INDEX}
  04: module_info_ext[30:29]^, page_select[7:0]!14
`;

/** `phy_mngr_fsm_state`. */
const PHY = { disabled: 0, polling: 2, active: 3, rxDisable: 6 } as const;
/** `status_opcode` of the troubleshooting page. */
const OPCODE = { noIssue: 0, closedByCommand: 1, noPartner: 2 } as const;
const MESSAGES = new Map<number, string>([
  [OPCODE.noIssue, 'No issue was observed'], [OPCODE.closedByCommand, 'The port is closed by command'], [OPCODE.noPartner, 'Auto-negotiation no partner detected'],
]);

function isClosed({ port }: FirmwareState): boolean {
  return port.admin === 2 || port.admin === 4;
}

function troubleOf(state: FirmwareState): number {
  if (state.port.isUp) return OPCODE.noIssue;
  return isClosed(state) ? OPCODE.closedByCommand : OPCODE.noPartner;
}

function isEthernet({ port }: FirmwareState): boolean {
  return port.profile.protocol === 'ethernet';
}

const OPERATIONAL: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: proto_active[23:20]@, neg_mode_active[19:16]@
    0c: phy_mngr_fsm_state[31:24]@, eth_an_fsm_state[23:16]@
    10: phy_manager_link_enabled@
    14: core_to_phy_link_enabled@
    18: cable_proto_cap@
    1c: link_active@
    20: loopback_mode[11:0]=0
    24: fec_mode_active[31:16]@, fec_mode_request[15:0]@
    28: profile_fec_in_use[31:16]@, eth_25g_50g_fec_support[7:4]=7, eth_100g_fec_support[3:0]=5
  `,
  live: {
    proto_active: ({ state }) => (isEthernet(state) ? ETHERNET : 1),
    neg_mode_active: ({ state }) => (state.port.isUp ? 3 : 0),
    phy_mngr_fsm_state: ({ state }) => (state.port.isUp ? PHY.active : isClosed(state) ? PHY.rxDisable : PHY.polling),
    eth_an_fsm_state: ({ state }) => (state.port.isUp && isEthernet(state) ? 8 : 0),
    phy_manager_link_enabled: ({ state }) => (isClosed(state) ? 0 : state.port.adminMask),
    core_to_phy_link_enabled: ({ state }) => (isClosed(state) ? 0 : state.port.adminMask),
    cable_proto_cap: ({ state }) => state.port.capabilityMask,
    link_active: ({ state }) => (state.port.mode === undefined ? 0 : 2 ** state.port.mode.bit),
    fec_mode_active: ({ state }) => activeFec(state, forcedFec(state)),
    fec_mode_request: ({ state }) => forcedFec(state),
    profile_fec_in_use: ({ state }) => activeFec(state, forcedFec(state)),
  },
};

const TROUBLE: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: group_opcode[15:0]=0
    0c: status_opcode@
  `,
  live: { status_opcode: ({ state }) => troubleOf(state) },
};

const PHY_INFO: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: remote_device_type[31:24]=1, negotiation_mask[15:8]=0x0f
    0c: num_of_negotiation_attempts[31:16]@
    10: hw_link_phy_state[31:24]@
    14: pcs_phy_state=0x33
    18: lp_proto_enabled@
    1c: lp_fec_mode_support[31:16]=5, lp_fec_mode_request[15:0]@
  `,
  live: {
    num_of_negotiation_attempts: ({ state }) => state.port.linkDownEvents + 1,
    hw_link_phy_state: ({ state }) => (state.port.isUp ? 5 : isClosed(state) ? 3 : 2),
    lp_proto_enabled: ({ state }) => (state.port.hasPartner ? state.port.capabilityMask : 0),
    lp_fec_mode_request: ({ state }) => forcedFec(state),
  },
};

const DBM_UNIT = 1000;
/** The module measures in 0.1 microwatts; the page shows thousandths of dBm. */
const dbm = (tenthsOfMicrowatt: number): number => Math.round(DBM_UNIT * 10 * Math.log10(Math.max(1, tenthsOfMicrowatt) / 10_000));
const ofModule = (of: (readings: ModuleReadings) => number) => ({ state }: SheetAccess): number => of(moduleReadings(state));
/** Two lanes to a dword, the first one in its upper half. */
const lanePairs = (name: string, offsetBytes: number): string =>
  eachOf(LANES / 2, (pair) => `${at(offsetBytes + 4 * pair)}: ${name}${2 * pair}[31:16]@, ${name}${2 * pair + 1}[15:0]@`);
const perLane = (name: string, of: (readings: ModuleReadings, lane: number) => number): [string, (access: SheetAccess) => number][] =>
  Array.from({ length: LANES }, (_, lane) => [`${name}${lane}`, ofModule((readings) => of(readings, lane))]);

const MODULE: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: cable_technology[31:24]=0, cable_breakout[23:16]=0, ext_ethernet_compliance_code[15:8]=2, ethernet_compliance_code[7:0]=0x80
    0c: cable_type[31:28]=3, cable_vendor[27:24]=1, cable_length[23:16]=0, cable_identifier[15:8]=0, cable_power_class[7:0]=3
    10: max_power[31:24]=14
    18: rx_cdr_cap[23:20]=1, tx_cdr_cap[19:16]=1, rx_cdr_state[15:8]=0x0f, tx_cdr_state[7:0]=0x0f
    54: temperature[31:16]@, voltage[15:0]@
    ${lanePairs('rx_power_lane', 0x58)}
    ${lanePairs('tx_power_lane', 0x68)}
    ${lanePairs('tx_bias_lane', 0x78)}
    88: temperature_high_th[31:16]=${MODULE_LIMITS.temperature.high}, temperature_low_th[15:0]=${MODULE_LIMITS.temperature.low}
    8c: voltage_high_th[31:16]=${MODULE_LIMITS.voltage.high}, voltage_low_th[15:0]=${MODULE_LIMITS.voltage.low}
    90: rx_power_high_th[31:16]=${dbm(MODULE_LIMITS.receivedPower.high)}, rx_power_low_th[15:0]@
    94: tx_power_high_th[31:16]=${dbm(MODULE_LIMITS.sentPower.high)}, tx_power_low_th[15:0]@
    98: tx_bias_high_th[31:16]=${MODULE_LIMITS.bias.high}, tx_bias_low_th[15:0]=${MODULE_LIMITS.bias.low}
    9c: module_st[31:29]=3, rx_power_type[28], wavelength[15:0]=${MODULE_IDENTITY.wavelengthNm}
    a4: monitor_cap_mask[15:8]=0x3c
    ac: length_om3[23:16]=35, length_om4[15:8]=50
    c0: connector_type[31:24]=0x0c, vendor_oui[23:0]=0x020000
  `,
  live: {
    temperature: ofModule(({ degrees }) => Math.round(degrees * 256)),
    voltage: ofModule(({ tenthsOfMillivolt }) => tenthsOfMillivolt),
    rx_power_low_th: () => dbm(MODULE_LIMITS.receivedPower.low),
    tx_power_low_th: () => dbm(MODULE_LIMITS.sentPower.low),
    ...Object.fromEntries([
      ...perLane('rx_power_lane', ({ receivedPower }, lane) => dbm(receivedPower[lane] ?? 0)),
      ...perLane('tx_power_lane', ({ sentPower }, lane) => dbm(sentPower[lane] ?? 0)),
      ...perLane('tx_bias_lane', ({ bias }, lane) => bias[lane] ?? 0),
    ]),
  },
};

const LINK_DOWN: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: down_intent[7:4]@, down_blame[3:0]@
    0c: local_reason_opcode[7:0]@
  `,
  live: {
    down_intent: ({ state: { port } }) => (port.linkDownEvents === 0 ? 0 : port.lastDownWasIntended ? 2 : 1),
    down_blame: ({ state: { port } }) => (port.linkDownEvents === 0 ? 0 : port.lastDownWasIntended ? 1 : 2),
    local_reason_opcode: ({ state: { port } }) => (port.linkDownEvents === 0 ? 0 : port.lastDownWasIntended ? 2 : 1),
  },
};

const LINK_UP: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: up_reason_pwr[19:16]=0, up_reason_drv[11:8]=0, up_reason_mng[3:0]=1
    0c: time_to_link_up@
    18: time_to_link_up_sd_to_phy_up@
  `,
  live: { time_to_link_up: ({ state }) => (state.port.isUp ? 412 : 0), time_to_link_up_sd_to_phy_up: ({ state }) => (state.port.isUp ? 87 : 0) },
};

const LATCHED: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: rx_los_cap[0]
    18: rx_los[31:24]@, rx_cdr_lol[23:16]@
  `,
  live: { rx_los: ({ state }) => (state.port.hasPartner ? 0 : 0x0f), rx_cdr_lol: ({ state }) => (state.port.hasPartner ? 0 : 0x0f) },
};

const PARTNER: Pick<RegisterSheet, 'lines' | 'live'> = {
  lines: `
    08: info_supported_mask[15:0]=1
    0c: partner_local_port[9:0]@
  `,
  live: { partner_local_port: ({ state }) => Number(state.port.hasPartner) },
};

const PAGES: ReadonlyMap<number, Register> = new Map(
  ([[0, OPERATIONAL], [1, TROUBLE], [2, PHY_INFO], [3, MODULE], [6, LINK_DOWN], [8, LINK_UP], [9, LATCHED], [11, PARTNER]] as const).map(([page, { lines, live = {} }]) => [
    page, sheetRegister({ id: 0x5031, name: `PDDR page ${page}`, sizeBytes: SIZE_BYTES, lines: SELECTION + lines, live }),
  ]),
);

/** The text of a page, which sheets have no word for: a message, or what the module says of itself. */
function putTexts(page: number, state: FirmwareState, out: Uint8Array): void {
  const put = (offsetBytes: number, sizeBytes: number, text: string): void => { putText(out, PAGE_OFFSET + offsetBytes, sizeBytes, text); };
  if (page === 1) put(0xc, 236, MESSAGES.get(troubleOf(state)) ?? '');
  if (page !== 3) return;
  put(0x14, 16, MODULE_IDENTITY.vendor);
  put(0x24, 16, MODULE_IDENTITY.partNumber);
  put(0x34, 4, MODULE_IDENTITY.revision);
  put(0x3c, 16, moduleReadings(state).serialNumber);
  put(0xb0, 8, MODULE_IDENTITY.dateCode);
}

/** Diagnostics of the port, page by page. */
export const PDDR: Register = {
  id: 0x5031,
  name: 'PDDR',
  sizeBytes: SIZE_BYTES,
  read: (state, data, out) => {
    const page = bitsAt(data, 0x4, 7, 0);
    const sheet = PAGES.get(page);
    if (sheet === undefined) return REFUSAL.registerIndex;
    if (page === 3 && !state.profile.hasModule) return REFUSAL.module;
    const refusal = sheet.read(state, data, out);
    if (refusal === undefined) putTexts(page, state, out);
    return refusal;
  },
};
