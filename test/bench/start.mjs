// How long the tool takes to start and end, against Node.js that does nothing, in pairs.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, round } from './measure.mjs';

const PAIRS = 41;
/** What is timed, and how many times the time of Node.js it may take. */
const LINES = [['--version', 1.25], ['list', 1.25], ['reg describe mlx5 PPCNT', 1.4]];
const TOOL = 'cli/bin/auxctl';

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function measureStart() {
  return LINES.map(([line, limit]) => {
    const args = line.split(' ');
    const ratios = [];
    const tool = [];
    const bare = [];
    for (let i = -3; i < PAIRS; i++) {
      const bareMs = elapsed(['-e', '0']);
      const toolMs = elapsed([TOOL, ...args]);
      if (i < 0) continue;
      bare.push(bareMs);
      tool.push(toolMs);
      ratios.push(toolMs / bareMs);
    }
    const value = round(median(ratios), 2);
    return { what: `\`auxctl ${line}\``, measured: `${round(median(tool), 1)} ms`, reference: `\`node -e 0\`: ${round(median(bare), 1)} ms`, value, limit, bound: 'most', unit: 'times' };
  });
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
