import { bold, display, italic, item, literal, plain } from './roff.mjs';

/**
 * The roff of a page of the documentation, below its title. Knows what those pages use: headings, paragraphs, lists, tables, code, links.
 * @param {string} text
 */
export function toRoff(text) {
  return blocksOf(text).map((block) => blockToRoff(block)).join('');
}

/** The first paragraph below the title, in one line without marks. @param {string} text */
export function blocksOf(text) {
  const lines = text.replace(/^<!--.*?-->\s*/s, '').split('\n');
  /** @type {{ kind: string, lines: string[] }[]} */
  const blocks = [];
  let isFenced = false;
  for (const line of lines) {
    const fence = line.startsWith('```');
    if (fence) isFenced = !isFenced;
    if (fence && !isFenced) continue;
    const last = blocks.at(-1);
    const kind = fence || isFenced ? 'code' : kindOf(line, last);
    const startsAnew = fence || last === undefined || last.kind !== kind || (kind === 'item' && line.startsWith('- ')) || kind === 'heading';
    if (startsAnew) blocks.push({ kind, lines: fence ? [] : [line] });
    else last.lines.push(line);
  }
  return blocks.filter(({ kind }) => kind !== 'blank');
}

function kindOf(line, last) {
  if (line.trim() === '') return last?.kind === 'indented' ? 'indented' : 'blank';
  if (line.startsWith('#')) return 'heading';
  if (line.startsWith('|')) return 'table';
  if (line.startsWith('- ') || (last?.kind === 'item' && line.startsWith('  '))) return 'item';
  return line.startsWith('    ') ? 'indented' : 'paragraph';
}

function blockToRoff({ kind, lines }) {
  switch (kind) {
    case 'heading': return headingToRoff(lines[0] ?? '');
    case 'code': return display(literal(lines.join('\n')));
    case 'indented': return display(literal(lines.map((line) => line.slice('    '.length)).join('\n')));
    case 'table': return tableToRoff(lines);
    case 'item': return `.IP \\(bu 2\n${inline(lines.join('\n').replace(/^- /, '').replaceAll(/\n +/g, '\n'))}\n`;
    default: return `.PP\n${inline(lines.join('\n'))}\n`;
  }
}

/** The title itself is the page's name, which stands elsewhere. */
function headingToRoff(line) {
  const [, marks = '', text = ''] = /^(#+) (.*)$/.exec(line) ?? [];
  if (marks.length === 1) return '';
  return marks.length === 2 ? `.SH "${plain(text).toUpperCase()}"\n` : `.SS "${inline(text)}"\n`;
}

/** A row becomes an item: its first cell the term, the others what is said of it. */
function tableToRoff([head = '', , ...rows]) {
  const headings = cellsOf(head);
  return rows.map((row) => {
    const [term = '', ...cells] = cellsOf(row);
    const said = cells.flatMap((cell, index) => (cell === '' ? [] : [saidOf(headings[index + 1] ?? '', cell, cells.length)]));
    return item(inline(term), said.join('\n'));
  }).join('');
}

function saidOf(heading, cell, count) {
  if (heading === 'needed') return '(needed)';
  const text = count === 1 || heading === 'meaning' || heading === 'value' ? inline(cell) : `${plain(heading.charAt(0).toUpperCase() + heading.slice(1))}: ${inline(cell)}`;
  return /[.:]$/.test(text) ? text : `${text}.`;
}

function cellsOf(row) {
  return row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Code in bold, emphasis in italics, links as their text. @param {string} text */
export function inline(text) {
  const withoutLinks = text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  const parts = withoutLinks.split(/(`[^`]+`|\*\*[^*]+\*\*|(?<![\w*])\*[^*\s][^*]*\*)/);
  return parts.map((part) => {
    if (/^`.+`$/s.test(part)) return bold(part.slice(1, -1));
    if (/^\*\*.+\*\*$/s.test(part)) return bold(part.slice(2, -2));
    return /^\*.+\*$/s.test(part) ? italic(part.slice(1, -1)) : plain(part);
  }).join('').replaceAll(/^(?=[.'])/gm, '\\&');
}
