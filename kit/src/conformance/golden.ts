import { isDeepStrictEqual } from 'node:util';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Codec, FieldInput, Fields, FieldValue, LayoutKind, LayoutStore } from '@auxctl/core';
import { PluginError } from '@auxctl/core';
import type { Field } from '@auxctl/schemas';
import { integerValue, LAYOUT_FOLDERS } from '@auxctl/schemas/model';

/** Bytes that were not made by the layouts, and what they mean: `NAME.json` beside `NAME.hex`. */
export interface Sample {
  /** The document, as `registers/NAME`. */
  readonly layout: string;
  readonly structure: string;
  /** The values; bytes, and integers over 53 bits, are hexadecimal text. */
  readonly fields: FieldInput;
  /** Which bits hold a field, counted from the first byte's most significant bit in the layout's order; only of those that are given. */
  readonly places?: Readonly<Record<string, readonly [offsetBits: number, sizeBits: number]>>;
}

/** Where a field is, and the fields on the way to it, each as `structure.field`. */
export interface FoundPlace {
  readonly place: readonly [offsetBits: number, sizeBits: number];
  readonly passed: readonly string[];
}

const KINDS = Object.keys(LAYOUT_FOLDERS) as LayoutKind[];

/** Holds every sample of a folder against the layouts, and tells what does not agree. */
export async function checkSamples(store: LayoutStore, folder: string): Promise<{ readonly samples: number; readonly faults: readonly string[] }> {
  const names = readdirSync(folder).filter((file) => file.endsWith('.hex')).map((file) => file.slice(0, -'.hex'.length)).sort();
  const faults = await Promise.all(names.map(async (name) => {
    try {
      return (await checkSample(store, folder, name)).map((fault) => `${name}: ${fault}`);
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  }));
  return { samples: names.length, faults: faults.flat() };
}

async function checkSample(store: LayoutStore, folder: string, name: string): Promise<string[]> {
  const sample = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Sample;
  const bytes = Uint8Array.from(Buffer.from(readFileSync(join(folder, `${name}.hex`), 'utf8').replaceAll(/\s/g, ''), 'hex'));
  const codec = await sampleCodec(store, sample);
  const decoded = plain(codec.decode(bytes));
  const encoded = codec.encode(sample.fields);
  const places = Object.entries(sample.places ?? {}).flatMap(([path, place]) => {
    const found = placeOf(codec, sample, path).place;
    const isTail = codec.hasTail && fieldsOf(codec, codec.structure).at(-1)?.name === path;
    return isDeepStrictEqual([...found], [place[0], isTail ? 0 : place[1]]) ? [] : [`${path} is at ${found.join(' and ')} bits, not ${place.join(' and ')}`];
  });
  return [
    ...differences(decoded, sample.fields, ''),
    ...codec.anomalies(bytes).filter(({ type }) => type !== 'unknown-symbol').map(({ type, path }) => `${path}: ${type}`),
    ...(Buffer.compare(encoded, bytes) === 0 ? [] : [`its values encode to ${Buffer.from(encoded).toString('hex')}`]),
    ...places,
  ];
}

/** The codec of the structure that a sample is of. */
export async function sampleCodec(store: LayoutStore, { layout, structure }: Pick<Sample, 'layout' | 'structure'>): Promise<Codec> {
  const [folder = '', name = ''] = layout.split('/');
  const kind = KINDS.find((candidate) => LAYOUT_FOLDERS[candidate] === folder);
  if (kind === undefined) throw new PluginError('ERR_LAYOUT', `no kind of layout stands in ${folder}`);
  return store.codec(kind, name, structure);
}

/** As JSON can say it: bytes and integers over 53 bits are hexadecimal text. */
function plain(value: FieldValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map(plain);
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value as Fields).map(([name, inner]) => [name, plain(inner)])) : value;
}

/** Where `wanted` has something that `found` has not. */
function differences(found: unknown, wanted: unknown, path: string): string[] {
  if (typeof wanted === 'object' && wanted !== null && typeof found === 'object' && found !== null) {
    return Object.entries(wanted).flatMap(([name, value]) => differences(Reflect.get(found, name), value, path === '' ? name : `${path}.${name}`));
  }
  return found === wanted ? [] : [`${path} decodes to ${found === undefined ? 'nothing' : JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
}

/** Where the layout has the field that `path` leads to, such as `inner.list[2].name`. Throws `ERR_LAYOUT` where it leads nowhere. */
export function placeOf(codec: Codec, { fields }: Pick<Sample, 'fields'>, path: string): FoundPlace {
  let structure = codec.structure;
  let values: FieldInput = fields;
  let offsetBits = 0;
  let sizeBits = 0;
  const passed: string[] = [];
  for (const step of path.split('.')) {
    const [, name = '', index] = /^(\w+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    const field = fieldsOf(codec, structure).find((candidate) => candidate.name === name);
    if (field === undefined) throw new PluginError('ERR_LAYOUT', `${structure} has no field ${name}`);
    passed.push(`${structure}.${name}`);
    const element = field.type === 'array' && index !== undefined ? field.element : field;
    offsetBits += field.offsetBits + (index === undefined ? 0 : Number(index) * element.sizeBits);
    sizeBits = element.sizeBits;
    if (element.type === 'struct') structure = element.structure;
    if (field.type === 'union') structure = variantOf(field, values);
    const inner: unknown = index === undefined ? values[name] : Reflect.get(Object(values[name]) as object, index);
    if (isInput(inner)) values = inner;
  }
  return { place: [offsetBits, sizeBits], passed };
}

function isInput(value: unknown): value is FieldInput {
  return typeof value === 'object' && value !== null;
}

function fieldsOf(codec: Codec, structure: string): readonly Field[] {
  return codec.scope.structures.get(structure)?.fields ?? [];
}

function variantOf(union: Extract<Field, { type: 'union' }>, values: FieldInput): string {
  const chosen = values[union.selector ?? ''];
  const isChosen = typeof chosen === 'number' || typeof chosen === 'string' || typeof chosen === 'bigint';
  const variant = isChosen ? union.variants.find(({ when = [] }) => when.some((literal) => integerValue(literal) === BigInt(chosen))) : undefined;
  if (variant === undefined) throw new PluginError('ERR_LAYOUT', `${union.name} has no variant for ${isChosen ? chosen : 'what the sample says'}`);
  return variant.structure;
}
