import type { Counter, CounterSource } from '../counters.js';
import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { FirmwareState } from '../state.js';
import type { CommandStatus } from '../types.js';
import { ETHERNET_GROUPS, INFINIBAND_GROUPS, type Cell, type CounterGroup } from './ppcnt-groups.js';
import { echoPort, refusePort } from './select.js';
import { bitsAt, dword, flagAt, putQuad } from '../../wire.js';

const COUNTER_SET_BYTES = 0x8;
const PRIORITIES = 8;

interface Selection {
  readonly group: CounterGroup;
  readonly number: number;
  readonly index: number;
}

function select(state: FirmwareState, data: Uint8Array): Selection | CommandStatus {
  const number = bitsAt(data, 0x0, 5, 0);
  const index = bitsAt(data, 0x4, 4, 0);
  const group = (state.port.profile.protocol === 'ethernet' ? ETHERNET_GROUPS : INFINIBAND_GROUPS)[number];
  if (group === undefined) return REFUSAL.counterGroup;
  if (group.isIndexed && index >= PRIORITIES) return REFUSAL.counterIndex;
  return refusePort(data) ?? { group, number, index: group.isIndexed ? index : 0 };
}

function counterOf(cell: Cell): Counter {
  return cell.length === 2 ? cell[1] : cell[3];
}

function valuesOf(cells: readonly Cell[], source: CounterSource, index: number): number[] {
  return cells.map((cell) => counterOf(cell)(source, index));
}

function putCell(out: Uint8Array, cell: Cell, value: number): void {
  const offsetBytes = COUNTER_SET_BYTES + cell[0];
  if (cell.length === 2) putQuad(out, offsetBytes, value);
  else dword(out, offsetBytes, [cell[1], cell[2], Math.min(value, 2 ** (cell[1] - cell[2] + 1) - 1)]);
}

/** Fills `out` if it is given, then clears the group if the request says so. */
function access(state: FirmwareState, data: Uint8Array, out?: Uint8Array): CommandStatus | undefined {
  const selection = select(state, data);
  if ('status' in selection) return selection;
  const { group, number, index } = selection;
  const key = `${number}/${index}`;
  const source = state.counters();
  const values = valuesOf(group.cells, source, index);
  if (out !== undefined) {
    echoPort(out);
    dword(out, 0x0, [5, 0, number]);
    dword(out, 0x4, [4, 0, index]);
    const counted = state.baselines.since(key, values);
    group.cells.forEach((cell, position) => putCell(out, cell, counted[position] ?? 0));
    group.gauges?.forEach((cell) => putCell(out, cell, counterOf(cell)(source, index)));
  }
  if (flagAt(data, 0x4, 31)) state.baselines.clear(key, values);
  return undefined;
}

/** Port counters, by group; `clr` clears the group in a read as in a write. */
export const PPCNT: Register = {
  id: 0x5008,
  name: 'PPCNT',
  sizeBytes: 256,
  read: (state, data, out) => access(state, data, out),
  write: (state, data) => access(state, data),
};
