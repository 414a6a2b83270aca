import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { close } from './closing.mjs';
import { run } from './step.mjs';

const counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs a program; it counts as one test, and does not stop what comes after it. @param {string} name @param {string} program @param {readonly string[]} args */
export async function step(name, program, args) {
  process.stdout.write(`\n== ${name}\n`);
  const status = await run(program, args);
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  if (status !== 0) process.stdout.write(`${name}: failed\n`);
}

/** Runs the tests of one of vitest's projects. @param {string} project */
export async function tests(project) {
  process.stdout.write(`\n== tests: ${project}\n`);
  const results = mkdtempSync(join(tmpdir(), 'auxctl-test-'));
  const report = join(results, 'report.json');
  const status = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--reporter', 'default', '--reporter', 'json', '--outputFile.json', report]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += numPassedTests;
    counts.skipped += numPendingTests;
    counts.failed += Math.max(numFailedTests, testResults.filter((file) => file.status === 'failed').length, status === 0 ? 0 : 1);
  } catch {
    counts.failed += 1;
  }
  rmSync(results, { recursive: true });
}

/** Prints the closing line, writes the counts where `AUXCTL_COUNTS` says, and ends this process. */
export function finish() {
  process.stdout.write('\n');
  process.exit(close(counts, process.env.AUXCTL_COUNTS));
}
