import { readBits } from '../layout/bits.js';
import type { Codec } from '../layout/codec.js';
import { padded } from '../layout/padded.js';
import { walk, type Visit } from '../layout/walk.js';
import { integerValue } from '@auxctl/schemas/model';
import { pieces } from './access.js';

/** What is in a request beyond its layout. */
const REST = '(after the layout)';

/**
 * The paths of what an image sets, `INDEX` fields aside, which only say where: what differs from what was there before; where that is not known, what is
 * neither zero nor a field's default; and always what acts when it is written. Reserved bits and bytes after the layout count like fields.
 */
export function touchedFields(codec: Codec, image: Uint8Array, before: Uint8Array | undefined): string[] {
  const [now, was] = [padded(image, codec.sizeBytes), before === undefined ? undefined : padded(before, Math.max(codec.sizeBytes, image.length))];
  const touched: string[] = [];
  walk(now, codec.structure, codec.scope, codec.document.byteOrder, (at) => {
    if (at.within.some(({ access }) => access === 'INDEX')) return;
    const acts = at.within.some(({ access, onWrite }) => access === 'OP' || access === 'WO' || onWrite !== undefined);
    if (was === undefined || acts ? isSet(codec, now, at) : differs(codec, now, was, at)) touched.push(at.path);
  });
  const rest = codec.hasTail ? [] : now.subarray(codec.sizeBytes);
  return rest.some((byte, index) => byte !== (was?.[codec.sizeBytes + index] ?? 0)) ? [...touched, REST] : touched;
}

function isSet(codec: Codec, bytes: Uint8Array, at: Visit): boolean {
  const idle = at.within.at(-1)?.default;
  if (idle !== undefined) return readBits(bytes, at.offsetBits, at.value.sizeBits, codec.document.byteOrder) !== integerValue(idle);
  return pieces(bytes, at).some(([offsetBits, sizeBits]) => readBits(bytes, offsetBits, sizeBits, codec.document.byteOrder) !== 0n);
}

function differs(codec: Codec, now: Uint8Array, was: Uint8Array, at: Visit): boolean {
  const order = codec.document.byteOrder;
  return pieces(now, at).some(([offsetBits, sizeBits]) => readBits(now, offsetBits, sizeBits, order) !== readBits(was, offsetBits, sizeBits, order));
}
