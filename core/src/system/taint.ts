import { setBits } from './bits.js';

/** One reason for which the kernel marks itself. */
export interface TaintFlag {
  /** Its bit in the taint word. */
  readonly bit: number;
  /** Its letter in kernel messages. */
  readonly letter: string;
  /** What it says, in a few words. */
  readonly meaning: string;
}

/** The kernel's marks since it started. */
export interface Taint {
  /** The word as the kernel shows it; 0 is unmarked. */
  readonly value: number;
  /** The flags that are set and known. */
  readonly flags: readonly TaintFlag[];
  /** The bits that are set and not known. */
  readonly unknownBits: readonly number[];
}

/** The bit that a mutating debug command through fwctl sets. */
export const FWCTL_TAINT_BIT = 19;

const MEANINGS: readonly (readonly [letter: string, meaning: string])[] = [
  ['P', 'a proprietary module was loaded'],
  ['F', 'a module was loaded by force'],
  ['S', 'the hardware is outside its specification'],
  ['R', 'a module was removed by force'],
  ['M', 'a machine check was reported'],
  ['B', 'a memory page was found in a bad state'],
  ['U', 'a program asked for the mark'],
  ['D', 'the kernel has died before (oops or BUG)'],
  ['A', 'an ACPI table was overridden'],
  ['W', 'a warning was printed'],
  ['C', 'a staging driver was loaded'],
  ['I', 'a firmware bug was worked around'],
  ['O', 'an out-of-tree module was loaded'],
  ['E', 'an unsigned module was loaded'],
  ['L', 'a soft lockup occurred'],
  ['K', 'the kernel was live-patched'],
  ['X', 'a mark of the distribution'],
  ['T', 'structure layouts are randomized'],
  ['N', 'an in-kernel test has run'],
  ['J', 'a mutating debug command went through fwctl'],
];

/** Every flag that is known, by bit (`include/linux/panic.h`, `Documentation/admin-guide/tainted-kernels.rst`). */
export const TAINT_FLAGS: readonly TaintFlag[] = MEANINGS.map(([letter, meaning], bit) => ({ bit, letter, meaning }));

/** Takes a taint word apart; a whole number up to 2^53 - 1. */
export function decodeTaint(value: number): Taint {
  const bits = setBits(BigInt(value));
  return {
    value,
    flags: TAINT_FLAGS.filter(({ bit }) => bits.includes(bit)),
    unknownBits: bits.filter((bit) => TAINT_FLAGS[bit] === undefined),
  };
}

/** Whether a taint word, or a mask of such, has a bit set. */
export function hasTaintBit(value: number, bit: number): boolean {
  return setBits(BigInt(value)).includes(bit);
}
