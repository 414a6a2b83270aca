// How long the tool takes to start and end, against Node.js that does nothing, in pairs.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, round } from './measure.mjs';

const PAIRS = 41;
const MEMORY_PAIRS = 11;
/** What is timed, and how many times the time of Node.js it may take. The empty root is that of a machine without devices; what a device takes to answer is its own. */
const LINES = [['--version', 1.15], ['--help', 1.15], ['list --json', 1.25], ['list --json --no-firmware', 1.25], ['list --json --root ROOT', 1.25], ['reg describe mlx5 PPCNT', 1.35]];
const MOST_MEMORY = 1.4;
const TOOL = 'cli/bin/auxctl';

/**
 * The lines take turns, each beside Node.js that does nothing, so that what else the machine does is spread over all of them.
 *
 * @returns {import('./measure.mjs').Row[]}
 */
export function measureStart() {
  return withEmptyRoot((root) => {
    const runs = inTurn(PAIRS, (args) => elapsed(args), root);
    return LINES.map(([line, limit]) => rowOf(runs.get(line) ?? [], 'ms', limit, nameOf(line)));
  });
}

/**
 * The most memory that a process has at a time, as GNU time says it, in the same pairs.
 *
 * @returns {import('./measure.mjs').Row[]}
 */
export function measureMemory() {
  return withEmptyRoot((root) => {
    const runs = inTurn(MEMORY_PAIRS, peakMib, root);
    return LINES.map(([line]) => rowOf(runs.get(line) ?? [], 'MiB', MOST_MEMORY, `memory of ${nameOf(line)}`));
  });
}

/** What the table calls a line. @param {string} line */
function nameOf(line) {
  return line.endsWith(' --root ROOT') ? `\`auxctl ${line.replace(' --root ROOT', '')}\` without devices` : `\`auxctl ${line}\``;
}

/**
 * Measures each line and Node.js without a program in turn, so many times.
 *
 * @param {number} pairs @param {(args: readonly string[]) => number} measure @param {string} root
 * @returns {Map<string, { own: number, bare: number }[]>}
 */
function inTurn(pairs, measure, root) {
  const runs = new Map(LINES.map(([line]) => [line, []]));
  for (let i = -2; i < pairs; i++) {
    for (const [line] of LINES) {
      const bare = measure(['-e', '0']);
      const own = measure([TOOL, ...line.replace('ROOT', root).split(' ')]);
      if (i >= 0) runs.get(line).push({ own, bare });
    }
  }
  return runs;
}

/** @param {readonly { own: number, bare: number }[]} pairs @param {string} unit @param {number} limit @param {string} what @returns {import('./measure.mjs').Row} */
function rowOf(pairs, unit, limit, what) {
  const of = (/** @type {'own' | 'bare'} */ which) => `${round(median(pairs.map((pair) => pair[which])), 1)} ${unit}`;
  return { what, measured: of('own'), reference: `\`node -e 0\`: ${of('bare')}`, value: round(median(pairs.map(({ own, bare }) => own / bare)), 2), limit, bound: 'most', unit: 'times' };
}

/** @template T @param {(root: string) => T} act @returns {T} */
function withEmptyRoot(act) {
  const root = mkdtempSync(join(tmpdir(), 'auxctl-bench-'));
  try {
    return act(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/**
 * What a hundred installed plugins cost a list more than five, in pairs.
 * @returns {import('./measure.mjs').Row[]}
 */
export function measureManyPlugins() {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-bench-'));
  try {
    const [few, many] = [5, 100].map((count) => installed(join(folder, String(count)), count));
    const [fewMs, manyMs, moreMs] = [[], [], []];
    for (let i = -3; i < PAIRS; i++) {
      const pair = [few, many].map((path) => elapsed([TOOL, 'list'], { ...process.env, AUXCTL_PLUGINS: path }));
      if (i < 0) continue;
      fewMs.push(pair[0]);
      manyMs.push(pair[1]);
      moreMs.push(pair[1] - pair[0]);
    }
    return [{ what: '`auxctl list` with 100 installed plugins', measured: `${round(median(manyMs), 1)} ms`, reference: `with 5: ${round(median(fewMs), 1)} ms`, value: round(median(moreMs), 1), limit: 10, bound: 'most', unit: 'ms more' }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * How long a shell waits for the names of devices, in pairs: no program but the shell's own and awk is started.
 * @returns {import('./measure.mjs').Row[]}
 */
export function measureCompletion() {
  const data = 'cli/dist/completion';
  const [bare, asked] = [[], []];
  for (let i = -3; i < PAIRS; i++) {
    const bareMs = elapsed(['-e', '0']);
    const start = performance.now();
    spawnSync('awk', ['-f', `${data}/complete.awk`, '--', data, '4', 'auxctl', 'info', '--sim', 'mlx5:4', ''], { stdio: 'ignore' });
    if (i < 0) continue;
    bare.push(bareMs);
    asked.push(performance.now() - start);
  }
  const value = round(median(asked), 1);
  return [{ what: 'names of devices, as shells complete them', measured: `${value} ms`, reference: `\`node -e 0\`: ${round(median(bare), 1)} ms`, value, limit: 150, bound: 'most', unit: 'ms' }];
}

/** A folder of so many plugins, each for a device of its own. @param {string} folder @param {number} count */
function installed(folder, count) {
  const manifest = JSON.parse(readFileSync('kit/template/manifest.json', 'utf8'));
  for (let i = 0; i < count; i++) {
    const [path, device] = [join(folder, `plugin-${i}`), `e${i.toString(16).padStart(3, '0')}`];
    cpSync('kit/template/layouts', join(path, 'layouts'), { recursive: true });
    const match = [`auxiliary:plugin${i}_core.fwctl`, `pci:${device}:*`];
    writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, name: `plugin-${i}`, match, products: [{ pci: `${device}:0001`, name: `Plugin ${i}` }] }));
  }
  return folder;
}

/** @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
function elapsed(args, env = process.env) {
  const startMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', env });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit status ${status}`);
  return performance.now() - startMs;
}

/** Of one run, in MiB. @param {readonly string[]} args */
function peakMib(args) {
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, ...args], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit status ${status}`);
  return Number(stderr.trim().split('\n').at(-1)) / 1024;
}
