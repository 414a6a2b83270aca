import { LayoutStore } from '@auxctl/core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldsWithoutSample, samplesMade } from '../../../test/conformance/samples.js';
import { kernelHeaders } from '../../../test/import/support/header.js';
import { hasCompiler } from '../../../test/import/support/program.js';

const golden = join(import.meta.dirname, 'golden');
const store = new LayoutStore(join(import.meta.dirname, '../layouts'));

test('the samples show every field of every command and register', async () => {
  const { missing, fields } = await fieldsWithoutSample(store, golden);
  expect(missing).toEqual([]);
  expect(fields).toBeGreaterThanOrEqual(65);
});

const isCompiling = hasCompiler();
test.skipIf(!isCompiling)('the samples of features are what features.c makes (skipped where there is no cc)', () => {
  expect(samplesMade(golden, ['features.c'], { flags: ['-Wall', '-std=c11'] }).different).toEqual([]);
});

const headers = kernelHeaders();
const folder = 'folder' in headers ? join(headers.folder, 'include/uapi') : '';
const canCompile = isCompiling && existsSync(join(folder, 'cxl/features.h'));
if (!canCompile) process.stdout.write(`skipped: samples from the kernel's header: ${'reason' in headers ? headers.reason : 'there is no cc, or the headers lack include/uapi/cxl'}\n`);
test.skipIf(!canCompile)('the samples of commands are what kernel.c makes of the kernel\'s header', () => {
  expect(samplesMade(golden, ['kernel.c'], { flags: ['-Wall', '-std=gnu11', '-idirafter', folder] }).different).toEqual([]);
});
