import { UsageError } from '@auxctl/core';
import { EXAMPLES } from '../generated/examples.js';

/** So many simulated devices of one plugin. */
export interface SimulatedCount {
  readonly plugin: string;
  /** Which product to simulate; the simulator's usual one when absent. */
  readonly profile?: string;
  /** 1 to 64. */
  readonly count: number;
}

const MOST = 64;

/** Reads `PLUGIN`, `PLUGIN:4`, `PLUGIN@PROFILE:2`, or several of these with commas between them. Throws `ERR_USAGE`. */
export function parseSimSpec(text: string): SimulatedCount[] {
  const parts = text.split(',').map((part) => parsePart(part.trim(), text));
  const names = parts.map(({ plugin, profile }) => (profile === undefined ? plugin : `${plugin}@${profile}`));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError('ERR_USAGE', `--sim: ${twice} stands twice in '${text}'`, { hint: `Give the number of devices, as in ${twice}:2.` });
  for (const { plugin } of parts) {
    const count = parts.reduce((sum, part) => sum + (part.plugin === plugin ? part.count : 0), 0);
    if (count < 1 || count > MOST) throw new UsageError('ERR_USAGE', `--sim: ${plugin}:${count} is not between 1 and ${MOST} devices`);
  }
  return parts;
}

function parsePart(part: string, whole: string): SimulatedCount {
  const [, plugin, profile, count = '1'] = /^([a-z][a-z0-9-]*)(?:@([a-z0-9._-]+))?(?::(\d+))?$/.exec(part) ?? [];
  if (plugin === undefined) throw new UsageError('ERR_USAGE', `--sim: '${whole}' is not a list of simulators`, { hint: `Give names, profiles and counts, as in ${EXAMPLES.plugin}, ${EXAMPLES.plugin}:4 or PLUGIN@PROFILE:2,PLUGIN; auxctl sim list shows them.` });
  if (Number(count) < 1) throw new UsageError('ERR_USAGE', `--sim: ${plugin}:${count} is not between 1 and ${MOST} devices`);
  return { plugin, ...(profile === undefined ? {} : { profile }), count: Number(count) };
}
