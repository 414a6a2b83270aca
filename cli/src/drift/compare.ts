import { compareStates, explainDifferences, type Dump, type ExplainedDifference, identityValue, type KeptStates, serialOf, type StatePair, UsageError } from '@auxctl/core';
import type { DeviceState } from '@auxctl/schemas';
import type { DriftDevice, DriftEntry } from '../schemas/state.js';
import type { StoredAccess } from './stored-access.js';
import { historyOf, type JournalView } from './history.js';

/** What a comparison needs besides the states. */
export interface PairSources {
  readonly before: KeptStates['dumpOf'];
  readonly after: KeptStates['dumpOf'];
  readonly view: JournalView;
  /** How a plugin reaches stored configuration, by its name. */
  readonly stored: (plugin: string | undefined) => Promise<StoredAccess>;
}

/** Compares two states, and says of each difference whether the journal explains it. */
export async function comparePair({ before, after, areTwoDevices }: StatePair, sources: PairSources): Promise<DriftDevice> {
  const alone = { before: before === undefined ? null : sideOf(before), after: after === undefined ? null : sideOf(after), areTwoDevices, differences: [], compared: 0, notCompared: [], leftOut: 0 };
  if (before === undefined || after === undefined) return { ...alone, status: after === undefined ? 'gone' : 'new', problems: [] };
  if (before.plugin?.name !== after.plugin?.name) throw new UsageError('ERR_USAGE', `${before.device.address} and ${after.device.address} are of different kinds: they have nothing in common`);
  const sides = [{ state: before, dump: await sources.before(before) }, { state: after, dump: await sources.after(after) }] as const;
  const problems = sides.flatMap(({ state, dump }) => (dump === undefined || dump.partial !== undefined ? state.problems : []));
  const { writer, carriers } = await sources.stored(after.plugin?.name);
  const { differences, compared, notCompared, leftOut } = await compareStates(sides[0], sides[1], { areTwoDevices, carriers });
  const history = historyOf([before, after], sources.view, writer);
  return {
    ...alone, status: isWhole(sides) ? 'compared' : 'not-compared', differences: explainDifferences(differences, history).map(entryOf),
    compared, notCompared: [...notCompared], leftOut, problems,
  };
}

/** Was the firmware asked to the end on both sides? Where nothing leads to it on either, there is nothing more to compare. */
function isWhole(sides: readonly { readonly dump: Dump | undefined }[]): boolean {
  return sides.every(({ dump }) => dump === undefined) || sides.every(({ dump }) => dump !== undefined && dump.partial === undefined);
}

function sideOf(state: DeviceState): NonNullable<DriftDevice['before']> {
  const { device, plugin, identity, taken } = state;
  return { address: device.address, product: device.product ?? null, serial: serialOf(state) ?? null, firmware: identityValue(identity, 'firmware') ?? null, plugin: plugin?.name ?? null, taken };
}

function entryOf({ group, subject, title, name, description, set, before, after, verdict, commands, observed, causes }: ExplainedDifference): DriftEntry {
  return {
    group, subject, title: title ?? null, name, description: description ?? null, set: set ?? null, before: before ?? null, after: after ?? null, verdict,
    commands: commands.map(({ intent, outcome }) => ({ intent, outcome: outcome ?? null })), observed: [...observed],
    causes: causes.map(({ command, by, effect }) => ({ command, by, effect: effect ?? null })),
  };
}
