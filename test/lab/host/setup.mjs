import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LabError } from './error.mjs';

const script = fileURLToPath(new URL('../setup', import.meta.url));

/**
 * Runs the set-up, which is instant once everything is there.
 *
 * @returns {Promise<{ qemu: string, busybox: string, kernel: string }>} absolute paths
 */
export async function setUp() {
  const running = promisify(execFile)(script, ['--print']);
  running.child.stderr?.pipe(process.stderr, { end: false });
  const { stdout } = await running.catch(() => {
    throw new LabError('test/lab/setup failed');
  });
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(/=(.*)/s, 2)));
}
