import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { dumpLineSchema } from '@auxctl/schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExampleDefinition } from '../../cli/src/definition/types.js';
import { GLOBAL_OPTIONS } from '../../cli/src/global-options.js';
import { SCHEMAS } from '../../cli/src/schemas/index.js';
import { checked, folder, top } from './support/auxctl.js';
import { commands, groups } from './support/definition.js';

interface ExampleRun {
  readonly command: string;
  readonly example: ExampleDefinition;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly fault: string;
}

const runFile = promisify(execFile);
const place = folder();
/** The pages as a package has them, below the folder of this test. */
const INSTALLED = 'stage/usr/share/man';
const SECTIONS = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'EXIT STATUS', 'ENVIRONMENT', 'EXAMPLES', 'FILES', 'SEE ALSO'];
/** Documents that only a device or a program other than an example's gives: a resource that cannot be dumped, the log of a simulator, what a real kernel sets and observes. */
const ELSEWHERE = ['auxctl.resource-failure/1', 'auxctl.sim-command/1', 'auxctl.param-list/1', 'auxctl.param-set/1', 'auxctl.journal-watch/1'];

/** What checks pages, and how: nothing on either output when a page is right. */
const CHECKERS: readonly [string, readonly string[], Readonly<Record<string, string>>][] = [
  ['mandoc', ['-T', 'lint', '-W', 'warning'], {}],
  ['man', ['--warnings', '-E', 'UTF-8', '-l'], { LC_ALL: 'C.UTF-8', MANWIDTH: '80', MANPAGER: 'true' }],
];

function generate(into: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  return runFile(process.execPath, ['packaging/man/generate.mjs', place.at(into)], { cwd: top, env: { ...process.env, ...env } });
}

/** Pages by name. */
function pagesIn(into: string): Map<string, string> {
  return new Map(readdirSync(place.at(into), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\d$/.test(name)).sort().map((name) => [name, readFileSync(`${place.at(into)}/${name}`, 'utf8')]));
}

/** Plain text of what stands for it in roff. */
function readable(roff: string): string {
  return roff.replaceAll(/\\f[BIR]/g, '').replaceAll('\\-', '-').replaceAll('\\&', '').replaceAll('\\(aq', '\'').replaceAll('\\(ga', '`').replaceAll('\\(ha', '^').replaceAll('\\(ti', '~').replaceAll('\\e', '\\');
}

function pageOf(path: string): string {
  return readable(readFileSync(place.at(`${INSTALLED}/man1/auxctl-${path.replaceAll(' ', '-')}.1`), 'utf8'));
}

beforeAll(() => runFile(process.execPath, ['packaging/install.mjs', place.at('stage'), '--only', 'share'], { cwd: top, env: { ...process.env, SOURCE_DATE_EPOCH: '1790000000' } }), 300_000);
afterAll(() => { place[Symbol.dispose](); });

describe('manual pages', () => {
  it('are there for the tool, each group and each command, and for formats and words', () => {
    const names = [...pagesIn(INSTALLED).keys()];
    const wanted = ['auxctl', ...[...groups.map(({ name }) => name), ...commands.map(({ path }) => path.replaceAll(' ', '-'))].map((name) => `auxctl-${name}`)];
    expect(names.filter((name) => name.startsWith('man1/'))).toEqual(wanted.map((name) => `man1/${name}.1`).sort());
    for (const name of ['man5/auxctl-dump.5', 'man5/auxctl-journal.5', 'man5/auxctl-plugin.5', 'man7/auxctl.7']) expect(names).toContain(name);
  });

  it('go where packages have them, and completions where shells look', () => {
    const share = place.at('stage/usr/share');
    expect(readdirSync(share, { recursive: true, encoding: 'utf8' }).filter((name) => /auxctl(\.fish)?$/.test(name) && name.split('/').length > 2).sort()).toEqual(['auxctl/completion/auxctl.fish', 'bash-completion/completions/auxctl', 'fish/vendor_completions.d/auxctl.fish', 'zsh/site-functions/_auxctl']);
    for (const name of ['bash-completion/completions/auxctl', 'fish/vendor_completions.d/auxctl.fish', 'zsh/site-functions/_auxctl']) {
      const program = readFileSync(`${share}/${name}`, 'utf8');
      expect(program).toContain('\'/usr/share/auxctl/completion\'');
      expect(program).not.toContain('@DATA@');
    }
    expect(readdirSync(`${share}/auxctl/completion`)).toEqual(readdirSync(`${top}/cli/dist/completion`));
  });

  it('are the same from any other place, time and language', async () => {
    await generate('again', { SOURCE_DATE_EPOCH: '1790000000', TZ: 'Pacific/Auckland', LC_ALL: 'C', HOME: place.path, COLUMNS: '40' });
    expect(pagesIn('again')).toEqual(pagesIn(INSTALLED));
  }, 300_000);

  for (const [program, words, env] of CHECKERS) {
    const isThere = spawnSync(program, ['--help']).error === undefined;
    it.skipIf(!isThere)(`are faultless to ${program}${isThere ? '' : ' (skipped: it is not installed)'}`, () => {
      const pages = [...pagesIn(INSTALLED).keys()];
      const faults = pages.flatMap((name) => {
        const { stdout, stderr, status } = spawnSync(program, [...words, place.at(`${INSTALLED}/${name}`)], { encoding: 'utf8', env: { ...process.env, ...env } });
        const told = program === 'mandoc' ? stdout + stderr : stderr;
        return status === 0 && told === '' ? [] : [`${name}: ${status} ${told}`];
      });
      expect(faults).toEqual([]);
      expect(pages.length).toBeGreaterThan(commands.length + groups.length);
    }, 120_000);
  }

  it('refer to each other, and to nothing that is not there', () => {
    const pages = pagesIn(INSTALLED);
    const references = [...pages].flatMap(([name, text]) => [...readable(text).matchAll(/^\.BR (auxctl[\w-]*) \((\d)\)/gm)].map(([, page = '', number = '']) => ({ name, to: `man${number}/${page}.${number}` })));
    expect(references.filter(({ to }) => !pages.has(to))).toEqual([]);
    expect([...pages.keys()].filter((page) => !references.some(({ to }) => to === page))).toEqual([]);
  });

  it('have their sections, in the usual order', () => {
    for (const [name, text] of pagesIn(INSTALLED)) {
      const found = [...text.matchAll(/^\.SH "?([A-Z ]+?)"?$/gm)].map(([, heading = '']) => heading);
      expect(found.slice(0, 1), name).toEqual(['NAME']);
      expect(found.at(-1), name).toBe('SEE ALSO');
      if (!name.startsWith('man1/')) continue;
      expect(found.filter((heading) => !SECTIONS.includes(heading)), name).toEqual([]);
      expect(SECTIONS.filter((heading) => found.includes(heading)).filter((heading) => heading !== 'FILES'), name).toEqual(found.filter((heading) => heading !== 'FILES'));
      for (const heading of ['SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'EXIT STATUS', 'EXAMPLES']) expect(found, name).toContain(heading);
    }
  });

  it.each(commands)('$path: says every argument, option and choice, and shows each example', ({ path, leaf }) => {
    const page = pageOf(path);
    const terms = [...page.matchAll(/^\.TP\n(.*)$/gm)].map(([, term = '']) => term);
    for (const { name, isVariadic } of leaf.arguments ?? []) expect(terms).toContain(isVariadic === true ? `${name}...` : name);
    const options = [...(leaf.options ?? []), ...GLOBAL_OPTIONS];
    for (const { name, short, value, isHidden } of options) {
      const term = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
      expect(terms.includes(term), term).toBe(isHidden !== true);
    }
    for (const choice of options.flatMap(({ choices = [] }) => choices)) expect(page).toContain(choice);
    for (const { line, setup = [] } of leaf.examples ?? []) {
      expect(page).toContain(`$ auxctl ${line}\n`);
      for (const each of setup) expect(page).toContain(`$ ${each}\n`);
    }
  });
});

function shown({ command, example, status, stdout, stderr, fault }: ExampleRun): string {
  return `${command}: auxctl ${example.line}: ended with ${String(status)}, not ${example.exitStatus ?? 0}; ${fault}${stderr}${stdout.slice(0, 500)}`;
}

/** All documents in an output: one over several lines, or one a line. */
function documents(output: string): string[] {
  if (output.startsWith('{\n')) return [output];
  return output.split('\n').filter((line) => line.startsWith('{"schema"'));
}

describe('every example of the command line', () => {
  it('is a page\'s, with what it prints, and nothing of the machine that it ran on', () => {
    const count = commands.reduce((sum, { path, leaf }) => {
      const page = pageOf(path);
      expect(page).not.toMatch(/auxctl-example-|--root/);
      const outputs = (leaf.examples ?? []).filter(({ output }) => output === undefined);
      for (const { line } of outputs) expect(page.split(`$ auxctl ${line}\n`)[1], line).toBeDefined();
      return sum + (leaf.examples ?? []).length;
    }, 0);
    expect(count).toBeGreaterThanOrEqual(commands.length);
  });

  it('gives with --json documents that their schemas accept, and together every one that there is', async () => {
    const { stdout: text } = await runFile(process.execPath, ['packaging/man/examples.mjs', '--json'], { cwd: top, maxBuffer: 2 ** 28 });
    const runs = JSON.parse(text) as readonly ExampleRun[];
    expect(runs.map(({ command }) => command)).toEqual(commands.flatMap(({ path, leaf }) => (leaf.examples ?? []).map(() => path)));
    expect(new Set(runs.map(({ command }) => command)).size).toBe(commands.length);
    expect(runs.filter(({ status, example, fault }) => status !== (example.exitStatus ?? 0) || fault !== '').map(shown)).toEqual([]);
    const seen = new Set<string>(ELSEWHERE);
    let dumps = 0;
    for (const { example, stdout, stderr } of runs.filter((each) => !each.example.line.includes(' > '))) {
      if (stdout.startsWith('{"type":"header"')) {
        for (const line of stdout.trimEnd().split('\n')) expect(dumpLineSchema.safeParse(JSON.parse(line)).error?.issues ?? []).toEqual([]);
        dumps += 1;
        continue;
      }
      const found = documents(stdout === '' ? stderr : stdout);
      if (found.length === 0) expect.unreachable(`auxctl ${example.line} --json prints no document`);
      for (const document of found) seen.add(String(checked(document)['schema']));
    }
    expect(dumps).toBeGreaterThan(0);
    expect([...seen].sort()).toEqual(Object.keys(SCHEMAS).sort());
  }, 300_000);
});
