import { AuxctlError, indexFields, present, readingsOf, type Codec, type DeviceChannel, type FieldInput, type LayoutStore, type Presented } from '@auxctl/core';
import type { Field, Value } from '@auxctl/schemas';

/** A field of a register as our layouts have it: every scalar, also of the variants that are not selected. */
export interface OurField {
  /** With the names of the structures around it. */
  readonly path: string;
  /** From the register's first byte, whose highest bit is 0. */
  readonly offsetBits: number;
  readonly sizeBits: number;
  readonly isVolatile: boolean;
  /** What the tool shows, where that is a number. */
  readonly value?: bigint;
}

/** A register, read. */
export interface OurRegister {
  readonly fields: readonly OurField[];
  /** What was sent: the index fields. */
  readonly request: Uint8Array;
  /** What came back; absent when it was refused. */
  readonly raw?: Uint8Array;
  /** Why it was refused. */
  readonly problem?: string;
}

/** Reads a register by its name, whatever its case, at the first place that its layout names; undefined when there is none, or reading it does something. */
export async function readOurs(channel: DeviceChannel, layouts: LayoutStore, name: string): Promise<OurRegister | undefined> {
  const found = layouts.names('register').find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (found === undefined) return undefined;
  const register = await layouts.document('register', found);
  const codec = await layouts.codec('register', found);
  if (register.effects.read !== 'inspect') return undefined;
  const defaults = Object.fromEntries(indexFields(codec).map((field) => [field.name, field.default ?? 0]));
  const index: FieldInput = { ...defaults, ...readingsOf(register, codec)[0] };
  const request = codec.encode(index);
  try {
    const { raw } = await channel.registers.read(found, index);
    const values = new Map(flatten(present(codec, raw), ''));
    return { fields: placesOf(codec).map((place) => withValue(place, values.get(place.path))), request, raw };
  } catch (error) {
    if (!(error instanceof AuxctlError)) throw error;
    return { fields: placesOf(codec), request, problem: error.code };
  }
}

function withValue(field: OurField, value: bigint | undefined): OurField {
  return value === undefined ? field : { ...field, value };
}

function* flatten(fields: Readonly<Record<string, Presented>>, prefix: string): Generator<[string, bigint]> {
  for (const [name, field] of Object.entries(fields)) yield* flattenOne(field, `${prefix}${name}`);
}

function* flattenOne(field: Presented, path: string): Generator<[string, bigint]> {
  if (field.type === 'structure') yield* flatten(field.fields, `${path}.`);
  else if (field.type === 'array') for (const [index, element] of field.elements.entries()) yield* flattenOne(element, `${path}[${index}]`);
  else if (typeof field.value === 'number' || /^\d+$/.test(field.value)) yield [path, BigInt(field.value)];
}

function placesOf(codec: Codec): OurField[] {
  return structurePlaces(codec, codec.structure, { path: '', offsetBits: 0, isVolatile: false });
}

interface Place {
  readonly path: string;
  readonly offsetBits: number;
  readonly isVolatile: boolean;
}

function structurePlaces(codec: Codec, structure: string, { path, offsetBits, isVolatile }: Place): OurField[] {
  const fields: readonly Field[] = codec.scope.structures.get(structure)?.fields ?? [];
  return fields.flatMap((field) => valuePlaces(codec, field, {
    path: `${path}${path === '' ? '' : '.'}${field.name}`, offsetBits: offsetBits + field.offsetBits, isVolatile: isVolatile || field.volatile === true,
  }));
}

function valuePlaces(codec: Codec, value: Value, place: Place): OurField[] {
  switch (value.type) {
    case 'reserved': return [];
    case 'struct': return structurePlaces(codec, value.structure, place);
    case 'union': return value.variants.flatMap(({ structure }) => structurePlaces(codec, structure, place));
    case 'array': {
      const { element, count } = value;
      const elements = count === 'rest' ? 0 : count;
      return Array.from({ length: elements }, (_, index) => valuePlaces(codec, element, { ...place, path: `${place.path}[${index}]`, offsetBits: place.offsetBits + index * element.sizeBits })).flat();
    }
    default: return value.sizeBits === 0 ? [] : [{ ...place, sizeBits: value.sizeBits }];
  }
}
