import { HEADER_BYTES, WHEN, opModOf, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import { dword, putText } from '../../wire.js';

const MELLANOX_OUI = 0x0002c9;
const MELLANOX_PCI_VENDOR = 0x15b3;

const QUERY_ADAPTER: Command = {
  opcode: 0x101, name: 'QUERY_ADAPTER', requestBytes: HEADER_BYTES, replyBytes: 272, when: WHEN.enabledOrOperational, sender: 'tools',
  run: ({ identity }, request, reply) => {
    if (opModOf(request) !== 0) return REFUSAL.opMod;
    dword(reply, 0x28, [23, 0, MELLANOX_OUI]);
    dword(reply, 0x2c, [15, 0, MELLANOX_PCI_VENDOR]);
    putText(reply, 0x30, 24, identity.serialNumber);
    putText(reply, 0x100, 16, identity.psid);
    return undefined;
  },
};

const SET_DRIVER_VERSION: Command = {
  opcode: 0x10d, name: 'SET_DRIVER_VERSION', requestBytes: 80, replyBytes: HEADER_BYTES, when: WHEN.enabledOrOperational, sender: 'driver',
  run: (state, request) => {
    state.driverVersion = request.slice(HEADER_BYTES);
    return undefined;
  },
};

const NOP: Command = {
  opcode: 0x80d, name: 'NOP', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.always, sender: 'tools',
  run: () => undefined,
};

/** Who the device is, and who drives it. */
export const ADAPTER_COMMANDS: readonly Command[] = [QUERY_ADAPTER, SET_DRIVER_VERSION, NOP];
