// Adds up files of counts and prints the closing line. A file that is missing is a failure: its run did not get to its end.
import { readFileSync } from 'node:fs';
import { close } from './closing.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  try {
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  } catch {
    process.stdout.write(`no result in ${file}\n`);
    total.failed += 1;
  }
}
process.exit(close(total));
