import type { Place } from '../problem.js';

/** A field of a node, as it is written. */
export interface AdbField extends Place {
  readonly name: string;
  /** Where it begins; undefined: behind the field before it. The lowest bit within a 32-bit word. */
  readonly offset: string | undefined;
  readonly size: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** A structure or union. */
export interface AdbNode extends Place {
  readonly name: string;
  readonly sizeBits: number;
  readonly isUnion: boolean;
  readonly isWide: boolean;
  readonly description: string;
  readonly fields: readonly AdbField[];
  /** Do elements of less than a word stand from a word's highest bits down? */
  readonly isBigEndianArray: boolean;
}

/** Everything of a database that the importer looks at. */
export interface AdbDatabase {
  /** By name, in the order of the file. */
  readonly nodes: ReadonlyMap<string, AdbNode>;
  /** What the file says of the revision of what it was made of. */
  readonly revision: string | undefined;
}

/** Bits, written as `0xBYTES.BITS` with either part left out; the bits are decimal. Undefined for anything else, and beyond 2^27 bits. */
export function quantity(text: string): number | undefined {
  const [, bytes, bits] = /^(0[xX][0-9a-fA-F]{1,8}|\d{1,9})?(?:\.(\d{1,9}))?$/.exec(text.trim()) ?? [];
  if (bytes === undefined && bits === undefined) return undefined;
  const total = Number(bytes ?? 0) * 8 + Number(bits ?? 0);
  return total <= 2 ** 27 ? total : undefined;
}

/** Is an attribute set that is `1` or `0`? */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes)$/i.test(value.trim());
}

/** A description in one line; the format has a word of its own for the end of one. */
export function plainText(text: string | undefined): string {
  const lines = (text ?? '').split(/\\;|\n/).map((line) => line.trim()).filter((line) => line !== '');
  return lines.reduce((all, line) => all + (all === '' ? '' : /[:;,.?!]$/.test(all) ? ' ' : '; ') + line, '');
}
