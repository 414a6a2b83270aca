import type { FirmwareState } from '../state.js';
import { sheetRegister } from '../sheet/sheet-register.js';
import { eachOf, at, PORT_INDEX } from './port-index.js';

const LANES = 4;
/** `fec_mode_active` bits. */
const FEC = { none: 1 << 0, firecode: 1 << 1, standardRs: 1 << 2, rs544: 1 << 7 } as const;
const RATE = { tenths25G: 250, tenths50G: 500 } as const;

/** The setting of the forced error correction that a mode obeys. */
function overrideOf(state: FirmwareState): string {
  const { rate = 0, lanes = 1 } = state.port.mode ?? {};
  if (rate / lanes >= RATE.tenths50G) return rate === RATE.tenths50G ? 'fec_override_admin_50g_1x' : 'fec_override_admin_100g_2x';
  if (rate === 1000) return 'fec_override_admin_100g';
  if (rate === RATE.tenths50G) return 'fec_override_admin_50g';
  return rate === RATE.tenths25G ? 'fec_override_admin_25g' : 'fec_override_admin_10g_40g';
}

/** The error correction in force, one bit, for what a setting forces (0 for the mode's own); 0 while the link is down. */
export function activeFec(state: FirmwareState, forced: number): number {
  const { mode } = state.port;
  if (mode === undefined) return 0;
  if (forced !== 0) return forced;
  const laneRate = mode.rate / mode.lanes;
  if (laneRate >= RATE.tenths50G) return FEC.rs544;
  return laneRate >= RATE.tenths25G ? FEC.standardRs : FEC.none;
}

/** What PPLM forces on the mode in use, 0 for nothing. */
export function forcedFec(state: FirmwareState): number {
  return state.port.forcedFec.get(overrideOf(state)) ?? 0;
}

const OVERRIDES = ['100g', '50g', '25g', '10g_40g', '100g_2x', '50g_1x'].map((rate) => `fec_override_admin_${rate}`);

/** Forward error correction: what the port can do at each rate, what is forced, what is in force. */
export const PPLM = sheetRegister({
  id: 0x5023, name: 'PPLM', sizeBytes: 128, minimumBytes: 120,
  lines: `
    00: pnat[15:14]!0
    ${PORT_INDEX}, port_type[11:8]!0, plane_ind[7:4]!0
    0c: fec_mode_active[23:0]@
    10: fec_override_cap_56g[19:16]=0, fec_override_cap_100g[15:12]=5, fec_override_cap_50g[11:8]=7, fec_override_cap_25g[7:4]=7, fec_override_cap_10g_40g[3:0]=3
    14: fec_override_admin_100g[15:12]~0(0-5), fec_override_admin_50g[11:8]~0(0-7), fec_override_admin_25g[7:4]~0(0-7), fec_override_admin_10g_40g[3:0]~0(0-3)
    1c: fec_override_cap_100g_2x[31:16]=0x280, fec_override_cap_50g_1x[15:0]=0x280
    24: fec_override_admin_100g_2x[31:16]~0(0-0x280), fec_override_admin_50g_1x[15:0]~0(0-0x280)
  `,
  live: { fec_mode_active: ({ state }) => activeFec(state, forcedFec(state)) },
  written: ({ state, kept }) => {
    for (const name of OVERRIDES) state.port.forcedFec.set(name, kept(name));
  },
});

/** The cage and its module. */
export const PMAOS = sheetRegister({
  id: 0x5012, name: 'PMAOS', sizeBytes: 16,
  lines: `
    00: rst[31]^, slot_index[27:24]!0, module[23:16]!0, admin_status[11:8]~1(1-3)?ase, oper_status[3:0]@
    04: ase[31]^, ee[30]^, error_type[12:8]=0, e[1:0]~0(0-2)?ee
  `,
  live: { oper_status: ({ state }) => (state.profile.hasModule ? 1 : 2) },
});

/** The module as the event of its change shows it. */
export const PMPE = sheetRegister({
  id: 0x5010, name: 'PMPE', sizeBytes: 16,
  lines: '00: module[23:16]!0, module_status[3:0]@',
  live: { module_status: ({ state }) => (state.profile.hasModule ? 1 : 2) },
});

/** Attenuation of a passive cable: none, the module is an optical one. */
export const PMPR = sheetRegister({ id: 0x5013, name: 'PMPR', sizeBytes: 16, lines: '00: slot_index[27:24]!0, module[23:16]!0' });

const SERDES_INDEX = `${PORT_INDEX}, pnat[15:14]!0, lane[11:8]!${LANES - 1}, port_type[7:4]!0`;

/** Transmitter of a lane. */
export const SLTP = sheetRegister({
  id: 0x5027, name: 'SLTP', sizeBytes: 76, minimumBytes: 20,
  lines: `
    ${SERDES_INDEX}, status[31:28]=0, version[27:24]=3
    08: polarity[24]=0, ob_tap0[23:16]~12, ob_tap1[15:8]~96, ob_tap2[7:0]~8
    0c: ob_preemp_mode[19:16]=0, ob_reg[15:8]=90, ob_bias[7:0]=30
  `,
});

/** Receiver of a lane: its eye. */
export const SLRG = sheetRegister({
  id: 0x5028, name: 'SLRG', sizeBytes: 40,
  lines: `
    ${SERDES_INDEX}, status[31:28]@, version[27:24]=3
    04: time_to_link_up[31:16]=412, grade_lane_speed[3:0]=5
    08: grade_version[31:24]=2, grade[23:0]@
    0c: height_grade_type[27:24]=1, height_grade[23:0]@
    1c: phase_grade_type[27:24]=1, phase_grade[23:0]@
    24: ffe_set_tested[31:16]=0, test_errors_per_lane[15:0]=0
  `,
  live: {
    status: ({ state }) => (state.port.isUp ? 0 : 1),
    grade: ({ state, index }) => (state.port.isUp ? 5400 + 60 * index('lane') : 0),
    height_grade: ({ state, index }) => (state.port.isUp ? 5200 + 50 * index('lane') : 0),
    phase_grade: ({ state, index }) => (state.port.isUp ? 5600 + 70 * index('lane') : 0),
  },
});

const BINS = 16;

/** What the bins of the histogram of corrected symbols count, PPCNT group 23h. */
export const PPHCR = sheetRegister({
  id: 0x503e, name: 'PPHCR', sizeBytes: 92, minimumBytes: 80,
  lines: `
    ${PORT_INDEX}, active_hist_type[31:28]=1, pnat[15:14]!0, port_type[11:8]!0
    04: num_of_bins[23:16]=${BINS}
    ${eachOf(BINS, (bin) => `${at(0x10 + 4 * bin)}: high_val${bin}[21:16]=${bin}, low_val${bin}[5:0]=${bin}`)}
  `,
});
