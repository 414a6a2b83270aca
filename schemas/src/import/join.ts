import type { Field } from '../layout/field.js';
import type { FieldOrigin } from './header/taken.js';

const MOST_BITS = 64;

interface Joined {
  readonly from: string;
  readonly to: string;
  readonly part: NonNullable<FieldOrigin['part']>;
}

/** Fields in which each pair of plain integers, neighbours with names that begin alike and end in the two ways, is one; and what became of each half. The more significant half stands first in byte order `big`. */
export function joinHalves(fields: readonly Field[], [highEnd, lowEnd]: readonly [string, string], byteOrder: 'big' | 'little'): { readonly fields: Field[]; readonly joined: readonly Joined[] } {
  const kept: Field[] = [];
  const joined: Joined[] = [];
  const [firstEnd, secondEnd] = byteOrder === 'big' ? [highEnd, lowEnd] : [lowEnd, highEnd];
  for (let index = 0; index < fields.length; index += 1) {
    const [first, second] = [fields[index], fields[index + 1]];
    if (first === undefined) break;
    const name = first.name.endsWith(firstEnd) ? first.name.slice(0, -firstEnd.length) : '';
    if (second === undefined || name === '' || second.name !== name + secondEnd || !areJoinable(first, second)) {
      kept.push(first);
      continue;
    }
    kept.push({ name, type: 'uint', offsetBits: first.offsetBits, sizeBits: first.sizeBits + second.sizeBits });
    joined.push({ from: first.name, to: name, part: { offsetBits: 0, sizeBits: first.sizeBits } }, { from: second.name, to: name, part: { offsetBits: first.sizeBits, sizeBits: second.sizeBits } });
    index += 1;
  }
  return { fields: kept, joined };
}

function areJoinable(first: Field, second: Field): boolean {
  return first.type === 'uint' && second.type === 'uint' && first.offsetBits + first.sizeBits === second.offsetBits && first.sizeBits + second.sizeBits <= MOST_BITS;
}
