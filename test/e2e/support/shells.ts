import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top, type Folder } from './auxctl.js';

/** The shells that complete command lines of the tool. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** As {@link SHELLS} lists. */
export type Shell = (typeof SHELLS)[number];

/** What a shell offered: one list for each line. */
export interface Offered {
  readonly offers: readonly string[][];
  readonly stderr: string;
}

export interface AskOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The program that completes; the one that the built tool prints when absent. */
  readonly program?: string;
}

const END = '--end--';
const MOST_MS = 20_000;
const PROGRAMS = ['bash', 'zsh', 'fish', 'awk', 'sh', 'ls', 'cat', 'env', 'test'];

/** Is the shell installed? */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['-c', 'exit 0']).status === 0;
}

/** Why a shell is not tried, for the name of a test; empty when it is. */
export function skipped(shell: string): string {
  return isInstalled(shell) ? '' : ` (skipped: ${shell} is not installed)`;
}

/** A folder for `PATH` in which the tool and Node.js only write down that they were started, to `started`. */
export function trap(place: Folder): string {
  const bin = place.at('bin');
  mkdirSync(bin);
  for (const name of PROGRAMS) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found.startsWith('/')) symlinkSync(found, join(bin, name));
  }
  for (const name of ['auxctl', 'node']) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${place.at('started')}'\nexit 1\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** What was started of what `trap` made. */
export function startedIn(place: Folder): string {
  return existsSync(place.at('started')) ? readFileSync(place.at('started'), 'utf8') : '';
}

/** The program that the tool prints for a shell, in a file. */
export function programOf(shell: Shell, place: Folder): string {
  const path = place.at(`completion.${shell}`);
  if (!existsSync(path)) writeFileSync(path, readFileSync(join(top, `cli/dist/completion/auxctl.${shell}`), 'utf8').replaceAll('@DATA@', join(top, 'cli/dist/completion')));
  return path;
}

/** Has a shell complete each line at its end, in one run. */
export function ask(shell: Shell, lines: readonly string[], place: Folder, { env = {}, cwd = place.path, program = programOf(shell, place) }: AskOptions = {}): Offered {
  const script = place.at(`ask.${shell}`);
  writeFileSync(script, SCRIPTS[shell](program, lines));
  const options = { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: place.path, TERM: 'dumb', LC_ALL: 'C.UTF-8', ...env }, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: MOST_MS, killSignal: 'SIGKILL' } as const;
  const { stdout, stderr } = spawnSync(shell, [...OWN_SETTINGS[shell], script], options);
  const blocks = stdout.split(`${END}\n`);
  return { offers: blocks.slice(0, -1).map((block) => block.split('\n').filter((line) => line !== '')), stderr };
}

const OWN_SETTINGS: Readonly<Record<Shell, readonly string[]>> = { bash: ['--norc', '--noprofile'], zsh: ['-f'], fish: ['--no-config'] };

const SCRIPTS: Readonly<Record<Shell, (program: string, lines: readonly string[]) => string>> = {
  bash: (program, lines) => `source ${quoted(program)}\ncompopt() { :; }\n${lines.map((line) => {
    const words = bashWords(line);
    return `COMP_LINE=${quoted(line)} COMP_POINT=${line.length} COMP_WORDS=(${words.map(quoted).join(' ')}) COMP_CWORD=${words.length - 1}; _auxctl; printf '%s\\n' "\${COMPREPLY[@]}" ${END}\n`;
  }).join('')}`,
  zsh: (program, lines) => `compdef() { : }\nsource ${quoted(program)}\ncompset() { : }\n_files() { print -r -- "<files $*>" }\ncompadd() { local name=$@[-1]; print -rl -- "\${(P@)name}" }\n${lines.map((line) => {
    const words = blankWords(line);
    return `words=(${words.map(quoted).join(' ')}) CURRENT=${words.length} PREFIX=${quoted((words.at(-1) ?? '').replace(/^['"]/, ''))}; _auxctl; print -r -- ${END}\n`;
  }).join('')}`,
  fish: (program, lines) => `source ${fishQuoted(program)}\n${lines.map((line) => `complete -C ${fishQuoted(line)} | string replace -r '\\t.*' ''; echo ${END}\n`).join('')}`,
};

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll('\'', '\\\'')}'`;
}

/** The words of a line, as typed: blanks in quotes and behind backslashes do not part them. The last one may be empty. */
function blankWords(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'?|"[^"]*"?)+/g)].map(([word]) => word);
  return /\s$/.test(line) && !/\\\s$/.test(line) ? [...words, ''] : words;
}

/** The words as bash parts them for completion: `=`, `:` and `@` stand alone, where no quotes hold them. */
function bashWords(line: string): string[] {
  return blankWords(line).flatMap((word) => {
    if (/^['"]/.test(word)) return [word];
    const pieces = word.split(/([=:@]+)/).filter((piece) => piece !== '');
    return word === '' || /[=:@]$/.test(word) ? [...pieces, ''] : pieces;
  });
}
