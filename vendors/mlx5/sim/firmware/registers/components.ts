import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { FirmwareState } from '../state.js';
import type { ComponentProfile } from '../components.js';
import { bitsAt, dword, dwordAt, putDword, putText } from '../../wire.js';

const LAST = 1;

/** A part of the firmware, by index from 0. */
export const MCQS: Register = {
  id: 0x9060,
  name: 'MCQS',
  sizeBytes: 16,
  read: ({ components }, data, out) => {
    const index = bitsAt(data, 0x0, 15, 0);
    const component = components.profiles[index];
    if (component === undefined || bitsAt(data, 0x0, 27, 16) !== 0 || bitsAt(data, 0xc, 7, 0) !== 0) return REFUSAL.component;
    dword(out, 0x0, [31, 31, index === components.profiles.length - 1 ? LAST : 0], [15, 0, index]);
    dword(out, 0x4, [15, 0, component.identifier]);
    dword(out, 0x8, [8, 4, component.status], [3, 0, components.updateStateOf(index)]);
    return undefined;
  },
};

const WORD_LOG = 2;
const PIECE_BYTES = 128;
const INFO_AT = 0x18;
const INFO_BYTES = 124;

type InfoWriter = (component: ComponentProfile, state: FirmwareState, info: Uint8Array) => number | undefined;

/** By kind of information: fills `info` and returns its length; `undefined` where the component has none. */
const INFO: ReadonlyMap<number, InfoWriter> = new Map<number, InfoWriter>([
  [0, (component, _state, info) => {
    putDword(info, 0x0, component.version === undefined ? 0x21 : 0x23);
    putDword(info, 0x4, component.sizeBytes);
    putDword(info, 0x8, component.maxSizeBytes);
    dword(info, 0xc, [31, 28, WORD_LOG], [15, 0, PIECE_BYTES]);
    dword(info, 0x10, [30, 30, 1], [29, 29, 1], [28, 28, 1]);
    return 20;
  }],
  [1, ({ version, versionNumber = 0 }, _state, info) => {
    if (version === undefined) return undefined;
    dword(info, 0x0, [29, 29, 1], [7, 0, version.length]);
    putDword(info, 0x4, versionNumber);
    dword(info, 0x8, [31, 24, 0x00], [23, 16, 0x30], [15, 8, 0x18]); // 18:30, as MGIR says, in binary-coded decimals
    dword(info, 0xc, [31, 16, 0x2026], [15, 8, 0x03], [7, 0, 0x20]);
    putText(info, 0x20, 92, version);
    return INFO_BYTES;
  }],
  [5, (_component, _state, info) => {
    dword(info, 0x0, [2, 2, 1]); // pending_fw_reset
    return 4;
  }],
]);

/** What there is to know about a part of the firmware. Tools ask for more than there is room for, and get what there is. */
export const MCQI: Register = {
  id: 0x9061,
  name: 'MCQI',
  sizeBytes: INFO_AT + INFO_BYTES,
  minimumBytes: INFO_AT,
  read: (state, data, out) => {
    const component = state.components.profiles[bitsAt(data, 0x0, 15, 0)];
    const kind = bitsAt(data, 0x8, 4, 0);
    const [offsetBytes, lengthBytes] = [dwordAt(data, 0x10), bitsAt(data, 0x14, 15, 0)];
    const info = new Uint8Array(INFO_BYTES);
    if (component === undefined) return REFUSAL.component;
    const infoBytes = INFO.get(kind)?.(component, state, info);
    if (infoBytes === undefined || offsetBytes > INFO_BYTES) return REFUSAL.registerValue;
    dword(out, 0x0, [15, 0, bitsAt(data, 0x0, 15, 0)]);
    dword(out, 0x8, [4, 0, kind]);
    putDword(out, 0xc, infoBytes);
    putDword(out, 0x10, offsetBytes);
    dword(out, 0x14, [15, 0, lengthBytes]);
    out.set(info.subarray(offsetBytes, offsetBytes + lengthBytes), INFO_AT);
    return undefined;
  },
};

/** Updates: one host at a time holds the handle and gives orders. */
export const MCC: Register = {
  id: 0x9062,
  name: 'MCC',
  sizeBytes: 32,
  read: ({ components }, data, out) => {
    dword(out, 0x4, [15, 0, bitsAt(data, 0x4, 15, 0)]);
    dword(out, 0x8, [23, 0, components.handle]);
    dword(out, 0xc, [31, 28, components.handle === 0 ? 0 : 4], [3, 0, components.controlState]);
    return undefined;
  },
  write: ({ components }, data) => components.order({
    instruction: bitsAt(data, 0x0, 7, 0), handle: bitsAt(data, 0x8, 23, 0), component: bitsAt(data, 0x4, 15, 0), sizeBytes: dwordAt(data, 0x10),
  }),
};

/** A piece of the component that is being updated. Nothing can be read back. */
export const MCDA: Register = {
  id: 0x9063,
  name: 'MCDA',
  sizeBytes: 16 + PIECE_BYTES,
  minimumBytes: 16,
  read: ({ components }, data, out) => {
    if (bitsAt(data, 0x0, 23, 0) !== components.handle || components.handle === 0) return REFUSAL.updateHandle;
    out.set(data.subarray(0, 16));
    return undefined;
  },
  write: ({ components }, data) => {
    const lengthBytes = bitsAt(data, 0x8, 15, 0);
    return lengthBytes > PIECE_BYTES ? REFUSAL.registerValue : components.take(bitsAt(data, 0x0, 23, 0), dwordAt(data, 0x4), lengthBytes);
  },
};

const TEXT_AT = 0x10;
const TEXT_BYTES = 8;

/** Texts about the device, eight characters at a time. */
export const MQIS: Register = {
  id: 0x9064,
  name: 'MQIS',
  sizeBytes: 24,
  read: ({ profile }, data, out) => {
    const kind = bitsAt(data, 0x0, 7, 0);
    const text = [undefined, profile.model?.name, profile.model?.description][kind];
    const [offset, length] = [bitsAt(data, 0x8, 31, 16), Math.min(TEXT_BYTES, bitsAt(data, 0x8, 15, 0))];
    if (text === undefined || offset > text.length) return REFUSAL.registerValue;
    const piece = text.slice(offset, offset + length);
    dword(out, 0x0, [7, 0, kind]);
    dword(out, 0x4, [15, 0, text.length]);
    dword(out, 0x8, [31, 16, offset], [15, 0, piece.length]);
    putText(out, TEXT_AT, TEXT_BYTES, piece);
    return undefined;
  },
};

/** Parts of the firmware, and what the device is called. */
export const COMPONENT_REGISTERS: readonly Register[] = [MCQS, MCQI, MCC, MCDA, MQIS];
