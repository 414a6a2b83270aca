import type { Port } from '../port.js';
import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { CommandStatus } from '../types.js';
import { echoPort, refusePort } from './select.js';
import { bitsAt, dword, dwordAt, flagAt, putDword } from '../../wire.js';

const PROTOCOL_BIT = { infiniband: 1, ethernet: 4 } as const;
const STATUS_LINK_UP = 3;
const STATUS_LINK_DOWN = 4;
const CONNECTOR_FIBRE = 6;
/** The largest rate is told in Gb/s, the one in use in units of 100 Mb/s. */
const UNITS_OF_A_GIGABIT = 10;
/** `ib_link_width` bit of four lanes. */
const WIDTH_4X = 4;

function refuseSelection(port: Port, data: Uint8Array): CommandStatus | undefined {
  return refusePort(data) ?? (bitsAt(data, 0x0, 2, 0) === PROTOCOL_BIT[port.profile.protocol] ? undefined : REFUSAL.protocol);
}

function readEthernet(port: Port, out: Uint8Array): void {
  const allowed = port.modes.filter(({ bit }) => Math.floor(port.adminMask / 2 ** bit) % 2 === 1);
  putDword(out, 0x8, port.capabilityMask);
  putDword(out, 0xc, port.olderCapabilityMask);
  putDword(out, 0x14, port.adminMask);
  putDword(out, 0x18, allowed.reduce((mask, { olderMask }) => mask | olderMask, 0));
  putDword(out, 0x20, port.mode === undefined ? 0 : 2 ** port.mode.bit);
  putDword(out, 0x24, port.mode?.olderMask ?? 0);
}

function readInfiniband(port: Port, out: Uint8Array): void {
  dword(out, 0x10, [31, 16, WIDTH_4X], [15, 0, port.capabilityMask]);
  dword(out, 0x1c, [31, 16, WIDTH_4X], [15, 0, port.adminMask]);
  if (port.mode !== undefined) dword(out, 0x28, [31, 16, WIDTH_4X], [15, 0, 2 ** port.mode.bit]);
}

/** The modes that a write allows: the extended mask if it has any, else the older one. */
function askedMask(port: Port, data: Uint8Array): number {
  if (port.profile.protocol === 'infiniband') return bitsAt(data, 0x1c, 15, 0);
  const extended = dwordAt(data, 0x14);
  const older = dwordAt(data, 0x18);
  if (extended !== 0) return extended;
  return port.modes.reduce((mask, { bit, olderMask }) => ((older & olderMask) === 0 ? mask : mask + 2 ** bit), 0);
}

/** Port type and speed. A write takes effect when the link next comes up. */
export const PTYS: Register = {
  id: 0x5004,
  name: 'PTYS',
  sizeBytes: 68,
  minimumBytes: 64,
  read: ({ port }, data, out) => {
    const refusal = refuseSelection(port, data);
    if (refusal !== undefined) return refusal;
    echoPort(out);
    dword(out, 0x0, [30, 30, Number(port.autoNegotiationDisabled)], [29, 29, 1], [2, 0, PROTOCOL_BIT[port.profile.protocol]]);
    dword(out, 0x4, [31, 28, port.isUp ? STATUS_LINK_UP : STATUS_LINK_DOWN], [27, 16, port.profile.maxRate / UNITS_OF_A_GIGABIT], [15, 0, port.mode?.rate ?? 0]);
    if (port.profile.protocol === 'ethernet') readEthernet(port, out);
    else readInfiniband(port, out);
    dword(out, 0x2c, [3, 0, CONNECTOR_FIBRE]);
    return undefined;
  },
  write: ({ port }, data) => {
    const refusal = refuseSelection(port, data);
    if (refusal !== undefined) return refusal;
    const mask = askedMask(port, data);
    if (mask === 0 || ((mask & ~port.capabilityMask) >>> 0) !== 0) return REFUSAL.portSetting;
    port.adminMask = mask;
    port.autoNegotiationDisabled = flagAt(data, 0x0, 30);
    return undefined;
  },
};
