import { REFUSAL } from '../refusal.js';
import type { CommandStatus } from '../types.js';
import { bitsAt, dword } from '../../wire.js';

/** The only port of a function, counted from one. */
export const LOCAL_PORT = 1;

/** Refuses a port register whose index (`local_port` and `lp_msb` of dword 0) names another port than the function's one. */
export function refusePort(data: Uint8Array): CommandStatus | undefined {
  const port = bitsAt(data, 0x0, 13, 12) * 256 + bitsAt(data, 0x0, 23, 16);
  return port === LOCAL_PORT ? undefined : REFUSAL.port;
}

/** Writes the port's index back. */
export function echoPort(out: Uint8Array): void {
  dword(out, 0x0, [23, 16, LOCAL_PORT]);
}
