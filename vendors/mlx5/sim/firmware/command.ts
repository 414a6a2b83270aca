import { REFUSAL } from './refusal.js';
import type { Outcome } from './register.js';
import type { FirmwareState } from './state.js';
import type { LifeCycle } from './types.js';
import { bitsAt, dword, dwordAt, putDword } from '../wire.js';

/** A command header and a reply header have this many bytes, their command-specific part included. */
export const HEADER_BYTES = 16;

/** Life cycles that a command may come in. */
export const WHEN = {
  always: ['disabled', 'enabled', 'operational'],
  disabled: ['disabled'],
  enabled: ['enabled'],
  enabledOrOperational: ['enabled', 'operational'],
  operational: ['operational'],
} as const satisfies Record<string, readonly LifeCycle[]>;

/** One command that firmware knows. */
export interface Command {
  /** 16 bits. */
  readonly opcode: number;
  readonly name: string;
  /** The exact length of the request, or the least where `hasTail`. */
  readonly requestBytes: number;
  /** Does the request go on after `requestBytes`? The command checks how far. */
  readonly hasTail?: true;
  /** The least room for the reply. */
  readonly replyBytes: number;
  readonly when: readonly LifeCycle[];
  /** Who may send it: the driver (uid 0) only, or tools as well. */
  readonly sender: 'driver' | 'tools';
  /** Executes. `reply` is zeroed, at least `replyBytes` and at least a header long; its status is written by the caller. */
  run(state: FirmwareState, request: Uint8Array, reply: Uint8Array): Outcome;
}

/** The `op_mod` of a request. */
export function opModOf(request: Uint8Array): number {
  return bitsAt(request, 0x4, 15, 0);
}

/** The user context of a request, 0 for the driver. */
export function uidOf(request: Uint8Array): number {
  return bitsAt(request, 0x0, 15, 0);
}

/** Refuses a request whose dword 8 (embedded_cpu[31], function_id_type[28], function_id[15:0]) names another function than the sender's own. */
export function refuseOtherFunction(request: Uint8Array): Outcome {
  return dwordAt(request, 0x8) === 0 ? undefined : REFUSAL.otherFunction;
}

/** Writes status and syndrome into a reply. */
export function putStatus(reply: Uint8Array, outcome: Outcome): void {
  if (outcome === undefined) return;
  dword(reply, 0x0, [31, 24, outcome.status]);
  putDword(reply, 0x4, outcome.syndrome);
}
