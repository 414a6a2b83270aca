import type { FirmwareState } from '../state.js';
import { dword } from '../../wire.js';

/**
 * What the query command with this opcode answers, header included: a dump shows the same state as the commands do. Undefined when the
 * firmware has no such command or the command refuses. `fill` sets the request's fields.
 */
export function query(state: FirmwareState, opcode: number, fill: (request: Uint8Array) => void): Uint8Array | undefined {
  const command = state.commands.get(opcode);
  if (command === undefined) return undefined;
  const request = new Uint8Array(command.requestBytes);
  dword(request, 0x0, [31, 16, opcode]);
  fill(request);
  const reply = new Uint8Array(command.replyBytes);
  return command.run(state, request, reply) === undefined ? reply : undefined;
}

/** The same for a command whose request has the object's number in dword 8. */
export function queryNumber(state: FirmwareState, opcode: number, number: number): Uint8Array | undefined {
  return query(state, opcode, (request) => { dword(request, 0x8, [23, 0, number]); });
}
