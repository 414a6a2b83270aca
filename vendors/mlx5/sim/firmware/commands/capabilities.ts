import { HEADER_BYTES, WHEN, opModOf, refuseOtherFunction, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import { bitsAt, flagAt } from '../../wire.js';

const CAPABILITY_BYTES = 4096;
/** Room for the fixed part of the shortest capability that tools ask for alone. */
const SHORTEST_CAPABILITY_BYTES = 64;

const QUERY_HCA_CAP: Command = {
  opcode: 0x100, name: 'QUERY_HCA_CAP', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES + SHORTEST_CAPABILITY_BYTES,
  when: WHEN.enabledOrOperational, sender: 'tools',
  run: (state, request, reply) => {
    const opMod = opModOf(request);
    const value = state.capabilities.get(opMod >> 1, (opMod & 1) === 1 ? 'current' : 'maximum');
    if (value === undefined) return REFUSAL.capabilityType;
    const refusal = refuseOtherFunction(request);
    if (refusal === undefined) reply.set(value.subarray(0, reply.length - HEADER_BYTES), HEADER_BYTES);
    return refusal;
  },
};

const GENERAL = 0x00;
/** General, on-demand paging, atomic, RoCE, general 2, port selection. */
const SETTABLE = new Set([GENERAL, 0x02, 0x03, 0x04, 0x20, 0x25]);

/** Flags of the general capabilities that the driver turns on where the maximum offers them: byte offset and bit. */
const CHOICES: readonly (readonly [offsetBytes: number, bit: number])[] = [
  [0x00, 24], // abs_native_port_num
  [0x28, 26], // release_all_pages
  [0x2c, 27], // cache_line_128byte
  [0x3c, 14], // pci_sync_for_fw_update_event
  [0x40, 5], // dct
  [0x40, 2], // roce
  [0x48, 31], // uar_4k
  [0x4c, 25], // mkey_by_name
  [0x54, 31], // icm_mng_function_id_mode
  [0x64, 10], // pcie_reset_using_hotreset_method
  [0x64, 9], // pci_sync_for_fw_update_with_driver_unload
  [0x7c, 21], // vhca_state
];

function refuseGeneral(value: Uint8Array, maximum: Uint8Array): Outcome {
  const isBeyond = CHOICES.some(([offsetBytes, bit]) => flagAt(value, offsetBytes, bit) && !flagAt(maximum, offsetBytes, bit));
  const hasTooManyQueuePairs = bitsAt(value, 0x10, 4, 0) > bitsAt(maximum, 0x10, 4, 0);
  return isBeyond || hasTooManyQueuePairs ? REFUSAL.capabilityNotOffered : undefined;
}

const SET_HCA_CAP: Command = {
  opcode: 0x109, name: 'SET_HCA_CAP', requestBytes: HEADER_BYTES + CAPABILITY_BYTES, replyBytes: HEADER_BYTES, when: WHEN.enabled, sender: 'driver',
  run: ({ capabilities }, request) => {
    const type = opModOf(request) >> 1;
    const maximum = capabilities.get(type, 'maximum');
    if (maximum === undefined) return REFUSAL.capabilityType;
    if (!SETTABLE.has(type) || (opModOf(request) & 1) === 1) return REFUSAL.capabilityReadOnly;
    const value = request.slice(HEADER_BYTES);
    const refusal = refuseOtherFunction(request) ?? (type === GENERAL ? refuseGeneral(value, maximum) : undefined);
    if (refusal === undefined) capabilities.set(type, value);
    return refusal;
  },
};

/** Queries and choices of capabilities. */
export const CAPABILITY_COMMANDS: readonly Command[] = [QUERY_HCA_CAP, SET_HCA_CAP];
