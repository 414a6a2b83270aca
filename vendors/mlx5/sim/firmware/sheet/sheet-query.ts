import type { Command } from '../command.js';
import { WHEN } from '../command.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword, putQuad } from '../../wire.js';
import { parseSheet, type SheetField } from './notation.js';

/** A command that only answers, as data in the notation of `parseSheet`. */
export interface QuerySheet {
  readonly opcode: number;
  readonly name: string;
  readonly requestBytes: number;
  readonly replyBytes: number;
  /** Index fields of the request. */
  readonly request?: string;
  /** Constants and live fields of the reply. */
  readonly reply: string;
  readonly live?: Readonly<Record<string, (state: FirmwareState, request: Uint8Array) => number | bigint>>;
  readonly refuse?: (state: FirmwareState, request: Uint8Array) => Outcome;
  /** What happens after the reply is filled. */
  readonly then?: (state: FirmwareState, request: Uint8Array, reply: Uint8Array) => void;
}

function valueOf({ name, role }: SheetField, { live }: QuerySheet, state: FirmwareState, request: Uint8Array): bigint {
  if (role.kind === 'constant') return role.value;
  return BigInt(live?.[name]?.(state, request) ?? 0);
}

function put(reply: Uint8Array, { offsetBytes, bits }: SheetField, value: bigint): void {
  if (bits === undefined) putQuad(reply, offsetBytes, BigInt.asUintN(64, value));
  else dword(reply, offsetBytes, [...bits, Number(BigInt.asUintN(bits[0] - bits[1] + 1, value))]);
}

/** The command that a sheet describes, which tools may send. Index fields out of range are refused. */
export function sheetQuery(definition: QuerySheet): Command {
  const { opcode, name, requestBytes, replyBytes, refuse, then } = definition;
  const indexes = parseSheet(requestBytes, definition.request ?? '');
  const fields = parseSheet(replyBytes, definition.reply);
  const isOutside = (request: Uint8Array): boolean => indexes.some(({ offsetBytes, bits, role }) => {
    const value = bits === undefined ? 0 : bitsAt(request, offsetBytes, ...bits);
    return role.kind === 'index' && (value < role.low || value > role.high);
  });
  return {
    opcode, name, requestBytes, replyBytes, when: WHEN.operational, sender: 'tools',
    run: (state, request, reply) => {
      const refusal = isOutside(request) ? REFUSAL.vport : refuse?.(state, request);
      if (refusal !== undefined) return refusal;
      for (const field of fields) put(reply, field, valueOf(field, definition, state, request));
      then?.(state, request, reply);
      return undefined;
    },
  };
}
