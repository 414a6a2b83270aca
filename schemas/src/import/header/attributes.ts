import type { Packing } from './model.js';
import type { TokenReader } from './reader.js';

/** Words of the compiler that may stand beside a structure, a member's type or its name. */
const ATTRIBUTES = new Set(['__attribute__', '__packed', '__rte_packed', '__aligned', '__counted_by', '__counted_by_le', '__counted_by_be', '__nonstring']);
const PACKED = new Set(['__packed', '__rte_packed', 'packed', '__packed__']);
const ALIGNED = new Set(['__aligned', 'aligned', '__aligned__']);

/** Passes over the compiler's words, such as `__packed`, and says what they mean for alignment. */
export function takeAttributes(reader: TokenReader, before: Packing = 'natural'): Packing {
  let packing = before;
  while (ATTRIBUTES.has(reader.next.text)) {
    const words = [reader.take().text];
    if (reader.accept('(')) {
      words.push(...reader.wordsUntil([')']) ?? []);
      reader.accept(')');
    }
    if (words.some((word) => ALIGNED.has(word))) packing = 'other';
    else if (packing === 'natural' && words.some((word) => PACKED.has(word))) packing = 'packed';
  }
  return packing;
}
