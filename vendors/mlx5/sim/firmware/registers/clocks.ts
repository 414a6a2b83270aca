import { sheetRegister, type SheetAccess } from '../sheet/sheet-register.js';
import { PORT_INDEX } from './port-index.js';

/** What one device's clock is known by, on all its functions. */
function clockIdentity({ state }: SheetAccess): bigint {
  return (state.identity.baseMac << 16n) | 0xffn;
}

/** Pulses per second: two pins, the first for input and the second for output. */
export const MTPPS = sheetRegister({
  id: 0x9053, name: 'MTPPS', sizeBytes: 60, minimumBytes: 56,
  lines: `
    00: cap_number_of_pps_pins[19:16]=2, cap_max_num_of_pps_in_pins[11:8]=1, cap_max_num_of_pps_out_pins[3:0]=1
    04: cap_log_min_npps_period[12:8]=30, cap_log_min_out_pulse_duration_ns[4:0]=26
    08: cap_pin_1_mode[11:8]=2, cap_pin_0_mode[3:0]=1
    10: field_select[31:0]^
    18: npps_period:64~1000000000
    20: enable[31]~0, utc_mode[30]=0, pattern[19:16]~0(0-1), pin_mode[11:8]~0(0-1), pin[7:0]!1
    24: out_pulse_duration_ns[29:0]~50000000
    28: time_stamp:64~0
    30: out_pulse_duration[31:16]~50, out_periodic_adjustment[15:0]~0
    34: enhanced_out_periodic_adjustment~0
  `,
  initial: { pin_mode: ({ index }) => index('pin') },
});

/** Which events a pin gives. */
export const MTPPSE = sheetRegister({
  id: 0x9054, name: 'MTPPSE', sizeBytes: 16,
  lines: `
    00: pin[7:0]!1
    04: event_arm[31]~0, event_generation_mode[3:0]~0(0-2)
  `,
});

/** Precision time measurement over PCIe: the link does not have it. */
export const MTPTM = sheetRegister({ id: 0x9180, name: 'MTPTM', sizeBytes: 16, lines: '00: psta[15]=0' });

/** Two clocks read at once, which needs that measurement: neither is valid. */
export const MTCTR = sheetRegister({
  id: 0x9181, name: 'MTCTR', sizeBytes: 24,
  lines: `
    00: first_clock_timestamp_request[31:24]!255, second_clock_timestamp_request[23:16]!255
    04: first_clock_valid[31]=0, second_clock_valid[30]=0
  `,
});

/** Which physical clock this function's is. */
export const MRTCQ = sheetRegister({
  id: 0x9182, name: 'MRTCQ', sizeBytes: 64,
  lines: '08: rt_clock_identity:64@',
  live: { rt_clock_identity: clockIdentity },
});

/** Synchronous Ethernet: what this device says of its clock. */
export const MSECQ = sheetRegister({
  id: 0x9155, name: 'MSECQ', sizeBytes: 64,
  lines: `
    04: network_option[13:12]=1, local_ssm_code[11:8]=15, local_enhanced_ssm_code[7:0]=255
    08: local_clock_identity:64@
  `,
  live: { local_clock_identity: clockIdentity },
});

const FREE_RUNNING = 1;
const TRACKING = 2;

/** Does the device follow the clock of the port's far end? */
export const MSEES = sheetRegister({
  id: 0x9156, name: 'MSEES', sizeBytes: 64,
  lines: `
    ${PORT_INDEX}, pnat[15:14]!0
    04: field_select^
    08: admin_status[31:28]~${FREE_RUNNING}(1-2), oper_status[27:24]@, ho_acq[23]=0, admin_freq_measure[10]~0, oper_freq_measure[9]=0, failure_reason[8:0]=0
    0c: frequency_diff=0
  `,
  live: { oper_status: ({ state, kept }) => (kept('admin_status') === TRACKING && state.port.isUp ? TRACKING : FREE_RUNNING) },
});
