import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importHsi, importOverridesSchema, type HeaderImport } from '@auxctl/schemas/import';
import { describe, expect, test } from 'vitest';
import { compare } from './support/compare.js';
import { kernelHeaders } from './support/header.js';
import { hasCompiler, measure, STRUCTURES_HEADER } from './support/program.js';
import { typesOf } from './support/rows.js';

const VENDOR = fileURLToPath(new URL('../../vendors/bnxt', import.meta.url));
const HEADER = 'include/linux/bnxt/hsi.h';
const SEEDS = [11, 0x7d31c05a9be1];

const headers = kernelHeaders();
const path = 'folder' in headers ? join(headers.folder, HEADER) : '';
const skip = 'reason' in headers ? headers.reason : !existsSync(path) ? `there is no ${HEADER}` : hasCompiler() ? undefined : 'there is no cc';
if (skip !== undefined) process.stdout.write(`skipped: bnxt's structures against the kernel's header: ${skip}\n`);

/** What the importer makes of the header with bnxt's corrections. */
function imported(): HeaderImport {
  const overrides = importOverridesSchema.parse(JSON.parse(readFileSync(join(VENDOR, 'overrides.json'), 'utf8')));
  return importHsi(readFileSync(path, 'utf8'), { file: HEADER, find: () => undefined, documentName: (file) => file, revision: 'Linux 7.2.13', license: 'GPL-2.0', overrides: { file: 'overrides.json', value: overrides } });
}

describe.skipIf(skip !== undefined)('bnxt\'s structures', () => {
  test('are exactly what vendors/bnxt/generate.mjs makes of the header', () => {
    const ran = spawnSync(process.execPath, [join(VENDOR, 'generate.mjs'), '--check'], { encoding: 'utf8', env: { ...process.env, AUXCTL_KERNEL_HEADERS: 'folder' in headers ? headers.folder : '' } });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^44 of \d+ commands/m);
  });

  test('agree with a C compiler, names and kinds of the corrections taken into account', { timeout: 120_000 }, () => {
    const made = imported();
    const types = typesOf(made);
    const results = SEEDS.map((seed) => compare(made, types, measure(path, types, seed, STRUCTURES_HEADER)));
    expect(results.flatMap(({ differences }) => differences)).toEqual([]);
    const [first] = results;
    process.stdout.write(`bnxt: ${first?.types} structures and ${first?.members} members have the compiler's sizes and places; ${first?.packed} values packed, decoded and encoded, ${SEEDS.length} times\n`);
    expect(first?.types).toBe(made.definedCount);
    expect(first?.types).toBeGreaterThan(400);
  });
});
