import { pairStates, UsageError, type StatePair } from '@auxctl/core';
import { report, type CommandModule, type Context } from '../command.js';
import { comparePair } from '../drift/compare.js';
import { noJournal, readHistory } from '../drift/history.js';
import { fromDevices, fromFile, readAgainst, type StateSide } from '../drift/sides.js';
import { storedAccess } from '../drift/stored-access.js';
import { driftText } from '../drift/text.js';
import type { DriftDevice, DriftDocument } from '../schemas/state.js';

/** What ends with this status is no failure: there are differences, or there may be. */
const DIFFERENT = 7;
const EXPLAINED: readonly string[] = ['explained', 'activated'];

/** `auxctl drift` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const words = invocation.list('DEV');
  const [before, after] = [await readAgainst(invocation.maybe('against'), context), await laterSide(words, invocation.maybe('with'), context)];
  const pairs = pairsOf(before, after, words);
  const isOwn = after.isOwn || context.options.state !== undefined;
  const since = before.isOwn ? earliest(pairs) : undefined;
  const view = isOwn ? await readHistory(since, context) : noJournal(context);
  const sources = { before: before.dumpOf, after: after.dumpOf, view, stored: async (plugin: string | undefined) => storedAccess(plugin, context) };
  const devices: DriftDevice[] = [];
  for (const pair of pairs) devices.push(await comparePair(pair, sources));
  const document: DriftDocument = { schema: 'auxctl.drift/1', against: before.from, devices, journal: view.journal, counts: countsOf(devices) };
  // What could not be compared may be different: a script must not take it for the same.
  const isDifferent = document.counts.differences > 0 || devices.some(({ status }) => status !== 'compared');
  return { ...report(document, driftText), exitStatus: isDifferent ? DIFFERENT : 0 };
};

async function laterSide(words: readonly string[], file: string | undefined, context: Context): Promise<StateSide> {
  if (file === undefined) return fromDevices(words, context);
  if (words.length > 0) throw new UsageError('ERR_USAGE', '--with names a file, and devices are named too');
  return fromFile('file', file, file);
}

/**
 * Devices are found again by who they are. One device beside a state of another, and machines that are to be alike, are compared with their like.
 * Devices that are not named, of an earlier side with more of them, are not meant.
 */
function pairsOf(before: StateSide, after: StateSide, words: readonly string[]): StatePair[] {
  const [only] = before.states;
  if (before.from.kind === 'device' && only !== undefined) return after.states.filter(({ device }) => device.address !== only.device.address).map((state) => ({ before: only, after: state, areTwoDevices: true }));
  const pairs = pairStates(before.states, after.states, { withTheirLike: !before.isOwn || !after.isOwn || words.length > 0 });
  const meant = words.length === 0 ? pairs : pairs.filter((pair) => pair.after !== undefined);
  if (meant.length === 0) throw new UsageError('ERR_USAGE', 'there is nothing to compare', { hint: 'auxctl list shows the devices, auxctl baseline list what was saved.' });
  return meant;
}

/** Since when the journal is asked: the earlier side's time; from its beginning where devices are compared with others, of this machine or another. */
function earliest(pairs: readonly StatePair[]): Date | undefined {
  if (pairs.some(({ areTwoDevices }) => areTwoDevices)) return undefined;
  const times = pairs.flatMap(({ before }) => (before === undefined ? [] : [Date.parse(before.taken)]));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

function countsOf(devices: readonly DriftDevice[]): DriftDocument['counts'] {
  const all = devices.flatMap(({ differences }) => differences);
  const explained = all.filter(({ verdict }) => EXPLAINED.includes(verdict)).length;
  return { differences: all.length, explained, unexplained: all.length - explained };
}
