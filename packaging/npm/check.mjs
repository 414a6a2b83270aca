// Holds the npm packages against what they have to be: `node packaging/npm/check.mjs [--json FILE] [--tarballs FOLDER]` builds and packs them, or takes
// tarballs that are made already, looks into each, installs all of them together and uses them. The last line is `N passed, N failed`.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { close } from '../../.ci/closing.mjs';
import { top } from '../../.ci/step.mjs';
import { checkContents } from './contents.mjs';
import { checkInstalled } from './installed.mjs';
import { FOLDERS, packAll } from './pack.mjs';

const { values } = parseArgs({ options: { json: { type: 'string' }, tarballs: { type: 'string' } } });
const counts = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'auxctl-npm-'));
try {
  const from = resolve(values.tarballs ?? join(scratch, 'tarballs'));
  const fault = values.tarballs === undefined ? packAll(from) : '';
  report({ name: 'the packages can be built and packed', faults: fault === '' ? [] : [fault] });
  if (fault === '') await checkTarballs(from, mkdtempSync(join(scratch, 'somebody-')));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = close(counts, values.json);

async function checkTarballs(from, folder) {
  const tarballs = new Map(FOLDERS.map((each) => {
    const { name, version } = JSON.parse(readFileSync(join(top, each, 'package.json'), 'utf8'));
    return [each, join(from, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)];
  }));
  const strangers = readdirSync(from).map((file) => join(from, file)).filter((file) => ![...tarballs.values()].includes(file));
  report({ name: 'each package has a tarball, and nothing else has', faults: strangers });
  for (const [each, tarball] of tarballs) for (const result of await checkContents(each, tarball)) report({ ...result, name: `${each}: ${result.name}` });
  for (const result of checkInstalled(folder, tarballs)) report(result);
}

/** @param {{ name: string, faults: string[], skipped?: string }} result */
function report({ name, faults, skipped }) {
  const outcome = skipped !== undefined ? 'skipped' : faults.length === 0 ? 'passed' : 'failed';
  counts[outcome] += 1;
  process.stdout.write(`${outcome === 'passed' ? 'ok  ' : outcome === 'failed' ? 'FAIL' : 'skip'} ${name}${skipped === undefined ? '' : ` (${skipped})`}\n`);
  for (const fault of faults) process.stdout.write(`       ${fault.trimEnd().replaceAll('\n', '\n       ')}\n`);
}
