import type { Outcome, Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { internalState } from '../resource-dump/content.js';
import { writeThroughKey } from '../resource-dump/memory.js';
import { queryNumber } from '../resource-dump/query.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword, dwordAt, putDword, putQuad, quadAt } from '../../wire.js';

const ID = 0x402e;
const SIZE_BYTES = 64;
const KIND = { general: 0, queuePair: 1, registers: 2 } as const;
const QUERY_QP = 0x50b;
const DWORD_BYTES = 4;
const PAIR_BYTES = 8;
/** The registers of the device, as pairs of address and value. */
const PAIRS = 4096;

/** Pairs of address and value, from pair `first` on. */
function pairs(first: number, count: number): Uint8Array {
  const values = internalState(ID, 0, 0, PAIRS * DWORD_BYTES);
  const bytes = new Uint8Array(count * PAIR_BYTES);
  for (let index = 0; index < count; index++) {
    putDword(bytes, index * PAIR_BYTES, (first + index) * DWORD_BYTES);
    putDword(bytes, index * PAIR_BYTES + DWORD_BYTES, dwordAt(values, (first + index) * DWORD_BYTES));
  }
  return bytes;
}

/** Without a key the dump goes to the firmware's tracer, which has no text of it. */
function answer(state: FirmwareState, data: Uint8Array, out: Uint8Array): Outcome {
  const kind = bitsAt(data, 0x0, 7, 0);
  const memoryKey = dwordAt(data, 0x10);
  if (kind > KIND.registers) return REFUSAL.registerValue;
  if (kind === KIND.queuePair && queryNumber(state, QUERY_QP, bitsAt(data, 0xc, 23, 0)) === undefined) return REFUSAL.objectUnknown;
  if (memoryKey === 0) return state.sender === 0 && kind !== KIND.registers ? undefined : REFUSAL.objectUnknown;
  const first = Math.min(PAIRS, Number(quadAt(data, 0x20) & 0xffffffffn));
  const count = Math.min(PAIRS - first, Math.floor(dwordAt(data, 0x14) / PAIR_BYTES));
  const refusal = writeThroughKey(state, { memoryKey, address: quadAt(data, 0x18) }, pairs(first, count));
  if (refusal !== undefined) return refusal;
  out.set(data);
  dword(out, 0x0, [31, 31, first + count < PAIRS ? 1 : 0]);
  putDword(out, 0x14, count * PAIR_BYTES);
  putQuad(out, 0x20, first + count);
  return undefined;
}

/** Makes the firmware write its core dump. */
export const CORE_DUMP: Register = { id: ID, name: 'CORE_DUMP', sizeBytes: SIZE_BYTES, read: answer, write: () => undefined };
