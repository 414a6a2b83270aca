import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importSource } from '../source.mjs';
import { top } from '../step.mjs';
import { everyEntry, readCommandLine, WITHOUT_CODE } from '../../packaging/man/command-line.mjs';
import { pageNames } from '../../packaging/man/pages.mjs';

export const title = 'every command has a manual page, examples, completion and a schema';

/** Commands that print documents of other names than their own. */
const OTHERS = { dump: ['dump-summary'], 'diag sample': ['diag-start', 'diag-sample', 'diag-end'], 'resource dump': ['resource-segment', 'resource-failure'], report: ['report', 'report-summary'] };
/** Documents that are no command's. */
const OF_NO_COMMAND = ['error', 'sim-command'];

export async function check() {
  if (!existsSync(join(top, 'cli/src/generated/examples.ts'))) return { faults: ['the tool is not built: node cli/build.mjs'] };
  const commandLine = await readCommandLine();
  const commands = everyEntry(commandLine.entries).filter(({ verbs }) => verbs.length === 0);
  const words = commands.map(({ path }) => path.join(' '));
  const { commandLineText } = await importSource('cli/src/completion/command-line.ts', [WITHOUT_CODE]);
  const completed = commandLineText().split('\n').filter((line) => line.startsWith('command\t')).map((line) => line.split('\t')[1]);
  const pages = new Set(pageNames(commandLine));
  const published = readdirSync(join(top, 'docs/schemas')).filter((file) => file.endsWith('.schema.json')).map((file) => file.replace('.schema.json', ''));
  const unversioned = new Set(published.map((file) => file.replace(/-\d+$/, '')));
  const schemasOf = (/** @type {string} */ command) => OTHERS[command] ?? [command.replaceAll(' ', '-')];
  const own = new Set([...words.flatMap(schemasOf), ...OF_NO_COMMAND]);
  const faults = [
    ...words.filter((command) => !pages.has(`auxctl-${command.replaceAll(' ', '-')}.1`)).map((command) => `auxctl ${command} has no manual page`),
    ...commands.filter(({ definition }) => (definition.examples ?? []).length === 0).map(({ path }) => `auxctl ${path.join(' ')} has no example`),
    ...words.filter((command) => !completed.includes(command)).map((command) => `auxctl ${command} is not completed`),
    ...words.flatMap((command) => schemasOf(command).filter((name) => !unversioned.has(name)).map((name) => `auxctl ${command} has no schema ${name} in docs/schemas`)),
    ...[...unversioned].filter((name) => !own.has(name)).map((name) => `docs/schemas has ${name}, which is no command's`),
    ...published.filter((file) => !readFileSync(join(top, 'docs/schemas/README.md'), 'utf8').includes(`${file}.schema.json`)).map((file) => `docs/schemas/${file}.schema.json is not made any more`),
  ];
  const withPage = words.filter((command) => pages.has(`auxctl-${command.replaceAll(' ', '-')}.1`)).length;
  const withSchema = words.filter((command) => schemasOf(command).every((name) => unversioned.has(name))).length;
  return { faults, figures: `${words.length} commands, ${withPage} with pages, ${completed.length} completed, ${withSchema} with schemas (${published.length} documents)` };
}
