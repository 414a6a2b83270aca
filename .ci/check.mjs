// Holds the tree against the house rules that a linter of one language cannot see. Prints every fault and the measured figures.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'rules');
let failed = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs')).sort()) {
  const { title, check } = await import(join(folder, file));
  const { faults, figures = '' } = await check();
  process.stdout.write(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${title}${figures === '' ? '' : `: ${figures}`}\n`);
  for (const fault of faults) process.stdout.write(`       ${fault}\n`);
  failed += faults.length;
}
process.exit(failed === 0 ? 0 : 1);
