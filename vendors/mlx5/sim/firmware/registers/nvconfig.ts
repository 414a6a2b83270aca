import type { NvRecord } from '../nv/types.js';
import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { bitsAt, dword, dwordAt, putDword } from '../../wire.js';

const HEADER_BYTES = 12;
const MOST_DATA_BYTES = 256;
const ITEM_VERSION = 0;

/** Writes an item's header and data to `offsetBytes` of a register. */
function putItem(out: Uint8Array, offsetBytes: number, type: number, mode: number, { data, writer }: NvRecord): void {
  dword(out, offsetBytes, [25, 25, 1], [24, 24, 1], [23, 22, mode], [20, 16, writer], [15, 12, ITEM_VERSION], [8, 0, data.length]);
  putDword(out, offsetBytes + 4, type);
  out.set(data, offsetBytes + HEADER_BYTES);
}

/** One item. Writing it is for the next boot, whatever `access_mode` says. */
export const MNVDA: Register = {
  id: 0x9024,
  name: 'MNVDA',
  sizeBytes: HEADER_BYTES + MOST_DATA_BYTES,
  minimumBytes: HEADER_BYTES,
  read: (state, data, out) => {
    const type = dwordAt(data, 0x4);
    const mode = bitsAt(data, 0x0, 23, 22);
    const record = state.nv.read(type, mode);
    if (record === undefined) return state.nv.support(type) === 'none' ? REFUSAL.nvItem : REFUSAL.registerValue;
    putItem(out, 0x0, type, mode, record);
    return undefined;
  },
  write: (state, data) => {
    const lengthBytes = bitsAt(data, 0x0, 8, 0);
    if (lengthBytes > MOST_DATA_BYTES) return REFUSAL.nvLength;
    return state.nv.write(dwordAt(data, 0x4), data.subarray(HEADER_BYTES, HEADER_BYTES + lengthBytes), bitsAt(data, 0x0, 20, 16));
  },
};

/** Gives an item the factory's values. The answer to the write is empty. */
export const MNVDI: Register = {
  id: 0x9025,
  name: 'MNVDI',
  sizeBytes: HEADER_BYTES,
  read: () => undefined,
  write: (state, data) => state.nv.invalidate(dwordAt(data, 0x4)),
};

/** What can be done with an item. An unknown one is no fault: nothing can be done with it. */
export const MNVQC: Register = {
  id: 0x9030,
  name: 'MNVQC',
  sizeBytes: 8,
  read: (state, data, out) => {
    const support = state.nv.support(dwordAt(data, 0x0));
    putDword(out, 0x0, dwordAt(data, 0x0));
    dword(out, 0x4, [7, 4, ITEM_VERSION], [1, 1, Number(support === 'write')], [0, 0, Number(support !== 'none')]);
    return undefined;
  },
};

/** Gives everything the factory's values. */
export const MNVIA: Register = {
  id: 0x9033,
  name: 'MNVIA',
  sizeBytes: 8,
  read: () => undefined,
  write: (state, data) => {
    if (bitsAt(data, 0x0, 2, 0) !== 0) return REFUSAL.registerValue;
    state.nv.invalidateAll();
    return undefined;
  },
};

/** Both the current and the factory's values can be read. */
export const MNVGC: Register = {
  id: 0x9034,
  name: 'MNVGC',
  sizeBytes: 16,
  read: (_state, _data, out) => {
    dword(out, 0x0, [1, 1, 1], [0, 0, 1]);
    return undefined;
  },
};

/** One item after the other: the pointer is the number of the item to give, and 0 both begins and ends. */
export const MNVGN: Register = {
  id: 0x9035,
  name: 'MNVGN',
  sizeBytes: 0x1c + MOST_DATA_BYTES,
  minimumBytes: 32,
  read: (state, data, out) => {
    const { types } = state.nv;
    const place = dwordAt(data, 0x0);
    const mode = bitsAt(data, 0x10, 23, 22);
    const type = types[place];
    const record = type === undefined ? undefined : state.nv.read(type, mode);
    if (type === undefined || record === undefined) return REFUSAL.registerValue;
    putDword(out, 0x0, place + 1 < types.length ? place + 1 : 0);
    putItem(out, 0x10, type, mode, record);
    return undefined;
  },
};

/** Non-volatile configuration. */
export const NVCONFIG_REGISTERS: readonly Register[] = [MNVDA, MNVDI, MNVQC, MNVIA, MNVGC, MNVGN];
