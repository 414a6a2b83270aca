import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/sysfs/', import.meta.url));

/** A root directory made for one test. */
export interface FixtureRoot extends Disposable {
  /** The directory that holds `sys` and `proc`. */
  readonly path: string;
}

/** For tests: an empty root directory, removed when disposed of. */
export function emptyRoot(): FixtureRoot {
  const path = mkdtempSync(join(tmpdir(), 'auxctl-root-'));
  return { path, [Symbol.dispose]: () => { rmSync(path, { recursive: true, force: true }); } };
}

/** For tests: unpacks one of the archives of `test/fixtures/sysfs`. */
export function unpackRoot(name: string): FixtureRoot {
  const root = emptyRoot();
  execFileSync('tar', ['-xzf', join(FIXTURES, `${name}.tar.gz`), '-C', root.path]);
  return root;
}
