import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayoutStore } from '@auxctl/core';
import type { Sample } from '@auxctl/kit';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { expect } from 'vitest';

/** What is common to tests of golden samples, beyond what the conformance suite holds of each of them. */

export interface ProgramOptions {
  /** For the compiler. */
  readonly flags?: readonly string[];
  /** For the program, after the folder that it writes to. */
  readonly words?: readonly string[];
}

/** The samples of a folder. */
export function readSamples(golden: string): Sample[] {
  return readdirSync(golden).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(golden, file), 'utf8')) as Sample);
}

/** Compiles C sources of a folder without a warning, lets the program write samples, and names those that differ from the folder's. */
export function samplesMade(golden: string, sources: readonly string[], { flags = [], words = [] }: ProgramOptions = {}): { readonly made: string[]; readonly different: string[] } {
  const scratch = mkdtempSync(join(tmpdir(), 'auxctl-golden-'));
  try {
    const binary = join(scratch, 'make');
    expect(spawnSync('cc', [...flags, '-o', binary, ...sources.map((file) => join(golden, file))], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(spawnSync(binary, [scratch, ...words], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const made = readdirSync(scratch).filter((file) => /\.(hex|json)$/.test(file)).sort();
    expect(made.length).toBeGreaterThan(0);
    return { made, different: made.filter((file) => readFileSync(join(scratch, file), 'utf8') !== readFileSync(join(golden, file), 'utf8')) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The fields of commands, registers and capabilities that no sample shows, and how many fields there are. */
export async function fieldsWithoutSample(store: LayoutStore, golden: string): Promise<{ readonly missing: string[]; readonly fields: number }> {
  const samples = readSamples(golden);
  const missing: string[] = [];
  let fields = 0;
  for (const kind of ['command', 'register', 'capability'] as const) {
    for (const document of await store.all(kind)) {
      const layout = `${LAYOUT_FOLDERS[kind]}/${document.name}`;
      for (const root of document.kind === 'command' ? [document.request, document.reply] : [document.structure]) {
        const shown = samples.filter((sample) => sample.layout === layout && sample.structure === root).flatMap((sample) => Object.keys(sample.fields));
        const named = document.structures[root]?.fields.filter(({ type }) => type !== 'reserved').map(({ name }) => name) ?? [];
        missing.push(...named.filter((name) => !shown.includes(name)).map((name) => `${layout}: ${root}.${name}`));
        fields += named.length;
      }
    }
  }
  return { missing, fields };
}
