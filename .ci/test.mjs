// Runs everything that needs no lab, each step even if an earlier one failed, and prints one closing line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './step.mjs';

const results = mkdtempSync(join(tmpdir(), 'auxctl-test-'));
const counts = { passed: 0, failed: 0, skipped: 0 };
const node = process.execPath;

await step('house rules', node, ['.ci/check.mjs']);
await step('types', node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
await step('types of the lab', node, ['node_modules/typescript/bin/tsc', '-p', 'test/lab']);
await step('lint', node, ['node_modules/eslint/bin/eslint.js', '.']);
await tests('unit');
await tests('native');
await step('the addon with sanitizers', node, ['native/build.mjs', '--sanitize']);
await step('native tests under the address and undefined-behaviour sanitizers', node, ['native/test/sanitized.mjs']);
await tests('e2e');

rmSync(results, { recursive: true });
if (process.env.AUXCTL_COUNTS !== undefined) writeFileSync(process.env.AUXCTL_COUNTS, JSON.stringify(counts));
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}\n`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

async function step(name, program, args) {
  process.stdout.write(`\n== ${name}\n`);
  const status = await run(program, args);
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  if (status !== 0) process.stdout.write(`${name}: failed\n`);
}

async function tests(project) {
  process.stdout.write(`\n== tests: ${project}\n`);
  const report = join(results, `${project}.json`);
  const status = await run(node, ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--reporter', 'default', '--reporter', 'json', '--outputFile.json', report]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += numPassedTests;
    counts.skipped += numPendingTests;
    counts.failed += Math.max(numFailedTests, testResults.filter((file) => file.status === 'failed').length, status === 0 ? 0 : 1);
  } catch {
    counts.failed += 1;
  }
}
