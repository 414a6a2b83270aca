import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword } from '../../wire.js';

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
}

function fillMasks(map: AccessMap, state: FirmwareState, base: number, out: Uint8Array): void {
  for (const id of state.registers.keys()) {
    if (id >= base && id < base + GROUP_REGISTERS) setMaskBit(out, REGISTER_MASK_BYTES, id - base);
  }
  for (const feature of map.features) setMaskBit(out, FEATURE_MASK_BYTES, feature);
}

function accessMap(map: AccessMap): Register {
  return {
    id: map.id,
    name: map.name,
    sizeBytes: map.sizeBytes,
    read: (state, data, out) => {
      const registerGroup = bitsAt(data, 0x0, 7, 0);
      const featureGroup = bitsAt(data, 0x0, 23, 16);
      const base = map.bases[registerGroup];
      if (base === undefined || featureGroup !== 0) return REFUSAL.accessGroup;
      dword(out, 0x0, [23, 16, featureGroup], [7, 0, registerGroup]);
      fillMasks(map, state, base, out);
      return undefined;
    },
  };
}

/** Which management registers exist; made from the registers that do. Features: 34 mcia_32dwords, 21 reset_state, 17 pci_status_and_power. */
export const MCAM = accessMap({ id: 0x907f, name: 'MCAM', sizeBytes: 72, bases: [0x9000, 0x9080, 0x9100, 0x9180], features: [34, 21, 17] });

/**
 * Which port registers exist. Features: 111 ppcnt_recovery_counters, 13 ptys_extended_ethernet, 5 per_lane_error_counters,
 * 4 rx_buffer_fullness, 3 ptys_connector_type, 1 ppcnt_discard_group, 0 ppcnt_statistical_group.
 */
export const PCAM = accessMap({ id: 0x507f, name: 'PCAM', sizeBytes: 80, bases: [0x5000], features: [111, 13, 5, 4, 3, 1, 0] });
