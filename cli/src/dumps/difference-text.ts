import { identityValue } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { printable, table } from '../output/table.js';
import type { DiffDocument, DiffEntry } from '../schemas/dumps.js';

const LONGEST_VALUE = 48;
/** So much of what is the same stands before it. */
const CONTEXT_LENGTH = 8;

/** Differences for people: the two sides, then each subject with its fields, then a line that counts. */
export function diffText(document: DiffDocument, style: Style): string {
  const { a, b, differences } = document;
  if (differences.length === 0) return countText(document, style);
  const sides = `${style.bad(sideText('---', a))}\n${style.good(sideText('+++', b))}\n\n`;
  return `${sides}${differences.map((entry) => entryText(entry, style)).join('\n')}\n${countText(document, style)}`;
}

/** The same with only the number of fields for each subject. */
export function statText(document: DiffDocument, style: Style): string {
  const rows = table(document.differences, [
    { heading: 'ENTRY', cell: ({ text }) => text },
    { heading: 'FIELDS', cell: ({ fields }) => (fields.length === 0 ? '' : String(fields.length)), align: 'right' },
    { heading: 'CHANGE', cell: (entry) => changeText(entry) },
  ], style);
  return `${rows}${rows === '' ? '' : '\n'}${countText(document, style)}`;
}

function sideText(mark: string, { source, isDevice, dump: { created, device, plugin } }: DiffDocument['a']): string {
  const firmware = identityValue(device.identity, 'firmware');
  const words = [isDevice ? device.address : `${source}: ${device.address}`, device.product, firmware === undefined ? null : `firmware ${firmware}`, `plugin ${plugin.name} ${plugin.version ?? ''}`.trimEnd(), isDevice ? 'now' : created];
  return printable(`${mark} ${words.filter((word) => word !== null).join(', ')}`);
}

function entryText(entry: DiffEntry, style: Style): string {
  const heading = style.heading(printable(entry.text));
  if (entry.change !== 'fields') return `${heading}\n  ${printable(changeText(entry))}\n`;
  const rows = table(entry.fields, [
    { heading: 'FIELD', cell: ({ path }) => path },
    { heading: 'A', cell: ({ a, b }) => valueText(a, b), paint: (_row, text) => style.bad(text) },
    { heading: 'B', cell: ({ a, b }) => valueText(b, a), paint: (_row, text) => style.good(text) },
    { heading: 'MEANING', cell: ({ description }) => description ?? '', paint: (_row, text) => style.dim(text) },
  ], style);
  return `${heading}\n${rows.replaceAll(/^/gm, '  ').trimEnd()}\n`;
}

function changeText({ change, answers }: DiffEntry): string {
  if (answers !== null) return `${answers.a} -> ${answers.b}`;
  return change === 'only-in-a' ? 'only in A' : change === 'only-in-b' ? 'only in B' : '';
}

type SideValue = DiffEntry['fields'][number]['a'];

/** A value that is too long begins where it differs from the other one. */
function valueText(side: SideValue, other: SideValue): string {
  if (side === null) return '-';
  const { text } = side;
  if (text === '') return '""';
  if (text.length <= LONGEST_VALUE) return text;
  let first = 0;
  while (first < text.length && text[first] === other?.text[first]) first += 1;
  const start = Math.max(0, Math.floor((first - CONTEXT_LENGTH) / 2) * 2);
  return `${start === 0 ? '' : '...'}${text.slice(start, start + LONGEST_VALUE)}${start + LONGEST_VALUE < text.length ? '...' : ''}`;
}

function countText({ counts: { entries, different, fields, leftOut } }: DiffDocument, style: Style): string {
  const what = different === 0 ? `no difference in ${counted(entries, 'entries', 'entry')}` : `${different} of ${counted(entries, 'entries', 'entry')} ${entries === 1 ? 'differs' : 'differ'}, in ${counted(fields, 'fields', 'field')}`;
  const rest = leftOut === 0 ? '' : style.dim(`; ${leftOut === 1 ? '1 field that changes by itself is' : `${leftOut} fields that change by themselves are`} left out (--volatile shows ${leftOut === 1 ? 'it' : 'them'})`);
  return `${what}${rest}\n`;
}

function counted(count: number, many: string, one: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
