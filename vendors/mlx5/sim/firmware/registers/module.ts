import { moduleReadings, readModule } from '../module-eeprom.js';
import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword } from '../../wire.js';

/** `status` of MCIA: what came of the access to the module, the command itself having succeeded. */
const MODULE_STATUS = { good: 0, noModule: 3, accessFailed: 9 } as const;
const I2C_ADDRESS = 0x50;
const LARGEST_READ_BYTES = 128;
const DATA_BYTES = 0x10;

/** Reads the module's memory; a status number when it cannot be read. */
function readBytes(state: FirmwareState, data: Uint8Array): Uint8Array | number {
  if (!state.profile.hasModule) return MODULE_STATUS.noModule;
  const firstByte = bitsAt(data, 0x4, 15, 0);
  const sizeBytes = bitsAt(data, 0x8, 15, 0);
  const memory = readModule(bitsAt(data, 0x4, 23, 16), moduleReadings(state));
  const isReachable = bitsAt(data, 0x4, 31, 24) === I2C_ADDRESS && bitsAt(data, 0x8, 23, 16) === 0;
  if (memory === undefined || !isReachable || sizeBytes === 0 || sizeBytes > LARGEST_READ_BYTES || firstByte + sizeBytes > memory.length) {
    return MODULE_STATUS.accessFailed;
  }
  return memory.subarray(firstByte, firstByte + sizeBytes);
}

/** The memory of the pluggable module, up to 128 bytes at a time. */
export const MCIA: Register = {
  id: 0x9014,
  name: 'MCIA',
  sizeBytes: 148,
  minimumBytes: 144,
  read: (state, data, out) => {
    if (bitsAt(data, 0x0, 23, 16) !== 0 || bitsAt(data, 0x0, 15, 12) !== 0) return REFUSAL.module;
    const read = readBytes(state, data);
    out.set(data.subarray(0x4, 0xc), 0x4);
    if (typeof read === 'number') dword(out, 0x0, [7, 0, read]);
    else out.set(read, DATA_BYTES);
    return undefined;
  },
};
