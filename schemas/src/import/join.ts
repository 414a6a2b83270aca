import type { Field } from '../layout/field.js';
import type { FieldOrigin } from './ifc/taken.js';

const MOST_BITS = 64;

interface Joined {
  readonly from: string;
  readonly to: string;
  readonly part: NonNullable<FieldOrigin['part']>;
}

/** Fields in which each pair of plain integers, neighbours with names that begin alike and end in the two ways, is one; and what became of each half. */
export function joinHalves(fields: readonly Field[], [highEnd, lowEnd]: readonly [string, string]): { readonly fields: Field[]; readonly joined: readonly Joined[] } {
  const kept: Field[] = [];
  const joined: Joined[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const [high, low] = [fields[index], fields[index + 1]];
    if (high === undefined) break;
    const name = high.name.endsWith(highEnd) ? high.name.slice(0, -highEnd.length) : '';
    if (low === undefined || name === '' || low.name !== name + lowEnd || !areJoinable(high, low)) {
      kept.push(high);
      continue;
    }
    kept.push({ name, type: 'uint', offsetBits: high.offsetBits, sizeBits: high.sizeBits + low.sizeBits });
    joined.push({ from: high.name, to: name, part: { offsetBits: 0, sizeBits: high.sizeBits } }, { from: low.name, to: name, part: { offsetBits: high.sizeBits, sizeBits: low.sizeBits } });
    index += 1;
  }
  return { fields: kept, joined };
}

function areJoinable(high: Field, low: Field): boolean {
  return high.type === 'uint' && low.type === 'uint' && high.offsetBits + high.sizeBits === low.offsetBits && high.sizeBits + low.sizeBits <= MOST_BITS;
}
