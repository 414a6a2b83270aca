import { AuxctlError, journalEntries, serialOf, verifyJournal, type DriftHistory, type JournalEntry, type SentCommand } from '@auxctl/core';
import type { DeviceState, JournalObserved } from '@auxctl/schemas';
import type { Context } from '../command.js';
import { journalKey, stateDirectory } from '../journal/place.js';
import type { DriftDocument } from '../schemas/state.js';

/** More commands than these since a baseline are not looked through. */
const MOST_COMMANDS = 100_000;

/** What the journal holds that may explain differences. */
export interface JournalView {
  readonly journal: DriftDocument['journal'];
  readonly entries: readonly JournalEntry[];
}

/** No journal is asked where it could say nothing of either side. */
export function noJournal(context: Context): JournalView {
  return { journal: { directory: stateDirectory(context), state: 'not-asked', from: null, isWatched: false }, entries: [] };
}

/** Reads this machine's journal since a time, and checks it. A journal that cannot be read explains nothing, and that is said. */
export async function readHistory(since: Date | undefined, context: Context): Promise<JournalView> {
  const directory = stateDirectory(context);
  try {
    const key = journalKey(context);
    const { state } = await verifyJournal(directory, { ...(key === undefined ? {} : { key }), signal: context.signal });
    if (state === 'absent') return { journal: { directory, state, from: null, isWatched: false }, entries: [] };
    const { entries, watches, before, unreadable } = await journalEntries(directory, {}, MOST_COMMANDS, context.signal);
    if (before > 0) context.notes.warn(`${before} earlier commands of the journal were not looked through`);
    if (unreadable > 0) context.notes.warn(`${unreadable} lines of the journal are no records`);
    const isLater = (time: string): boolean => since === undefined || Date.parse(time) >= since.getTime();
    const [first] = entries;
    const isWatched = watches.some(({ time }) => isLater(time)) || watches.at(-1)?.event === 'began';
    return { journal: { directory, state, from: first === undefined ? null : timeOf(first), isWatched }, entries: entries.filter((entry) => isLater(timeOf(entry))) };
  } catch (error) {
    if (!(error instanceof AuxctlError) || error.code === 'ERR_ABORTED') throw error;
    context.notes.warn(`the journal explains nothing: ${error.message}`);
    return { journal: { directory, state: 'unreadable', from: null, isWatched: false }, entries: [] };
  }
}

/** Those of a view that concern a device, by its serial number or its address, before or now. */
export function historyOf(states: readonly DeviceState[], { entries }: JournalView, itemRegister: string | undefined): DriftHistory {
  const addresses = new Set(states.map(({ device }) => device.address));
  const serials = new Set(states.flatMap((state) => serialOf(state) ?? []));
  const commands: SentCommand[] = [];
  const observed: JournalObserved[] = [];
  for (const entry of entries) {
    if (entry.type === 'observed') {
      const { address, candidates = [] } = entry.observed.device;
      if ([...(address === undefined ? candidates : [address])].some((each) => addresses.has(each))) observed.push(entry.observed);
    } else if (entry.intent.type === 'intent') {
      const { device: { serial, address }, transport } = entry.intent;
      // The kernel's word for a serial number need not be the plugin's.
      const isByAddress = serial === undefined || serials.size === 0 || transport === 'kernel';
      if ((serial !== undefined && serials.has(serial)) || (isByAddress && addresses.has(address))) commands.push({ intent: entry.intent, outcome: entry.outcome });
    }
  }
  return { commands, observed, itemRegister };
}

function timeOf(entry: JournalEntry): string {
  return entry.type === 'observed' ? entry.observed.time : entry.intent.time;
}
