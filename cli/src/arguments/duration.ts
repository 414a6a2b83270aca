import { UsageError } from '@auxctl/core';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;
const LONGEST_MS = 3_600_000;

/** A duration in milliseconds: `10`, `0.5`, `500ms`, `2s`, `1m`; 1 ms to one hour. Throws `ERR_USAGE` naming the option. */
export function parseDurationMs(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  if (match === null) throw new UsageError('ERR_USAGE', `${option}: '${text}' is not a duration`, { hint: 'Give seconds, or a unit, as in 10, 0.5, 500ms, 2s, 1m.' });
  const unit = match[2] === 'ms' || match[2] === 'm' ? match[2] : 's';
  const durationMs = Math.round(Number(match[1]) * UNIT_MS[unit]);
  if (durationMs < 1 || durationMs > LONGEST_MS) throw new UsageError('ERR_USAGE', `${option}: '${text}' is not between 1ms and 60m`);
  return durationMs;
}
