import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';

/** The node's description: 64 bytes of text, whatever the driver last wrote. */
export const NODE_DESC: Register = {
  id: 0x6001,
  name: 'NODE_DESC',
  sizeBytes: 64,
  read: (state, _data, out) => {
    out.set(state.kept.get(0x6001) ?? []);
    return undefined;
  },
  write: (state, data) => {
    state.kept.set(0x6001, data);
    return undefined;
  },
};

const LITTLE_ENDIAN_HOST = 0x00;
const BIG_ENDIAN_HOST = 0x80;

/** The host's byte order, in byte 0. */
export const HOST_ENDIANNESS: Register = {
  id: 0x7004,
  name: 'HOST_ENDIANNESS',
  sizeBytes: 16,
  read: (state, _data, out) => {
    out.set(state.kept.get(0x7004) ?? []);
    return undefined;
  },
  write: (state, data) => {
    if (data[0] !== LITTLE_ENDIAN_HOST && data[0] !== BIG_ENDIAN_HOST) return REFUSAL.registerValue;
    state.kept.set(0x7004, data.map((byte, offset) => (offset === 0 ? byte : 0)));
    return undefined;
  },
};
