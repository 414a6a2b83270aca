import { compileLayout, type FieldInput, type FieldInputValue, type FieldValue } from '@auxctl/core';
import { importsOf, type LayoutDocument } from '@auxctl/schemas';
import type { HeaderImport } from '@auxctl/schemas/import';
import type { Measured, MeasuredType } from './program.js';
import type { Row, Type } from './rows.js';

/** How much was compared, and what differed, a line each. */
export interface Comparison {
  readonly types: number;
  /** Members whose place and width were compared. */
  readonly members: number;
  /** Members that were packed by the header's places, then decoded and encoded by ours. */
  readonly packed: number;
  readonly differences: readonly string[];
}

/** Holds layouts against what the compiler says, and core's decoding and encoding against bytes packed by the header's own places. */
export function compare(imported: HeaderImport, types: readonly Type[], measured: readonly MeasuredType[]): Comparison {
  const differences: string[] = [];
  let [members, packed] = [0, 0];
  for (const [index, type] of types.entries()) {
    const theirs = measured[index];
    if (theirs === undefined) {
      differences.push(`${type.type}: not measured`);
      continue;
    }
    if (theirs.sizeBits !== type.sizeBits) differences.push(`${type.type}: ${type.sizeBits} bits, the compiler says ${theirs.sizeBits}`);
    differences.push(...differentPlaces(type.type, type.own, theirs.own), ...differentPlaces(type.type, type.leaves, theirs.leaves));
    differences.push(...differentValues(imported, type, theirs));
    members += theirs.own.length;
    packed += theirs.leaves.length;
  }
  return { types: measured.length, members, packed, differences };
}

function differentPlaces(type: string, ours: readonly Row[], theirs: readonly Measured[]): string[] {
  return ours.flatMap(({ member, offsetBits, sizeBits, elementBits }, index) => {
    const found = theirs[index];
    const isSameElement = elementBits === 0 || (found?.firstBits ?? 0) % elementBits === 0;
    if (found?.offsetBits === offsetBits && (sizeBits === undefined || found.sizeBits === sizeBits) && isSameElement) return [];
    return [`${type}.${member}: bit ${offsetBits}, ${sizeBits} bits; the compiler says bit ${found?.offsetBits}, ${found?.sizeBits} bits`];
  });
}

function differentValues(imported: HeaderImport, { name, document: path, type, leaves }: Type, { packed, leaves: theirs }: MeasuredType): string[] {
  const document = imported.documents.get(path);
  const found = document === undefined ? undefined : importsOf(document, (each) => imported.documents.get(each));
  if (document === undefined || found?.ok !== true) return [`${type}: its document cannot be loaded`];
  const codec = compileLayout(withoutConstants(document), found.value.map(withoutConstants), name);
  const decoded = codec.decode(packed);
  const input: FieldInput = {};
  const differences = leaves.flatMap((row, index) => {
    const values = theirs[index]?.values ?? [];
    setAt(input, row.names, valueOf(row, values, at(input, row.names)));
    const value = plain(decodedPart(row, at(decoded, row.names)));
    return value === values.join() ? [] : [`${type}.${row.member}: packed ${values.join()}, decoded ${value}`];
  });
  const encoded = codec.encode(input);
  if (Buffer.compare(encoded, packed) !== 0) differences.push(`${type}: encoding gives other bytes`);
  return differences;
}

/** Random values stand in every field, also where only one value is allowed. */
function withoutConstants(document: LayoutDocument): LayoutDocument {
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'constant' ? undefined : value))) as LayoutDocument;
}

/** What to encode: the member's values, together with those of the members that its field joined before. */
function valueOf({ packing, shiftBits, isSigned, sizeBits = 0 }: Row, values: readonly bigint[], before: unknown): FieldInputValue {
  if (packing === 'bytes') return Uint8Array.from(values, Number);
  if (packing === 'elements') return values;
  const [value = 0n] = values;
  if (isSigned) return BigInt.asIntN(sizeBits, value);
  return (typeof before === 'bigint' ? before : 0n) | (value << BigInt(shiftBits));
}

/** The member's bits of a decoded integer. */
function decodedPart({ packing, shiftBits, sizeBits = 0 }: Row, value: FieldValue | undefined): FieldValue | undefined {
  if (packing !== 'integer' || (typeof value !== 'number' && typeof value !== 'bigint')) return value;
  return BigInt.asUintN(sizeBits, BigInt(value) >> BigInt(shiftBits));
}

function at<Value>(fields: Readonly<Record<string, Value>>, [first = '', ...others]: readonly string[]): Value | undefined {
  const value = fields[first];
  return others.length === 0 || value === undefined ? value : at(value as Readonly<Record<string, Value>>, others);
}

function setAt(input: Record<string, FieldInputValue>, [first = '', ...others]: readonly string[], value: FieldInputValue): void {
  if (others.length === 0) input[first] = value;
  else setAt((input[first] ??= {}) as Record<string, FieldInputValue>, others, value);
}

function plain(value: FieldValue | undefined): string {
  return value === undefined ? 'nothing' : typeof value === 'object' ? Array.from(value as ArrayLike<unknown>, String).join() : String(value);
}
