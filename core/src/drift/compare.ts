import type { DeviceState, DumpSubject } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { decodeEntry, type Dump } from '../dump/dump.js';
import { leavesOf } from '../dump/leaves.js';
import { compareDumps, type Comparison, type FieldDifference, type SubjectDifference } from '../dump/compare.js';
import { itemName } from '../state/item-parameters.js';
import { causesOf } from './causes.js';
import { compareIdentities } from './identity.js';
import { compareSettings } from './settings.js';
import { DRIFT_GROUPS, type DriftDifference, type DriftGroup, type StateComparison } from './types.js';

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
  const dumps = before.dump === undefined || after.dump === undefined ? undefined : { before: before.dump, after: after.dump };
  const compared: Comparison = dumps === undefined ? { differences: [], subjects: 0, leftOut: 0 } : await compareDumps(dumps.before, dumps.after, { withoutIdentifying: areTwoDevices });
  const isCarrier = ({ subject }: SubjectDifference): boolean => subject.kind === 'register' && carriers.has(subject.name);
  const isOneSided = ({ type }: SubjectDifference): boolean => type === 'only-before' || type === 'only-after';
  const differences = [
    ...compareIdentities(before.state, after.state, areTwoDevices),
    ...compareSettings(before.state.settings, after.state.settings),
    ...(dumps === undefined ? [] : compared.differences.flatMap((difference) => (isCarrier(difference) ? [] : ofSubject(difference, dumps.after)))),
  ];
  if (dumps !== undefined) await markActivations(differences, dumps.before);
  differences.sort((a, b) => DRIFT_GROUPS.indexOf(a.group) - DRIFT_GROUPS.indexOf(b.group));
  return {
    differences, compared: compared.subjects - compared.differences.filter(isOneSided).length,
    notCompared: compared.differences.filter(isOneSided).map(({ subject }) => nameOf(subject)), leftOut: compared.leftOut,
  };
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

function ofSubject(difference: SubjectDifference, dump: Dump): DriftDifference[] {
  const { subject } = difference;
  if (difference.type === 'fields') return difference.fields.flatMap((field) => ofField(subject, field, dump) ?? []);
  if (difference.type !== 'answer') return [];
  return [{ group: 'answer', subject: nameOf(subject), ...titleOf(subject, dump), name: 'answer', before: difference.before, after: difference.after, place: { type: 'other' }, causes: [] }];
}

function ofField(subject: DumpSubject, field: FieldDifference, dump: Dump): DriftDifference | undefined {
  const values = {
    ...(field.before === undefined ? {} : { before: field.before.text }), ...(field.after === undefined ? {} : { after: field.after.text }),
  };
  const description = (field.after ?? field.before)?.description;
  const described = description === undefined ? {} : { description };
  if (subject.kind === 'parameter') return ofItem(subject, field, values, dump);
  const title = titleOf(subject, dump);
  const place = subject.kind === 'register' ? { type: 'register', register: subject.name, key: keyOf(subject), path: field.path, isReadOnly: isReadOnly(subject.name, field.path, dump) } as const : { type: 'other' } as const;
  return { group: groupOf(subject, dump), subject: nameOf(subject), ...title, name: field.path, ...described, ...values, place, causes: causesOf(subject, field.path, dump) };
}

/** A field of an item has the name of the parameter that it holds. */
function ofItem(subject: Extract<DumpSubject, { kind: 'parameter' }>, { path }: FieldDifference, values: Pick<DriftDifference, 'before' | 'after'>, dump: Dump): DriftDifference | undefined {
  const document = dump.layouts.documents.get(`nvconfig/${subject.name}`);
  const known = document?.kind === 'nvconfig' ? itemName(document, path) : { name: `${subject.name}.${path}` };
  if (known === undefined) return undefined;
  const description = 'title' in known ? known.title : undefined;
  return {
    group: 'stored', subject: subject.name, ...titleOf(subject, dump), name: known.name, ...(description === undefined ? {} : { description }), ...(subject.mode === undefined ? {} : { set: subject.mode }),
    ...values, place: { type: 'item', item: subject.name, path }, causes: causesOf(subject, path, dump),
  };
}

const FOLDERS = { register: 'registers', capability: 'capabilities', object: 'commands', parameter: 'nvconfig', segment: '' } as const;

function groupOf({ kind, name }: DumpSubject, { layouts }: Dump): DriftGroup {
  if (kind === 'object' || kind === 'capability') return kind;
  const document = layouts.documents.get(`registers/${name}`);
  const isFeature = document?.kind === 'register' && Object.values(document.enums ?? {}).some((symbols) => ['default', 'current'].every((word) => symbols.some((symbol) => symbol.name.toLowerCase() === word)));
  return isFeature ? 'feature' : 'register';
}

/** Nobody writes it: it follows from what is written, or from the device's own doing. */
function isReadOnly(register: string, path: string, { layouts }: Dump): boolean {
  const document = layouts.documents.get(`registers/${register}`);
  const field = document?.kind === 'register' ? document.structures[document.structure]?.fields.find(({ name }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)) : undefined;
  return field !== undefined && (field.access ?? 'RO') === 'RO';
}

function titleOf({ kind, name }: DumpSubject, { layouts }: Dump): Pick<DriftDifference, 'title'> {
  const document = layouts.documents.get(`${FOLDERS[kind]}/${name}`);
  return document !== undefined && 'title' in document ? { title: document.title } : {};
}

function keyOf(subject: DumpSubject): Readonly<Record<string, bigint>> {
  return Object.fromEntries(Object.entries(('key' in subject ? subject.key : undefined) ?? {}).map(([name, value]) => [name, integerValue(value)]));
}

function nameOf(subject: DumpSubject): string {
  const key = Object.entries(keyOf(subject)).map(([name, value]) => ` ${name}=${value}`).join('');
  return `${subject.name}${key}${subject.kind === 'capability' ? ` ${subject.mode}` : ''}`;
}
