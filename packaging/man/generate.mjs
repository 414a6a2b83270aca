// Writes the manual pages: `node packaging/man/generate.mjs FOLDER` makes FOLDER/man1, man5 and man7. The tool has to be built: what the examples print
// is what it prints now. The date is SOURCE_DATE_EPOCH, as packagers set it, or that of the last commit.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importSource } from '../../.ci/source.mjs';
import { top } from '../../.ci/step.mjs';
import { readCommandLine } from './command-line.mjs';
import { documentPageNames, documentPages } from './documents.mjs';
import { runExamples } from './examples.mjs';
import { commandPages } from './pages.mjs';

const MS = 1000;

const [, , folder] = process.argv;
if (folder === undefined) {
  process.stderr.write('node packaging/man/generate.mjs FOLDER\n');
  process.exit(2);
}

const commandLine = await readCommandLine();
const runs = await runExamples(commandLine.entries, { isOnTerminal: true });
const wrong = runs.filter(({ status, example, fault }) => fault !== '' || status !== (example.exitStatus ?? 0));
for (const { status, example, fault, stdout } of wrong) process.stderr.write(`auxctl ${example.line}: ended with ${status}, not ${example.exitStatus ?? 0}: ${fault}${stdout}\n`);
if (wrong.length > 0) process.exit(1);

const { version } = JSON.parse(readFileSync(join(top, 'cli/package.json'), 'utf8'));
const about = { date: dateOfVersion(), version, formats: documentPageNames(), facts: await importSource('cli/src/definition/surroundings.ts') };
const pages = new Map([...commandPages(commandLine, runs, about), ...documentPages(about)]);
for (const [file, text] of pages) {
  const path = join(folder, `man${file.slice(-1)}`, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
process.stdout.write(`${pages.size} manual pages in ${folder}\n`);

function dateOfVersion() {
  const seconds = process.env.SOURCE_DATE_EPOCH ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: top, encoding: 'utf8' }).trim();
  return new Date(Number(seconds) * MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
