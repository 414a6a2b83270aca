import { compareDumps, type Comparison, type Dump, type DumpSelection, type FieldDifference, type SubjectDifference } from '@auxctl/core';
import { report, type CommandModule } from '../command.js';
import { installedLayouts } from '../dumps/layouts.js';
import { NameFilter } from '../dumps/names.js';
import { originDocument } from '../dumps/origin.js';
import { dumpOfSide, namesOfSide, readSide, type Side } from '../dumps/side.js';
import { subjectText } from '../dumps/subject.js';
import { diffText, statText } from '../dumps/difference-text.js';
import type { DiffDocument, DiffEntry } from '../schemas/dumps.js';

/** What ends with this status is no failure: there are differences. */
const DIFFERENT = 7;

/** `auxctl diff` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const sides = [await readSide(invocation.text('A'), context), await readSide(invocation.text('B'), context)] as const;
  const filter = new NameFilter(invocation.list('only'));
  filter.requireUse((await Promise.all(sides.map(namesOfSide))).flat(), { nothing: 'neither side has anything' });
  const selection = selectionFor(sides, filter);
  const [before, after] = [narrowed(await dumpOfSide(sides[0], selection, context), filter), narrowed(await dumpOfSide(sides[1], selection, context), filter)];
  const layouts = invocation.flag('plugin-layouts') ? { layouts: await installedLayouts(before, context) } : {};
  const comparison = await compareDumps(before, after, { withVolatile: invocation.flag('volatile'), ...layouts });
  const document = diffDocument(sides, [before, after], comparison);
  if (document.a.dump.device.pci !== document.b.dump.device.pci) context.notes.note('these are different products: what only one of them has is shown as such');
  const text = invocation.flag('stat') ? statText : diffText;
  return { ...report(document, text), exitStatus: comparison.differences.length === 0 ? 0 : DIFFERENT };
};

/** A device beside a file is read for exactly what the file holds. */
function selectionFor(sides: readonly [Side, Side], filter: NameFilter): DumpSelection {
  const held = sides.flatMap((side) => ('dump' in side ? side.dump.entries.map(({ subject }) => subject) : []));
  const isBesideFile = sides.some((side) => 'dump' in side);
  return isBesideFile ? { subjects: held.filter(filter.has) } : { only: filter.has };
}

function narrowed(dump: Dump, filter: NameFilter): Dump {
  return { ...dump, entries: dump.entries.filter(({ subject }) => filter.has(subject)) };
}

function diffDocument(sides: readonly [Side, Side], [before, after]: readonly [Dump, Dump], { differences, subjects, leftOut }: Comparison): DiffDocument {
  const entries = differences.map(diffEntry);
  return {
    schema: 'auxctl.diff/1',
    a: { source: sides[0].word, isDevice: 'found' in sides[0], dump: originDocument(before) },
    b: { source: sides[1].word, isDevice: 'found' in sides[1], dump: originDocument(after) },
    differences: entries,
    counts: { entries: subjects, different: entries.length, fields: entries.reduce((sum, { fields }) => sum + fields.length, 0), leftOut },
  };
}

function diffEntry(difference: SubjectDifference): DiffEntry {
  const { subject, type } = difference;
  return {
    subject, text: subjectText(subject), change: type === 'only-before' ? 'only-in-a' : type === 'only-after' ? 'only-in-b' : type,
    fields: type === 'fields' ? difference.fields.map(diffField) : [],
    answers: type === 'answer' ? { a: difference.before, b: difference.after } : null,
  };
}

function diffField({ path, before, after }: FieldDifference): DiffEntry['fields'][number] {
  const { description, isVolatile } = after ?? before ?? { isVolatile: false };
  const side = (leaf: FieldDifference['before']) => (leaf === undefined ? null : { value: leaf.value, text: leaf.text });
  return { path, a: side(before), b: side(after), description: description ?? null, isVolatile };
}
