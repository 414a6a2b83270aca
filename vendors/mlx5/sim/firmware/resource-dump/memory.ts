import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, flagAt } from '../../wire.js';

const LOCAL_WRITE_BIT = 11;
/** Access mode: a key that gives all of the driver's memory by bus address. */
const PHYSICAL = 0;

/** Where a dump goes: a whole memory key, and a bus address. */
export interface Destination {
  readonly memoryKey: number;
  readonly address: bigint;
}

/** Writes through a memory key of the driver's, for the driver: the only one whose keys reach memory here. */
export function writeThroughKey({ objects, sender, host }: FirmwareState, { memoryKey, address }: Destination, bytes: Uint8Array): Outcome {
  const key = objects.get('mkey', String(memoryKey >>> 8));
  if (key === undefined || sender !== 0 || !isWritable(key.context)) return REFUSAL.objectUnknown;
  return host?.writeMemory(address, bytes) === true ? undefined : REFUSAL.objectUnknown;
}

function isWritable(context: Uint8Array): boolean {
  const mode = bitsAt(context, 0x0, 28, 26) * 4 + bitsAt(context, 0x0, 9, 8);
  return mode === PHYSICAL && flagAt(context, 0x0, LOCAL_WRITE_BIT);
}
