import { LayoutStore, type Codec, type Fields, type FieldInput, type FieldValue, type LayoutKind } from '@auxctl/core';
import type { Field, Structure } from '@auxctl/schemas';
import { integerValue, LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kernelHeaders } from '../../../test/import/support/header.js';

/** What the C programs beside the samples wrote: values, and the bits that hold them. */
interface Sample {
  readonly layout: string;
  readonly structure: string;
  readonly fields: FieldInput;
  readonly places: Readonly<Record<string, readonly [offsetBits: number, sizeBits: number]>>;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const golden = join(here, 'golden');
const store = new LayoutStore(join(here, '..', 'layouts'));
const names = readdirSync(golden).filter((file) => file.endsWith('.hex')).map((file) => file.slice(0, -'.hex'.length));
const kinds = Object.keys(LAYOUT_FOLDERS) as LayoutKind[];

describe.each(names)('the sample %s', (name) => {
  const sample = readSample(name);
  const bytes = readBytes(name);

  it('has every field where the layout has it', async () => {
    const codec = await codecOf(sample);
    const found = Object.fromEntries(Object.keys(sample.places).map((path) => [path, placeOf(codec, sample, path).place]));
    expect(found).toEqual(Object.fromEntries(Object.entries(sample.places).map(([path, place]) => [path, expectedPlace(codec, path, place)])));
  });

  it('decodes to its values', async () => {
    const codec = await codecOf(sample);
    expect(plain(codec.decode(bytes))).toMatchObject(sample.fields);
    expect(codec.anomalies(bytes).filter(({ type }) => type !== 'unknown-symbol')).toEqual([]);
  });

  it('is what its values encode to', async () => {
    const codec = await codecOf(sample);
    expect(hex(codec.encode(sample.fields))).toBe(hex(bytes));
  });
});

describe('the samples', () => {
  it('show every field of every register, command, capability and item', async () => {
    const shown = new Map<string, Set<string>>();
    for (const sample of names.map(readSample)) {
      const seen = shown.get(sample.layout) ?? new Set();
      shown.set(sample.layout, seen);
      (await fieldsShown(sample)).forEach((field) => seen.add(field));
    }
    const missing: string[] = [];
    const counts = { documents: 0, fields: 0 };
    for (const kind of ['register', 'command', 'capability', 'nvconfig'] as const) {
      for (const name of store.names(kind)) {
        const all = await fieldsOf(kind, name);
        missing.push(...all.filter((field) => shown.get(`${LAYOUT_FOLDERS[kind]}/${name}`)?.has(field) !== true).map((field) => `${name}: ${field}`));
        counts.documents++;
        counts.fields += all.length;
      }
    }
    expect(missing).toEqual([]);
    expect(counts.documents).toBeGreaterThanOrEqual(80);
    expect(counts.fields).toBeGreaterThanOrEqual(1800);
  });

  it('show, of every capability, what the kernel\'s header has: all but a few fields, which mlx5ctl\'s header adds', async () => {
    const added: string[] = [];
    for (const { name, structures } of await store.all('capability')) {
      if (Object.keys(structures).length === 0) continue;
      const ofKernel = await fieldsShown(readSample(names.includes(`${name}-kernel`) ? `${name}-kernel` : name));
      added.push(...(await fieldsOf('capability', name)).filter((field) => !ofKernel.includes(field)));
    }
    expect(added.sort()).toEqual([
      'cmd_hca_cap.num_of_diagnostic_counters',
      'cmd_hca_cap.shampo_earlier',
      'debug_cap.diag_counter_tracer_dump',
      'debug_cap.log_cr_dump_to_mem_size',
      'debug_cap.log_max_samples',
      'debug_cap.log_min_resource_dump_eq',
      'debug_cap.log_min_sample_period',
      'debug_cap.repetitive',
      'debug_cap.single',
      'diagnostic_cntr_layout.counter_id',
      'diagnostic_cntr_layout.sync',
    ]);
  });

  it.skipIf(!hasCompiler())('are what sheets.c makes of the data sheets (skipped where there is no cc)', () => {
    const sheets = readdirSync(join(golden, 'sheets')).map((file) => join(golden, 'sheets', file));
    expect(differences('sheets.c', [], sheets)).toEqual([]);
  });

  const headers = kernelHeaders();
  const skip = 'reason' in headers ? headers.reason : hasCompiler() ? undefined : 'there is no cc';
  if (skip !== undefined) process.stdout.write(`skipped: samples from the kernel's header: ${skip}\n`);
  it.skipIf(skip !== undefined)('are what kernel.c makes of the kernel\'s header', () => {
    expect(differences('kernel.c', ['-idirafter', join('folder' in headers ? headers.folder : '', 'include')], [])).toEqual([]);
  });
});

function readSample(name: string): Sample {
  return JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8')) as Sample;
}

function readBytes(name: string): Uint8Array {
  return Uint8Array.from(Buffer.from(readFileSync(join(golden, `${name}.hex`), 'utf8').replaceAll(/\s/g, ''), 'hex'));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

async function codecOf({ layout, structure }: Sample): Promise<Codec> {
  const [folder = '', name = ''] = layout.split('/');
  const kind = kinds.find((candidate) => LAYOUT_FOLDERS[candidate] === folder);
  if (kind === undefined) throw new TypeError(`no kind of layout stands in ${folder}`);
  return store.codec(kind, name, structure);
}

/** As JSON can say it: bytes and integers over 53 bits are hexadecimal text. */
function plain(value: FieldValue): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map(plain);
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value as Fields).map(([name, inner]) => [name, plain(inner)])) : value;
}

/** A tail has no size of its own. */
function expectedPlace(codec: Codec, path: string, place: readonly [number, number]): readonly [number, number] {
  const tail = codec.hasTail ? structureOf(codec, codec.structure).fields.at(-1)?.name : undefined;
  return path === tail ? [place[0], 0] : place;
}

/** Where the layout has the field that `path` leads to, and the fields on the way, each as `structure.field`. */
function placeOf(codec: Codec, sample: Sample, path: string): { readonly place: readonly [number, number]; readonly passed: readonly string[] } {
  let structure = codec.structure;
  let values: FieldInput = sample.fields;
  let offsetBits = 0;
  let sizeBits = 0;
  const passed: string[] = [];
  for (const step of path.split('.')) {
    const [, name = '', index] = /^(\w+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    const field = structureOf(codec, structure).fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new TypeError(`${structure} has no field ${name}`);
    passed.push(`${structure}.${name}`);
    const element = field.type === 'array' && index !== undefined ? field.element : field;
    offsetBits += field.offsetBits + (index === undefined ? 0 : Number(index) * element.sizeBits);
    sizeBits = element.sizeBits;
    if (element.type === 'struct') structure = element.structure;
    if (field.type === 'union') structure = variantOf(field, values);
    const inner = index === undefined ? values[name] : (values[name] as readonly FieldInput[])[Number(index)];
    if (typeof inner === 'object') values = inner as FieldInput;
  }
  return { place: [offsetBits, sizeBits], passed };
}

/** The fields, each as `structure.field`, that a sample's places lead through. */
async function fieldsShown(sample: Sample): Promise<string[]> {
  const codec = await codecOf(sample);
  return Object.keys(sample.places).flatMap((path) => placeOf(codec, sample, path).passed);
}

function structureOf(codec: Codec, name: string): Structure {
  const structure = codec.scope.structures.get(name);
  if (structure === undefined) throw new TypeError(`no structure ${name}`);
  return structure;
}

function variantOf(union: Extract<Field, { type: 'union' }>, values: FieldInput): string {
  const chosen = BigInt(values[union.selector ?? ''] as number);
  const variant = union.variants.find(({ when = [] }) => when.some((literal) => integerValue(literal) === chosen));
  if (variant === undefined) throw new TypeError(`${union.name} has no variant ${chosen}`);
  return variant.structure;
}

/** Those that vendors/mlx5/generate.mjs made, all of which test/import holds against the compiler. */
async function structuresFromHeader(kind: LayoutKind, name: string): Promise<Set<string>> {
  const [document, ...imported] = (await store.withImports(kind, name)).map(([, each]) => each);
  const made = imported.filter(({ source: [first, ...others] }) => others.length === 0 && first?.document.startsWith('include/linux/mlx5/') === true && first.section.includes(' mlx5_ifc_'));
  const own = new Set(Object.keys(document?.structures ?? {}));
  return new Set(made.flatMap(({ structures }) => Object.keys(structures)).filter((structure) => !own.has(structure)));
}

/** Every field that a document's structures hold, inner ones included, as `structure.field`. */
async function fieldsOf(kind: LayoutKind, name: string): Promise<string[]> {
  const { document, scope } = await store.codec(kind, name);
  const fromHeader = await structuresFromHeader(kind, name);
  const found = new Set<string>();
  const visit = (structure: string): void => {
    if (fromHeader.has(structure)) return;
    for (const field of scope.structures.get(structure)?.fields ?? []) {
      const value = field.type === 'array' ? field.element : field;
      if (value.type === 'struct') visit(value.structure);
      if (value.type === 'union') value.variants.forEach((variant) => { visit(variant.structure); });
      if (value.type !== 'reserved' && value.type !== 'struct' && value.type !== 'union') found.add(`${structure}.${field.name}`);
    }
  };
  Object.keys(document.structures).forEach(visit);
  return [...found];
}

function hasCompiler(): boolean {
  return spawnSync('cc', ['--version']).status === 0;
}

/** Compiles and runs one of the programs, and names the files that differ from what it makes. */
function differences(program: string, options: readonly string[], programArguments: readonly string[]): string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'auxctl-golden-'));
  try {
    const binary = join(scratch, 'make');
    const compiled = spawnSync('cc', ['-std=c11', '-D_POSIX_C_SOURCE=200809L', ...options, '-o', binary, join(golden, program), join(golden, 'golden.c')], { encoding: 'utf8' });
    expect(compiled.stderr).toBe('');
    const ran = spawnSync(binary, [scratch, ...programArguments], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const made = readdirSync(scratch).filter((file) => /\.(hex|json)$/.test(file));
    expect(made.length).toBeGreaterThan(0);
    return made.filter((file) => readFileSync(join(scratch, file), 'utf8') !== readFileSync(join(golden, file), 'utf8'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
