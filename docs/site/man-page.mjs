// Manual pages for the site, from the very text that `man` shows. Knows the requests and escapes that packaging/man uses, and refuses all others.
import { posix } from 'node:path';

const ESCAPES = { '\\e': '\\', '\\-': '-', '\\&': '', '\\:': '', '\\(aq': '\'', '\\(ga': '`', '\\(ha': '^', '\\(ti': '~', '\\(bu': '\u2022' };
const FONTS = { B: ['<b>', '</b>'], I: ['<i>', '</i>'], R: ['', ''] };
/** What HTML, Markdown or a doc comment would take for its own. */
const SPECIAL = /[&<>"`@{}]/g;
const PASSED_OVER = new Set(['.\\"', '.nh', '.ad', '.RE']);

/**
 * A manual page as Markdown whose blocks are HTML: a list of terms has no Markdown.
 * @param {string} name its file, such as `auxctl-dump.5`
 * @param {string} roff
 * @param {ReadonlySet<string>} others files of pages that can be referred to
 * @returns {{ title: string, summary: string, markdown: string }}
 */
export function manualPage(name, roff, others) {
  const title = `${name.slice(0, -'.1'.length)}(${name.slice(-1)})`;
  const reader = { lines: roff.trimEnd().split('\n'), at: 0, name, others };
  const blocks = [`# ${title}`];
  while (reader.at < reader.lines.length) blocks.push(block(reader));
  const [, summary = ''] = / \\- (.*)\n/.exec(roff) ?? [];
  return { title, summary: unescaped(summary), markdown: `${blocks.filter((text) => text !== '').join('\n\n')}\n` };
}

function block(reader) {
  const line = reader.lines[reader.at];
  const [request, words = ''] = line.startsWith('.') ? split(line) : [''];
  switch (request) {
    case '.TH': return passed(reader);
    case '.SH': return passed(reader, `## ${headingText(words)}`);
    case '.SS': return passed(reader, `### ${headingText(words)}`);
    case '.PP': return passed(reader);
    case '.TP': case '.IP': return items(reader, request);
    case '.RS': return display(reader);
    default: break;
  }
  if (PASSED_OVER.has(request)) return passed(reader);
  return `<p>${text(reader)}</p>`;
}

function passed(reader, result = '') {
  reader.at += 1;
  return result;
}

/** @param {string} line @returns {[string, string]} a request and what stands behind it */
function split(line) {
  const [, request = '', words = ''] = /^(\.\S+) ?(.*)$/.exec(line) ?? [];
  return [request, words];
}

/** Terms with what is said of them, or points; as long as there are any. */
function items(reader, request) {
  const found = [];
  while (reader.lines[reader.at]?.startsWith(request)) {
    reader.at += 1;
    const term = request === '.TP' ? `<dt>${inline(reader.lines[reader.at++] ?? '')}</dt>` : '';
    found.push(request === '.TP' ? `${term}\n<dd>${text(reader)}</dd>` : `<li>${text(reader)}</li>`);
  }
  const tag = request === '.TP' ? 'dl' : 'ul';
  return `<${tag}>\n${found.join('\n')}\n</${tag}>`;
}

function display(reader) {
  const { lines, name } = reader;
  const end = lines.indexOf('.EE', reader.at);
  if (lines[reader.at + 1] !== '.EX' || lines[end + 1] !== '.RE') throw new TypeError(`${name}: line ${reader.at + 1} starts no display`);
  const shown = lines.slice(reader.at + 2, end).map((line) => inline(line)).join('\n');
  reader.at = end + 2;
  return `<pre class="manual">${shown}</pre>`;
}

/** Lines until the next block. */
function text(reader) {
  const lines = [];
  for (let line = reader.lines[reader.at]; line !== undefined; line = reader.lines[++reader.at]) {
    const [request, words = ''] = line.startsWith('.') ? split(line) : [''];
    if (request === '') lines.push(inline(line));
    else if (request === '.B') lines.push(`<b>${inline(words)}</b>`);
    else if (request === '.I') lines.push(`<i>${inline(words)}</i>`);
    else if (request === '.RI') lines.push(alternating(words));
    else if (request === '.BR') lines.push(reference(words, reader));
    else if (['.SH', '.SS', '.PP', '.TP', '.IP', '.RS'].includes(request)) break;
    else throw new TypeError(`${reader.name}: no page used ${request} before; say in docs/site/man-page.mjs what it looks like`);
  }
  return lines.filter((line) => line !== '').join('\n');
}

/** `[ OPTION \&...]`: every second word is in italics; without spaces between. */
function alternating(words) {
  return words.split(' ').map((word, index) => (index % 2 === 1 ? `<i>${inline(word)}</i>` : inline(word))).join('');
}

/** `auxctl\-dump (5) ,` */
function reference(words, { name, others }) {
  const [page = '', number = '', rest = ''] = words.split(' ').map(unescaped);
  const file = `${page}.${number.slice(1, -1)}`;
  if (!others.has(file) && page.startsWith('auxctl')) throw new TypeError(`${name} refers to ${page}${number}, which is not there`);
  return `${others.has(file) ? `<a href="${posix.join('.', `${file}.md`)}">${page}${number}</a>` : `<b>${page}</b>${number}`}${rest}`;
}

function headingText(words) {
  const heading = unescaped(words.replaceAll(/^"|"$/g, '').replaceAll(/\\f[BIR]/g, ''));
  return heading === heading.toUpperCase() ? heading.charAt(0) + heading.slice(1).toLowerCase() : heading.replaceAll(/[<>*_[\]]/g, '\\$&');
}

function unescaped(roff) {
  return roff.replaceAll(/\\(\(..|.)/g, (escape) => ESCAPES[escape] ?? expectKnown(escape));
}

function expectKnown(escape) {
  throw new TypeError(`no page used ${escape} before; say in docs/site/man-page.mjs what it means`);
}

/** Text with fonts as HTML. */
function inline(roff) {
  let font = FONTS.R;
  return roff.split(/(\\f[BIR])/).map((part) => {
    const [, changed] = /^\\f([BIR])$/.exec(part) ?? [];
    if (changed !== undefined) font = FONTS[changed];
    if (changed !== undefined || part === '') return '';
    return font[0] + unescaped(part).replaceAll(SPECIAL, (character) => `&#${character.charCodeAt(0)};`) + font[1];
  }).join('');
}
