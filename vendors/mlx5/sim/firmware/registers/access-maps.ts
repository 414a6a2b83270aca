import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { sheetRegister } from '../sheet/sheet-register.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword } from '../../wire.js';
import { SHARED_BUFFER_LIMITS } from './buffers.js';

/** Registers of one group have ids from a base on, 128 of them, one bit each. */
const GROUP_REGISTERS = 128;
const REGISTER_MASK_BYTES = 0x8;
const FEATURE_MASK_BYTES = 0x28;

/** Sets bit `bit` of a 128-bit mask, of which bit 0 is the lowest of the last dword. */
function setMaskBit(out: Uint8Array, maskOffsetBytes: number, bit: number): void {
  const offsetBytes = maskOffsetBytes + 12 - 4 * Math.floor(bit / 32);
  dword(out, offsetBytes, [bit % 32, bit % 32, 1]);
}

interface AccessMap {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** First id of each register group. */
  readonly bases: readonly number[];
  /** Bits of feature group 0, the only one. */
  readonly features: readonly number[];
  /** What the register holds beside the masks, as a sheet. */
  readonly lines?: string;
}

function fillMasks(map: AccessMap, state: FirmwareState, base: number, out: Uint8Array): void {
  for (const id of state.registers.keys()) {
    if (id >= base && id < base + GROUP_REGISTERS) setMaskBit(out, REGISTER_MASK_BYTES, id - base);
  }
  for (const feature of map.features) setMaskBit(out, FEATURE_MASK_BYTES, feature);
}

function accessMap(map: AccessMap): Register {
  const { id, name, sizeBytes, lines = '' } = map;
  const rest = sheetRegister({ id, name, sizeBytes, lines });
  return {
    id, name, sizeBytes,
    read: (state, data, out) => {
      const registerGroup = bitsAt(data, 0x0, 7, 0);
      const featureGroup = bitsAt(data, 0x0, 23, 16);
      const base = map.bases[registerGroup];
      if (base === undefined || featureGroup !== 0) return REFUSAL.accessGroup;
      rest.read(state, data, out);
      dword(out, 0x0, [23, 16, featureGroup], [7, 0, registerGroup]);
      fillMasks(map, state, base, out);
      return undefined;
    },
  };
}

/**
 * Which management registers exist; made from the registers that do. Features: 34 mcia_32dwords, 33 out_pulse_duration_ns, 32 npps_period,
 * 21 reset_state, 17 pci_status_and_power, 4 pcie_outbound_stalled, 3 tx_overflow_buffer_pkt, 1 mtpps_fs, 0 pcie_performance_group.
 */
export const MCAM = accessMap({ id: 0x907f, name: 'MCAM', sizeBytes: 72, bases: [0x9000, 0x9080, 0x9100, 0x9180], features: [34, 33, 32, 21, 17, 4, 3, 1, 0] });

/**
 * Which port registers exist. Features: 111 ppcnt_recovery_counters, 103 cable_length, 44 buffer_ownership, 23 fec_50G_per_lane_in_pplm,
 * 13 ptys_extended_ethernet, 9 pfcc_mask, 5 per_lane_error_counters, 4 rx_buffer_fullness, 3 ptys_connector_type, 1 ppcnt_discard_group,
 * 0 ppcnt_statistical_group.
 */
export const PCAM = accessMap({ id: 0x507f, name: 'PCAM', sizeBytes: 80, bases: [0x5000], features: [111, 103, 44, 23, 13, 9, 5, 4, 3, 1, 0] });

/** Which registers of the quality of service exist. Features: 4 qetcr_qshr_max_bw_val_msb. */
export const QCAM = accessMap({ id: 0x4019, name: 'QCAM', sizeBytes: 72, bases: [0x4000], features: [4] });

/** Which registers of shared buffers exist, and how large these are. */
export const SBCAM = accessMap({ id: 0xb01f, name: 'SBCAM', sizeBytes: 76, bases: [0xb000], features: [], lines: SHARED_BUFFER_LIMITS });
