import type { Counter, CounterSource } from '../counters.js';
import type { Outcome, Register } from '../register.js';
import type { FirmwareState } from '../state.js';
import type { CommandStatus } from '../types.js';
import { dword, flagAt, putQuad } from '../../wire.js';

/** A counter of 64 bits at an offset within the counter set, or one of a range of bits of the dword there, which saturates. */
export type Cell = readonly [offsetBytes: number, counter: Counter] | readonly [offsetBytes: number, highBit: number, lowBit: number, counter: Counter];

/** Counters that are read and cleared together. Gauges are not counted from the last clearing. */
export interface CounterGroup {
  readonly cells: readonly Cell[];
  readonly gauges?: readonly Cell[];
  /** Does the request select one of several of them? */
  readonly isIndexed?: true;
}

/** Which group a request means. */
export interface CounterSelection {
  readonly group: CounterGroup;
  /** What the group's baseline is kept under. */
  readonly key: string;
  readonly index: number;
}

function counterOf(cell: Cell): Counter {
  return cell.length === 2 ? cell[1] : cell[3];
}

function putCell(out: Uint8Array, firstOffsetBytes: number, cell: Cell, value: number): void {
  const offsetBytes = firstOffsetBytes + cell[0];
  if (cell.length === 2) putQuad(out, offsetBytes, value);
  else dword(out, offsetBytes, [cell[1], cell[2], Math.min(value, 2 ** (cell[1] - cell[2] + 1) - 1)]);
}

/** How counters are read: into `out` from `firstOffsetBytes` on if it is given, and cleared afterwards if asked. */
export interface CounterReading {
  readonly out?: Uint8Array;
  readonly firstOffsetBytes: number;
  readonly isClearing: boolean;
}

/** Reads a group's counters from the last clearing on, and clears them if asked. */
export function readCounters(state: FirmwareState, { group, key, index }: CounterSelection, { out, firstOffsetBytes, isClearing }: CounterReading): void {
  const source: CounterSource = state.counters();
  const values = group.cells.map((cell) => counterOf(cell)(source, index));
  if (out !== undefined) {
    const counted = state.baselines.since(key, values);
    group.cells.forEach((cell, position) => { putCell(out, firstOffsetBytes, cell, counted[position] ?? 0); });
    group.gauges?.forEach((cell) => { putCell(out, firstOffsetBytes, cell, counterOf(cell)(source, index)); });
  }
  if (isClearing) state.baselines.clear(key, values);
}

/** A register of counter groups: 248 bytes from byte 8 on, with `clr` in the highest bit of dword 4. */
export interface CounterRegister {
  readonly id: number;
  readonly name: string;
  readonly select: (state: FirmwareState, data: Uint8Array) => CounterSelection | CommandStatus;
  /** Writes the selection back. */
  readonly echo: (data: Uint8Array, selection: CounterSelection, out: Uint8Array) => void;
}

const FIRST_COUNTER_OFFSET = 8;

/** The register of such groups; `clr` clears the group in a read as in a write. */
export function counterRegister({ id, name, select, echo }: CounterRegister): Register {
  const access = (state: FirmwareState, data: Uint8Array, out?: Uint8Array): Outcome => {
    const selection = select(state, data);
    if ('status' in selection) return selection;
    if (out !== undefined) echo(data, selection, out);
    readCounters(state, selection, { firstOffsetBytes: FIRST_COUNTER_OFFSET, isClearing: flagAt(data, 0x4, 31), ...(out === undefined ? {} : { out }) });
    return undefined;
  };
  return { id, name, sizeBytes: 256, read: access, write: (state, data) => access(state, data) };
}
