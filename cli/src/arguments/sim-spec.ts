import { UsageError } from '@auxctl/core';

/** So many simulated devices of one plugin. */
export interface SimulatedCount {
  readonly plugin: string;
  /** 1 to 64. */
  readonly count: number;
}

const MOST = 64;

/** Reads `mlx5`, `mlx5:4` or `mlx5:4,cxl`. Throws `ERR_USAGE`. */
export function parseSimSpec(text: string): SimulatedCount[] {
  const parts = text.split(',').map((part) => parsePart(part.trim(), text));
  const names = parts.map(({ plugin }) => plugin);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError('ERR_USAGE', `--sim: ${twice} stands twice in '${text}'`, { hint: `Give the number of devices, as in ${twice}:2.` });
  return parts;
}

function parsePart(part: string, whole: string): SimulatedCount {
  const match = /^([a-z][a-z0-9-]*)(?::(\d+))?$/.exec(part);
  const plugin = match?.[1];
  if (plugin === undefined) throw new UsageError('ERR_USAGE', `--sim: '${whole}' is not a list of simulators`, { hint: 'Give names and counts, as in mlx5 or mlx5:4,cxl; auxctl sim list shows them.' });
  const count = Number(match?.[2] ?? 1);
  if (count < 1 || count > MOST) throw new UsageError('ERR_USAGE', `--sim: ${plugin}:${count} is not between 1 and ${MOST} devices`);
  return { plugin, count };
}
