import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { readStates, type Dump, type KeptStates } from '@auxctl/core';
import type { DeviceState } from '@auxctl/schemas';
import type { Context } from '../command.js';
import { baselinePath, hasBaseline, requireBaseline, USUAL_BASELINE } from '../state/baselines.js';
import { chosenDevices, collectState } from '../state/collect.js';
import type { DriftDocument } from '../schemas/state.js';

/** States, and where they are from. */
export interface StateSide {
  readonly from: DriftDocument['against'];
  readonly states: readonly DeviceState[];
  readonly dumpOf: KeptStates['dumpOf'];
  /** They are of this machine, as it is or was. */
  readonly isOwn: boolean;
}

/** What `--against` names: a file, a baseline, else a device. Without it, the usual baseline. */
export async function readAgainst(word: string | undefined, context: Context): Promise<StateSide> {
  const name = word ?? USUAL_BASELINE;
  if (word !== undefined && statSync(word, { throwIfNoEntry: false })?.isFile() === true) return fromFile('file', word, word);
  if (word === undefined || hasBaseline(name, context)) return fromFile('baseline', name, word === undefined ? requireBaseline(name, context) : baselinePath(name, context));
  return fromDevices([word], context, word);
}

/** Devices as they are now. Those that are named; all that have a plugin when none is. */
export async function fromDevices(words: readonly string[], context: Context, source = 'now'): Promise<StateSide> {
  const dumps = new Map<DeviceState, Dump | undefined>();
  for (const each of await chosenDevices(words, context)) {
    const { state, dump } = await collectState(each, context);
    dumps.set(state, dump);
  }
  return { from: { kind: 'device', source, created: null, host: null }, states: [...dumps.keys()], dumpOf: async (state) => Promise.resolve(dumps.get(state)), isOwn: true };
}

/** The states of a file, for both sides. */
export async function fromFile(kind: 'baseline' | 'file', source: string, path: string): Promise<StateSide> {
  const { report, states, dumpOf } = await readStates(path);
  return { from: { kind, source, created: report?.created ?? states[0]?.taken ?? null, host: report?.host.name ?? null }, states, dumpOf, isOwn: report?.host.name === hostname() };
}
