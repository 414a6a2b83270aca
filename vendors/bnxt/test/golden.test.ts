import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelHeaders } from '../../../test/import/support/header.js';

const golden = join(import.meta.dirname, 'golden');
const headers = kernelHeaders();
const include = 'folder' in headers ? join(headers.folder, 'include') : '';
const skip = 'reason' in headers ? headers.reason
  : !existsSync(join(include, 'linux/bnxt/hsi.h')) ? 'these headers have no linux/bnxt/hsi.h'
    : spawnSync('cc', ['--version']).status !== 0 ? 'there is no cc' : undefined;
if (skip !== undefined) process.stdout.write(`skipped: whether bnxt's golden files are what a C compiler makes of the kernel's header: ${skip}\n`);

test.skipIf(skip !== undefined)('the golden files are what a C compiler makes of the kernel\'s header', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'auxctl-golden-'));
  try {
    const binary = join(scratch, 'make');
    const compiled = spawnSync('cc', ['-Wall', '-Wextra', '-idirafter', include, '-o', binary, join(golden, 'kernel.c')], { encoding: 'utf8' });
    expect(compiled.stderr).toBe('');
    expect(spawnSync(binary, [scratch], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const samples = (folder: string): string[] => readdirSync(folder).filter((file) => /\.(hex|json)$/.test(file)).sort();
    expect(samples(scratch)).toEqual(samples(golden));
    expect(samples(scratch).filter((file) => readFileSync(join(scratch, file), 'utf8') !== readFileSync(join(golden, file), 'utf8'))).toEqual([]);
    expect(samples(golden)).toHaveLength(52);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
