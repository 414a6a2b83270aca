import { endianness } from 'node:os';
import type { Field, Structure } from '@auxctl/schemas';

/** The order of bytes in this machine's memory, and so in structures that go to and come from its kernel. */
export const MACHINE_BYTE_ORDER: 'big' | 'little' = endianness() === 'BE' ? 'big' : 'little';

/** A structure of these fields one after the other, wherever they said that they stand. */
export function packed(members: readonly Field[]): Structure {
  let sizeBits = 0;
  const fields = members.map((member): Field => {
    const field = { ...member, offsetBits: sizeBits };
    sizeBits += member.sizeBits;
    return field;
  });
  return { sizeBits, fields };
}
