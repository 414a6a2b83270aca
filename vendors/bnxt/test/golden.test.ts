import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { samplesMade } from '../../../test/conformance/samples.js';
import { kernelHeaders } from '../../../test/import/support/header.js';
import { hasCompiler } from '../../../test/import/support/program.js';

const golden = join(import.meta.dirname, 'golden');
const headers = kernelHeaders();
const include = 'folder' in headers ? join(headers.folder, 'include') : '';
const skip = 'reason' in headers ? headers.reason
  : !existsSync(join(include, 'linux/bnxt/hsi.h')) ? 'these headers have no linux/bnxt/hsi.h'
    : !hasCompiler() ? 'there is no cc' : undefined;
if (skip !== undefined) process.stdout.write(`skipped: whether bnxt's golden files are what a C compiler makes of the kernel's header: ${skip}\n`);

test.skipIf(skip !== undefined)('the golden files are what a C compiler makes of the kernel\'s header', () => {
  const { made, different } = samplesMade(golden, ['kernel.c'], { flags: ['-Wall', '-Wextra', '-idirafter', include] });
  expect(different).toEqual([]);
  expect(made).toEqual(readdirSync(golden).filter((file) => /\.(hex|json)$/.test(file)).sort());
  expect(made).toHaveLength(52);
});
