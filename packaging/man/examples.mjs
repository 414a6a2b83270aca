// Runs the examples of the command line's definition, each in a folder of its own, on simulated devices and as on a machine that has no others.
// As a program: `node packaging/man/examples.mjs [--filter TEXT] [WORD...]` prints what came out as one JSON document; the words are added to each line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { top } from '../../.ci/step.mjs';
import { everyEntry, readCommandLine } from './command-line.mjs';

/** Two at a time: most of a run is one processor's work. */
const AT_ONCE = 2;
const MOST_MS = 60_000;
/** One that says nothing is taken to be at work by then. */
const SILENT_MS = 3000;

/**
 * @typedef {object} ExampleRun
 * @property {string} command its words
 * @property {import('../../cli/src/definition/types.js').ExampleDefinition} example
 * @property {number | null} status
 * @property {string} stdout
 * @property {string} stderr
 * @property {string} fault why it could not be run as it should, or empty
 */

/**
 * Runs every example of these entries.
 * @param {readonly import('./command-line.mjs').Entry[]} entries
 * @param {{ words?: readonly string[], isOnTerminal?: boolean }} [options] words to add to each line; whether both outputs come together, as on a terminal
 * @returns {Promise<ExampleRun[]>} in the entries' order
 */
export async function runExamples(entries, options = {}) {
  const examples = everyEntry(entries).flatMap(({ path, definition }) => (definition.examples ?? []).map((example) => ({ command: path.join(' '), example })));
  /** @type {ExampleRun[]} */
  const runs = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < examples.length; index = next++) {
      const { command, example } = examples[index];
      runs[index] = { command, example, ...(await runOne(example, options)) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return runs;
}

async function runOne({ line, setup = [], endsBy }, { words = [], isOnTerminal = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-example-'));
  try {
    const here = join(folder, 'here');
    const env = surroundings(folder, here);
    if (setup.length > 0) {
      const made = await shell(setup.map((each) => `${each} > /dev/null`.replace(/( > \S+) > \/dev\/null$/, '$1')).join('\n'), { cwd: here, env });
      if (made.status !== 0) return { ...made, fault: `what it needs could not be made: ${made.stderr}` };
    }
    const [command, target = ''] = splitTarget(line);
    const isInterrupted = endsBy === 'interrupt';
    const whole = [isInterrupted ? 'exec auxctl' : 'auxctl', command, ...words].join(' ') + target;
    const { stdout, stderr, status } = await shell(isOnTerminal ? `exec 2>&1\n${whole}` : whole, { cwd: here, env, isInterrupted });
    const asTyped = (text) => text.replaceAll(` --root ${join(folder, 'root')}`, '');
    return { status, stdout: asTyped(stdout), stderr: asTyped(stderr), fault: '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} line @returns {[string, string?]} the command, and where its output goes */
function splitTarget(line) {
  const [, command = line, target] = /^(.*?)( > \S+)$/.exec(line) ?? [];
  return target === undefined ? [command] : [command, target];
}

/** A machine without devices, plugins and a journal, on which `auxctl` is this one. */
function surroundings(folder, here) {
  const bin = join(folder, 'bin');
  for (const each of [bin, here, join(folder, 'root')]) mkdirSync(each, { recursive: true });
  const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${join(top, 'cli/bin/auxctl')}' "$@" --root '${join(folder, 'root')}'\n`;
  writeFileSync(join(bin, 'auxctl'), wrapper, { mode: 0o755 });
  return { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, LC_ALL: 'C.UTF-8', TZ: 'UTC', STATE_DIRECTORY: join(folder, 'state') };
}

async function shell(script, { cwd, env, isInterrupted = false }) {
  const child = spawn('/bin/sh', ['-ec', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  const timers = [setTimeout(() => { signal('SIGKILL'); }, MOST_MS)];
  if (isInterrupted) {
    const interrupt = () => { signal('SIGINT'); };
    child.stdout.once('data', interrupt);
    timers.push(setTimeout(interrupt, SILENT_MS));
  }
  const [status] = await once(child, 'close');
  for (const timer of timers) clearTimeout(timer);
  return { status, ...output };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , flag, filter, ...rest] = process.argv[2] === '--filter' ? process.argv : [...process.argv.slice(0, 2), '', '', ...process.argv.slice(2)];
  const { entries } = await readCommandLine();
  const wanted = flag === '--filter' ? everyEntry(entries).filter(({ path, verbs }) => verbs.length === 0 && path.join(' ').includes(filter)) : entries;
  process.stdout.write(`${JSON.stringify(await runExamples(wanted, { words: rest }), null, 2)}\n`);
}
