import type { DeviceState } from '@auxctl/schemas';
import { decodeEntry, type Dump } from '../dump/dump.js';
import { leavesOf } from '../dump/leaves.js';
import { compareDumps } from '../dump/compare.js';
import { compareIdentities } from './identity.js';
import { compareSettings } from './settings.js';
import { differencesOf, subjectName } from './subject.js';
import { DRIFT_GROUPS, type DriftDifference, type StateComparison } from './types.js';

/** One side of a comparison: a state, and the dump inside it where there is one. */
export interface DriftSide {
  readonly state: DeviceState;
  readonly dump?: Dump | undefined;
}

/** How to compare. */
export interface DriftOptions {
  /** The sides are two devices: what tells them apart is left out. */
  readonly areTwoDevices?: boolean;
  /** Registers through which stored configuration is read and written: what they hold is compared as items, and not once more as their bytes. */
  readonly carriers?: ReadonlySet<string>;
}

/**
 * Compares two states value by value, by name and not by place, so that another version of the layouts or another address of the device makes no
 * difference by itself. Throws `ERR_USAGE` for states of different plugins.
 */
export async function compareStates(before: DriftSide, after: DriftSide, { areTwoDevices = false, carriers = new Set() }: DriftOptions = {}): Promise<StateComparison> {
  const own = [...compareIdentities(before.state, after.state, areTwoDevices), ...compareSettings(before.state.settings, after.state.settings, after.dump)];
  if (before.dump === undefined || after.dump === undefined) return { differences: inOrder(own), compared: 0, notCompared: [], leftOut: 0 };
  const found = await compareDumps(before.dump, after.dump, { withoutIdentifying: areTwoDevices });
  const oneSided = found.differences.filter(({ type }) => type === 'only-before' || type === 'only-after');
  for (const difference of found.differences) {
    const isCarrier = difference.subject.kind === 'register' && carriers.has(difference.subject.name);
    if (!isCarrier) own.push(...(await differencesOf(difference, after.dump)));
  }
  await markActivations(own, before.dump);
  return { differences: inOrder(own), compared: found.subjects - oneSided.length, notCompared: oneSided.map(({ subject }) => subjectName(subject)), leftOut: found.leftOut };
}

function inOrder(differences: readonly DriftDifference[]): readonly DriftDifference[] {
  return [...differences].sort((a, b) => DRIFT_GROUPS.indexOf(a.group) - DRIFT_GROUPS.indexOf(b.group));
}

/** Marks what is in force now and had been stored for the next reset before. */
async function markActivations(differences: DriftDifference[], before: Dump): Promise<void> {
  for (const [at, difference] of differences.entries()) {
    const { place, set, after } = difference;
    if (place.type !== 'item' || set !== 'current' || after === undefined) continue;
    const stored = before.entries.find(({ subject }) => subject.kind === 'parameter' && subject.name === place.item && subject.mode === 'next');
    const decoded = stored === undefined || 'failure' in stored ? undefined : await decodeEntry(stored, before.layouts).catch(() => undefined);
    if (decoded !== undefined && leavesOf(decoded.codec, decoded.raw).get(place.path)?.text === after) differences[at] = { ...difference, isActivation: true };
  }
}
