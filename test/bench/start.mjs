// How long the tool takes to start and end, against Node.js that does nothing, in pairs.
import { spawnSync } from 'node:child_process';
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

/** @param {readonly string[]} args */
function elapsed(args) {
  const startMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit status ${status}`);
  return performance.now() - startMs;
}
