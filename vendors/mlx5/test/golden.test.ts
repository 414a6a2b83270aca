import { LayoutStore, type LayoutKind } from '@auxctl/core';
import { placeOf, sampleCodec, type Sample } from '@auxctl/kit';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { samplesMade, type ProgramOptions } from '../../../test/conformance/samples.js';
import { kernelHeaders } from '../../../test/import/support/header.js';
import { hasCompiler } from '../../../test/import/support/program.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const golden = join(here, 'golden');
const store = new LayoutStore(join(here, '..', 'layouts'));
const names = readdirSync(golden).filter((file) => file.endsWith('.hex')).map((file) => file.slice(0, -'.hex'.length));

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
    expect(made('sheets.c', { words: sheets })).toEqual([]);
  });

  const headers = kernelHeaders();
  const skip = 'reason' in headers ? headers.reason : hasCompiler() ? undefined : 'there is no cc';
  if (skip !== undefined) process.stdout.write(`skipped: samples from the kernel's header: ${skip}\n`);
  it.skipIf(skip !== undefined)('are what kernel.c makes of the kernel\'s header', () => {
    expect(made('kernel.c', { flags: ['-idirafter', join('folder' in headers ? headers.folder : '', 'include')] })).toEqual([]);
  });
});

function readSample(name: string): Sample {
  return JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8')) as Sample;
}

/** The fields, each as `structure.field`, that a sample's places lead through. */
async function fieldsShown(sample: Sample): Promise<string[]> {
  const codec = await sampleCodec(store, sample);
  return Object.keys(sample.places ?? {}).flatMap((path) => placeOf(codec, sample, path).passed);
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

/** The samples that differ from what one of the programs makes. */
function made(program: string, { flags = [], words = [] }: ProgramOptions): string[] {
  return samplesMade(golden, [program, 'golden.c'], { flags: ['-std=c11', '-D_POSIX_C_SOURCE=200809L', ...flags], words }).different;
}
