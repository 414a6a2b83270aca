import type { NamedConstant } from './constants.js';

/** A run of a field's bits that the header names, and the constants that are values of it. */
export interface Part {
  readonly name: string;
  readonly mask: bigint;
  readonly shiftBits: number;
  readonly sizeBits: number;
  /** Does the header give it a mask, or is it one bit alone? */
  readonly isMask: boolean;
  readonly constant: NamedConstant;
  readonly values: NamedConstant[];
  /** Does the header say that its values are a list of names? */
  isList: boolean;
}

/** The constants of a field, told apart by what they are. */
export interface SortedConstants {
  readonly parts: readonly Part[];
  /** Values of the field as a whole. */
  readonly values: readonly NamedConstant[];
  /** Does the header say that these are a list of names? */
  readonly isList: boolean;
  /** A mask that is no run of bits of the field. */
  readonly faulty: readonly NamedConstant[];
}

const MASK = '_MASK';
const SHIFT = '_SFT';
const LAST = /(?:^|_)LAST$/;

/**
 * Masks (`X_MASK` with `X_SFT`) are parts of the field, and so is a single bit with names for its two values. Other constants are values
 * of the part with the longest name that theirs begins with, else of the field. `X_LAST` that stands for another constant ends a list.
 */
export function sortConstants(constants: readonly NamedConstant[], fieldBits: number): SortedConstants {
  const byName = new Map(constants.map((each) => [each.name, each]));
  const { parts, faulty, used } = maskParts(constants, byName, fieldBits);
  const lists = new Set(constants.filter(isListEnd).map(({ name }) => name.replace(LAST, '')));
  const others = constants.filter((each) => !used.has(each) && !isListEnd(each));
  const bits = lists.has('') ? [] : others.filter(({ name, value }) => isOneBit(value) && value < 1n << BigInt(fieldBits) && (lists.has(name) || others.some((other) => isValueOfBit(other, name, value))));
  parts.push(...bits.map((each): Part => ({ name: each.name, mask: each.value, shiftBits: lowestBit(each.value), sizeBits: 1, isMask: false, constant: each, values: [], isList: true })));
  const values: NamedConstant[] = [];
  for (const each of others) if (!bits.includes(each)) (ownerOf(each, parts)?.values ?? values).push(each);
  for (const part of parts) part.isList ||= lists.has(part.name);
  return { parts, values, isList: lists.has('') || [...lists].some((name) => values.length > 0 && values.every((each) => each.name.startsWith(`${name}_`))), faulty };
}

/** Is it a power of two? */
export function isOneBit(value: bigint): boolean {
  return value > 0n && (value & (value - 1n)) === 0n;
}

/** The number of the lowest bit that is set. */
export function lowestBit(value: bigint): number {
  return (value & -value).toString(2).length - 1;
}

function isListEnd({ name, alias }: NamedConstant): boolean {
  return alias !== undefined && LAST.test(name);
}

function maskParts(constants: readonly NamedConstant[], byName: ReadonlyMap<string, NamedConstant>, fieldBits: number): { parts: Part[]; faulty: NamedConstant[]; used: Set<NamedConstant> } {
  const parts: Part[] = [];
  const faulty: NamedConstant[] = [];
  const used = new Set<NamedConstant>();
  for (const each of constants) {
    const name = each.name.endsWith(MASK) ? each.name.slice(0, -MASK.length) : undefined;
    const shift = byName.get(`${name}${SHIFT}`);
    if (name === undefined || shift === undefined) continue;
    used.add(each).add(shift);
    const run = runOf(each.value, shift.value, fieldBits);
    if (run === undefined) faulty.push(each);
    else parts.push({ name, mask: each.value, ...run, isMask: true, constant: each, values: [], isList: false });
  }
  return { parts, faulty, used };
}

/** A mask as a run of bits; undefined when it is none, or ends outside the field. */
function runOf(mask: bigint, shift: bigint, fieldBits: number): { shiftBits: number; sizeBits: number } | undefined {
  if (mask <= 0n || mask >= 1n << BigInt(fieldBits) || shift !== BigInt(lowestBit(mask))) return undefined;
  const run = mask >> shift;
  return isOneBit(run + 1n) ? { shiftBits: Number(shift), sizeBits: run.toString(2).length } : undefined;
}

/** A name for one of the two values of a bit; its zero is as telling as its one. */
function isValueOfBit({ name, value }: NamedConstant, bit: string, mask: bigint): boolean {
  return name.startsWith(`${bit}_`) && (value === 0n || value === mask);
}

/** Is the constant a value of these bits, at their place or moved down to bit 0? */
function holds({ mask, sizeBits, isMask }: Part, value: bigint): boolean {
  return isMask ? (value & ~mask) === 0n || value < 1n << BigInt(sizeBits) : value === 0n || value === mask;
}

function ownerOf({ name, value }: NamedConstant, parts: readonly Part[]): Part | undefined {
  const owners = parts.filter((part) => name.startsWith(`${part.name}_`) && holds(part, value));
  return owners.sort((a, b) => b.name.length - a.name.length)[0];
}
