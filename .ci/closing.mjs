import { writeFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Prints the closing line of a run, and writes its counts where somebody adds them up.
 *
 * @param {Counts} counts
 * @param {string | undefined} [file] for the counts, as JSON
 * @returns {0 | 1} the exit status: 0 where nothing failed, and something was tried
 */
export function close(counts, file) {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(counts)}\n`);
  const { passed, failed, skipped } = counts;
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
