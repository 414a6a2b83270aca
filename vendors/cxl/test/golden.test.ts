import { LayoutStore } from '@auxctl/core';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelHeaders } from '../../../test/import/support/header.js';

const golden = join(import.meta.dirname, 'golden');
const store = new LayoutStore(join(import.meta.dirname, '../layouts'));

test('the samples show every field of every command and register', async () => {
  const samples = readdirSync(golden).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(golden, file), 'utf8')) as { layout: string; structure: string; fields: object });
  const missing: string[] = [];
  let fields = 0;
  for (const kind of ['command', 'register'] as const) {
    for (const document of await store.all(kind)) {
      for (const root of document.kind === 'command' ? [document.request, document.reply] : [document.structure]) {
        const layout = `${LAYOUT_FOLDERS[kind]}/${document.name}`;
        const shown = samples.filter((sample) => sample.layout === layout && sample.structure === root).flatMap((sample) => Object.keys(sample.fields));
        const named = document.structures[root]?.fields.filter(({ type }) => type !== 'reserved').map(({ name }) => name) ?? [];
        missing.push(...named.filter((name) => !shown.includes(name)).map((name) => `${layout}: ${name}`));
        fields += named.length;
      }
    }
  }
  expect(missing).toEqual([]);
  expect(fields).toBeGreaterThanOrEqual(65);
});

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
test.skipIf(!hasCompiler)('the samples of features are what features.c makes (skipped where there is no cc)', () => {
  expect(differences('features.c', ['-std=c11'])).toEqual([]);
});

const headers = kernelHeaders();
const folder = 'folder' in headers ? join(headers.folder, 'include/uapi') : '';
const canCompile = hasCompiler && existsSync(join(folder, 'cxl/features.h'));
if (!canCompile) process.stdout.write(`skipped: samples from the kernel's header: ${'reason' in headers ? headers.reason : 'there is no cc, or the headers lack include/uapi/cxl'}\n`);
test.skipIf(!canCompile)('the samples of commands are what kernel.c makes of the kernel\'s header', () => {
  expect(differences('kernel.c', ['-std=gnu11', '-idirafter', folder])).toEqual([]);
});

/** Compiles and runs one of the programs, and names the files that differ from what it makes. */
function differences(program: string, options: readonly string[]): string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'auxctl-golden-'));
  try {
    const binary = join(scratch, 'make');
    expect(spawnSync('cc', ['-Wall', ...options, '-o', binary, join(golden, program)], { encoding: 'utf8' }).stderr).toBe('');
    expect(spawnSync(binary, [scratch], { encoding: 'utf8' }).stderr).toBe('');
    const made = readdirSync(scratch).filter((file) => /\.(hex|json)$/.test(file));
    expect(made.length).toBeGreaterThan(0);
    return made.filter((file) => readFileSync(join(scratch, file), 'utf8') !== readFileSync(join(golden, file), 'utf8'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
