import { ADMIN, type AdminStatus } from '../port.js';
import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { echoPort, refusePort } from './select.js';
import { bitsAt, dword, flagAt } from '../../wire.js';

const OPER_UP = 1;
const OPER_DOWN = 2;
const PHYSICAL = { polling: 2, disabled: 3, linkUp: 5 } as const;
const LOGICAL = { down: 1, active: 4 } as const;

const WRITABLE_ADMIN = new Map<number, AdminStatus>([[1, ADMIN.up], [2, ADMIN.down], [3, ADMIN.upOnce]]);
const EVENT_MODES = new Map<number, 0 | 1 | 2>([[0, 0], [1, 1], [2, 2]]);

/** Ports administrative and operational status. */
export const PAOS: Register = {
  id: 0x5006,
  name: 'PAOS',
  sizeBytes: 16,
  read: ({ port }, data, out) => {
    const refusal = refusePort(data);
    if (refusal !== undefined) return refusal;
    const physical = port.isUp ? PHYSICAL.linkUp : port.admin === ADMIN.down ? PHYSICAL.disabled : PHYSICAL.polling;
    echoPort(out);
    dword(out, 0x0, [11, 8, port.admin], [3, 0, port.isUp ? OPER_UP : OPER_DOWN]);
    dword(out, 0x4, [18, 16, port.isUp ? LOGICAL.active : LOGICAL.down], [7, 4, physical], [1, 0, port.eventMode]);
    dword(out, 0x8, [18, 16, port.isUp ? OPER_UP : OPER_DOWN]);
    return undefined;
  },
  write: (state, data) => {
    const admin = flagAt(data, 0x4, 31) ? WRITABLE_ADMIN.get(bitsAt(data, 0x0, 11, 8)) : state.port.admin;
    const eventMode = flagAt(data, 0x4, 30) ? EVENT_MODES.get(bitsAt(data, 0x4, 1, 0)) : state.port.eventMode;
    const refusal = refusePort(data);
    if (refusal !== undefined) return refusal;
    if (admin === undefined || eventMode === undefined) return REFUSAL.portSetting;
    state.port.eventMode = eventMode;
    if (admin !== state.port.admin) state.reportLink(state.port.setAdmin(admin, state.nowMs()));
    return undefined;
  },
};

/** Which lanes of which module the port uses: all lanes of module 0, in order. */
export const PMLP: Register = {
  id: 0x5002,
  name: 'PMLP',
  sizeBytes: 64,
  read: ({ port }, data, out) => {
    const refusal = refusePort(data);
    if (refusal !== undefined) return refusal;
    echoPort(out);
    dword(out, 0x0, [7, 0, port.profile.lanes]);
    for (let lane = 0; lane < port.profile.lanes; lane++) dword(out, 0x4 + 4 * lane, [27, 24, lane], [19, 16, lane]);
    return undefined;
  },
};
