import { UsageError, type JournalFilter } from '@auxctl/core';
import { EFFECTS } from '@auxctl/schemas/model';
import type { Invocation } from '../invocation.js';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const MOST_COMMANDS = 100_000;
const LAST = 100;

/** Which commands of the journal a command line means. Throws `ERR_USAGE`. */
export function readFilter(invocation: Invocation, now: Date): JournalFilter {
  const [device, user, since] = [invocation.maybe('device'), invocation.maybe('user'), invocation.maybe('since')];
  const effect = EFFECTS.find((each) => each === invocation.maybe('effect'));
  return {
    ...(device === undefined ? {} : { device }), ...(user === undefined ? {} : { user }), ...(effect === undefined ? {} : { effect }),
    ...(since === undefined ? {} : { since: timeOf(since, now) }),
  };
}

/** How many commands are shown. Throws `ERR_USAGE`. */
export function readLast(invocation: Invocation): number {
  const text = invocation.maybe('last');
  if (text === undefined) return LAST;
  const last = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (last < 1 || last > MOST_COMMANDS) throw new UsageError('ERR_USAGE', `--last: '${text}' is not a number from 1 to ${MOST_COMMANDS}`);
  return last;
}

/** `30m`, `2h`, `7d` ago, or a time as in the journal. */
function timeOf(text: string, now: Date): Date {
  const ago = /^(\d{1,6})(m|h|d)$/.exec(text);
  const unit = ago?.[2] === 'm' || ago?.[2] === 'h' ? ago[2] : 'd';
  const time = ago === null ? new Date(/^\d{4}-\d{2}-\d{2}/.test(text) ? text : NaN) : new Date(now.getTime() - Number(ago[1]) * UNIT_MS[unit]);
  if (Number.isNaN(time.getTime())) throw new UsageError('ERR_USAGE', `--since: '${text}' is no time`, { hint: 'Give a time as in 2026-11-29 or 2026-11-29T12:00:00Z, or how long ago, as in 30m, 2h, 7d.' });
  return time;
}
