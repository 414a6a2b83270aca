import type { DumpSubject, Field } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import type { FieldDifference, SubjectDifference } from '../dump/compare.js';
import type { Dump } from '../dump/dump.js';
import { AuxctlError } from '../errors/base.js';
import type { Codec } from '../layout/codec.js';
import { itemName, type ItemName } from '../state/item-parameters.js';
import { setSelector } from '../state/value-sets.js';
import { causesOf } from './causes.js';
import type { DriftDifference, DriftGroup, DriftPlace } from './types.js';

/** What a difference is about. */
interface Subject {
  readonly subject: DumpSubject;
  /** Absent for bytes that nothing decodes. */
  readonly codec: Codec | undefined;
}

/** The values of a subject that are not the same, by their names in the layout of `dump`. A subject that only one side has read has none. */
export async function differencesOf(difference: SubjectDifference, dump: Dump): Promise<DriftDifference[]> {
  const about = { subject: difference.subject, codec: await codecOf(difference.layout, dump) };
  if (difference.type === 'fields') return difference.fields.flatMap((field) => differenceOf(about, field) ?? []);
  return difference.type !== 'answer' ? [] : [{ ...headOf(about), group: 'answer', name: 'answer', before: difference.before, after: difference.after, place: { type: 'other' }, causes: [] }];
}

/** A subject in a few words, such as `PAOS local_port=1`. */
export function subjectName(subject: DumpSubject): string {
  const key = Object.entries(keyOf(subject)).map(([name, value]) => ` ${name}=${value}`).join('');
  return `${subject.name}${key}${subject.kind === 'capability' ? ` ${subject.mode}` : ''}`;
}

/** A layout that is not valid decodes nothing: its bytes were compared as they are. */
async function codecOf(layout: string | undefined, { layouts }: Dump): Promise<Codec | undefined> {
  try {
    return layout === undefined ? undefined : await layouts.codecAt(layout);
  } catch (error) {
    if (error instanceof AuxctlError && error.layer === 'plugin') return undefined;
    throw error;
  }
}

function headOf({ subject, codec }: Subject): Pick<DriftDifference, 'subject' | 'title'> {
  const document = codec?.document;
  return { subject: subjectName(subject), ...(document !== undefined && 'title' in document ? { title: document.title } : {}) };
}

function differenceOf(about: Subject, { path, before, after }: FieldDifference): DriftDifference | undefined {
  const { subject, codec } = about;
  const named = nameIn(codec, path);
  if (named === undefined) return undefined;
  const description = named.title ?? (after ?? before)?.description;
  return {
    ...headOf(about), group: groupOf(about), name: named.name, ...(description === undefined ? {} : { description }), ...(subject.kind === 'parameter' && subject.mode !== undefined ? { set: subject.mode } : {}),
    ...(before === undefined ? {} : { before: before.text }), ...(after === undefined ? {} : { after: after.text }), place: placeOf(about, path), causes: codec === undefined ? [] : causesOf(codec, path),
  };
}

/** A field of an item has the name of the parameter that it holds; none where it only says whether another one is set. */
function nameIn(codec: Codec | undefined, path: string): Pick<ItemName, 'name' | 'title'> | undefined {
  return codec?.document.kind === 'nvconfig' ? itemName(codec.document, path) : { name: path };
}

function placeOf({ subject, codec }: Subject, path: string): DriftPlace {
  if (subject.kind === 'parameter') return { type: 'item', item: subject.name, path };
  if (subject.kind !== 'register') return { type: 'other' };
  // Nobody writes it: it follows from what is written, or from the device's own doing.
  const field = codec === undefined ? undefined : topField(codec, path);
  return { type: 'register', register: subject.name, key: keyOf(subject), path, isReadOnly: field !== undefined && (field.access ?? 'RO') === 'RO' };
}

function groupOf({ subject: { kind }, codec }: Subject): DriftGroup {
  if (kind === 'parameter') return 'stored';
  if (kind === 'object' || kind === 'capability') return kind;
  return codec !== undefined && setSelector(codec) !== undefined ? 'feature' : 'register';
}

function topField({ scope, structure }: Codec, path: string): Field | undefined {
  const [name] = /^\w+/.exec(path) ?? [];
  return scope.structures.get(structure)?.fields.find((field) => field.name === name);
}

function keyOf(subject: DumpSubject): Readonly<Record<string, bigint>> {
  return Object.fromEntries(Object.entries(('key' in subject ? subject.key : undefined) ?? {}).map(([name, value]) => [name, integerValue(value)]));
}
