import type { Codec } from '@auxctl/core';
import type { Field, IdLiteral, LayoutScope, Value } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import type { DescribedField, DescribedStructure } from '../schemas/layouts.js';

/** A structure with everything nested in it, field by field. Reserved fields are left out. */
export function describeStructure({ document, structure, sizeBytes, scope }: Codec): DescribedStructure {
  const fields = structureFields(structure, scope, { isRegister: document.kind === 'register', prefix: '', baseBits: 0, when: undefined, isVolatile: false });
  const used = (names: ReadonlyMap<string, unknown>): string[] => [...new Set(fields.flatMap(({ names: name }) => (name !== undefined && names.has(name) ? [name] : [])))];
  const symbolsOf = (name: string) => (scope.enums.get(name) ?? []).map((symbol) => ({ ...symbol, value: jsonInteger(integerValue(symbol.value)) }));
  return {
    structure, sizeBytes, fields,
    enums: Object.fromEntries(used(scope.enums).map((name) => [name, symbolsOf(name)])),
    flags: Object.fromEntries(used(scope.flags).map((name) => [name, [...(scope.flags.get(name) ?? [])]])),
  };
}

/** A register's id as documents hold it: a UUID as it is written, else as {@link jsonInteger}. */
export function jsonId(id: IdLiteral): number | string {
  return isUuid(id) ? id : jsonInteger(BigInt(id));
}

/** A register's id, as documents hold it, for people. */
export function idText(id: number | string): string {
  return isUuid(id) ? id : `0x${BigInt(id).toString(16)}`;
}

function isUuid(id: number | string): id is string {
  return typeof id === 'string' && id.includes('-');
}

/** A number while that is exact, else decimal text. */
export function jsonInteger(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

interface Place {
  /** Only registers have access rules. */
  readonly isRegister: boolean;
  readonly prefix: string;
  readonly baseBits: number;
  readonly when: string | undefined;
  /** Is all that is inside said to change by itself? */
  readonly isVolatile: boolean;
}

function structureFields(name: string, scope: LayoutScope, place: Place): DescribedField[] {
  const fields = scope.structures.get(name)?.fields ?? [];
  return fields.filter(({ type }) => type !== 'reserved').flatMap((field) => describeField(field, scope, place));
}

function describeField(field: Field, scope: LayoutScope, { isRegister, prefix, baseBits, when, ...around }: Place): DescribedField[] {
  const isVolatile = around.isVolatile || field.volatile === true;
  const offsetBits = baseBits + field.offsetBits;
  const inner: Value = field.type === 'array' ? field.element : field;
  const path = prefix + field.name + (field.type === 'array' ? `[${field.count === 'rest' ? '0..' : `0..${field.count - 1}`}]` : '');
  if (inner.type === 'struct') return structureFields(inner.structure, scope, { isRegister, prefix: `${path}.`, baseBits: offsetBits, when, isVolatile });
  const own: DescribedField = {
    path, offsetBits, sizeBits: inner.sizeBits, type: inner.type, ...(isRegister ? { access: field.access ?? 'RO' } : {}),
    ...(inner.type === 'enum' ? { names: inner.enum } : inner.type === 'flags' ? { names: inner.flags } : {}),
    ...('unit' in inner && inner.unit !== undefined ? { unit: inner.unit } : {}),
    ...(field.default === undefined ? {} : { default: jsonInteger(integerValue(field.default)) }),
    ...(isVolatile ? { volatile: true } : {}),
    ...(field.onRead === undefined ? {} : { onRead: field.onRead }),
    ...(field.onWrite === undefined ? {} : { onWrite: field.onWrite }),
    ...(when === undefined ? {} : { when }),
    ...(field.description === undefined ? {} : { description: field.description }),
  };
  if (inner.type !== 'union') return [own];
  const variants = inner.variants.flatMap((variant) => structureFields(variant.structure, scope, {
    isRegister, prefix: inner.selector === undefined ? `${path}.${variant.name ?? variant.structure}.` : `${path}<${variant.structure}>.`, baseBits: offsetBits,
    when: inner.selector === undefined ? `${path} is given as ${variant.name ?? variant.structure}` : `${prefix}${inner.selector} = ${(variant.when ?? []).map(String).join(' or ')}`,
    isVolatile,
  }));
  return [own, ...variants];
}
