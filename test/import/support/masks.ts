import { runProgram, STRUCTURES_HEADER } from './program.js';

/** A mask that the header defines behind a member. */
export interface Mask {
  readonly tag: string;
  /** As in `outer[0].inner`. */
  readonly member: string;
  /** Without `_MASK`. */
  readonly name: string;
}

/** Where the compiler finds a mask's bits. */
export interface MeasuredMask extends Mask {
  /** Of the lowest bit, from the start of the structure. */
  readonly offsetBits: number;
  readonly sizeBits: number;
}

/** The masks of a header, read line by line: a reader that shares nothing with the importer. */
export function masksOf(text: string): Mask[] {
  const found: { tag: string; member: string; name: string; depth: number }[] = [];
  let [tag, member, depth] = ['', '', 0];
  for (const line of text.split('\n')) {
    const mask = /^\s*#define (\w+)_MASK\s+\S/.exec(line)?.[1];
    if (mask !== undefined && depth > 0 && text.includes(`#define ${mask}_SFT`)) found.push({ tag, member, name: mask, depth });
    if (/^\s*#/.test(line)) continue;
    tag = depth === 0 ? /^struct (\w+) \{/.exec(line)?.[1] ?? tag : tag;
    if (/^\s*(struct|union)\b.*\{/.test(line)) depth += 1;
    const [, closed = '', dimensions = ''] = /^\s*\}[^;\w]*(?:__packed\s+)?(\w*)((?:\[\w+\])*);/.exec(line) ?? [];
    if (/^\s*\}/.test(line)) {
      for (const each of found) {
        if (each.tag !== tag || each.depth !== depth || closed === '' || depth < 2) continue;
        each.member = `${closed}${dimensions.replace(/\[\w+\]/g, '[0]')}.${each.member}`;
        each.depth -= 1;
      }
      depth = Math.max(0, depth - 1);
    } else member = /^\s*[\w ]+\s(\w+)(?:\[[^;]*\])?;/.exec(line)?.[1] ?? member;
  }
  return found.map((each) => ({ tag: each.tag, member: each.member, name: each.name }));
}

/** What the compiler makes of masks. Those whose member is an array have its first element's place. */
export function measureMasks(header: string, masks: readonly Mask[]): MeasuredMask[] {
  const rows = masks.map(({ tag, member, name }) => `\tprintf("%zu %d %d\\n", offsetof(struct ${tag}, ${member}) * 8 + __builtin_ctzll(${name}_MASK), __builtin_popcountll(${name}_MASK), (int)(${name}_SFT));\n`);
  const text = `#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\ntypedef uint8_t u8;\n${STRUCTURES_HEADER.declarations}#include HEADER\nint main(void)\n{\n${rows.join('')}\treturn 0;\n}\n`;
  const lines = runProgram(header, text).split('\n');
  return masks.map((mask, index) => {
    const [offsetBits = 0, sizeBits = 0] = (lines[index] ?? '').split(' ').map(Number);
    return { ...mask, offsetBits, sizeBits };
  });
}
