import { scalars } from '../fields/scalars.js';
import type { Style } from '../output/style.js';
import { printable, table } from '../output/table.js';
import type { WatchDocument } from '../schemas/values.js';

type Change = WatchDocument['changes'][number];

/** What surrounds the rows of a window: a line above with an empty one, and one for what there is no room for. */
const OTHER_LINES = 3;

/** One reading as the lines of a window with so many rows. */
export function windowLines(document: WatchDocument, title: string, rows: number, style: Style): string[] {
  const changes = new Map(document.changes.map((change) => [change.path, change]));
  const lines = table([...scalars(document.fields)], [
    { heading: 'FIELD', cell: ([path]) => path },
    { heading: 'VALUE', cell: ([, { text }]) => (text === '' ? '""' : text), paint: ([path], text) => (changes.has(path) ? style.changed(text) : text) },
    { heading: 'CHANGE', cell: ([path]) => changeText(changes.get(path)), paint: (_row, text) => style.changed(text) },
  ], style).trimEnd().split('\n');
  const head = `${style.heading(printable(title))}  ${style.dim(`reading ${document.sequence + 1}, ${document.time}`)}`;
  const notes = document.anomalies.map(({ text }) => `${style.warning('note:')} ${printable(text)}`);
  const all = [...lines, ...notes];
  const room = Math.max(1, rows - OTHER_LINES);
  return [head, '', ...(all.length <= room ? all : [...all.slice(0, room), style.dim(`${all.length - room} more lines; --fields chooses`)])];
}

/** One reading as lines that follow one another: all fields first, then only those that changed. */
export function changeLines(document: WatchDocument): string {
  const { time, sequence, changes, fields } = document;
  if (sequence > 0) return changes.map((change) => printable(`${time}  ${change.path}  ${change.after ?? '-'}  (${changeText(change)})`)).map((line) => `${line}\n`).join('');
  return [...scalars(fields)].map(([path, { text }]) => `${printable(`${time}  ${path}  ${text === '' ? '""' : text}`)}\n`).join('');
}

function changeText(change: Change | undefined): string {
  if (change === undefined) return '';
  const { before, delta, perSecond } = change;
  if (delta === null) return before === null ? 'new' : `was ${before === '' ? '""' : before}`;
  return `${delta.startsWith('-') ? '' : '+'}${delta}${perSecond === null ? '' : `, ${perSecond}/s`}`;
}
