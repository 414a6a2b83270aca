import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const FIXTURES = join(import.meta.dirname, '../fixtures/sysfs');
/** Made by capture.mjs in the lab, not from a description. */
const CAPTURED = ['lab.tar.gz'];

const scratch = mkdtempSync(join(tmpdir(), 'auxctl-fixtures-'));
afterAll(() => { rmSync(scratch, { recursive: true }); });

/** Everything in a directory: paths with kind and content. Links are not followed. */
function contentOf(directory: string): string[] {
  return readdirSync(directory).sort().flatMap((name) => {
    const place = join(directory, name);
    const status = lstatSync(place);
    if (status.isDirectory()) return [`${name}/`, ...contentOf(place).map((line) => `${name}/${line}`)];
    if (status.isSymbolicLink()) return [`${name} -> ${readlinkSync(place)}`];
    return [status.isFile() ? `${name} = ${readFileSync(place, 'latin1')}` : `${name} |`];
  });
}

const archives = readdirSync(FIXTURES).filter((name) => name.endsWith('.tar.gz') && !CAPTURED.includes(name));

describe('archives of sysfs trees', () => {
  it('are seven', () => {
    expect(archives).toHaveLength(7);
  });

  it.each(archives)('%s is what its description says; repair with: node test/fixtures/sysfs/make.mjs', (archive) => {
    const name = archive.replace('.tar.gz', '');
    const [described, unpacked] = [join(scratch, `${name}-described`), join(scratch, `${name}-unpacked`)];
    execFileSync(process.execPath, [join(FIXTURES, 'make.mjs'), name, described]);
    execFileSync('mkdir', [unpacked]);
    execFileSync('tar', ['-xzf', join(FIXTURES, archive), '-C', unpacked]);
    const content = contentOf(unpacked);
    expect(content.length).toBeGreaterThan(20);
    expect(content).toEqual(contentOf(described));
  });
});
