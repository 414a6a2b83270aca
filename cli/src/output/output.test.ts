import { describe, expect, it } from 'vitest';
import { hexDump } from './hex.js';
import { toJson } from './json.js';
import { quoteWord } from './shell.js';
import { COLOR, PLAIN } from './style.js';
import { pairs, printable, table } from './table.js';

const rows = [{ name: 'a', size: 4, note: '' }, { name: 'longer', size: 1024, note: '' }];
const columns = [
  { heading: 'NAME', cell: ({ name }: (typeof rows)[number]) => name },
  { heading: 'SIZE', cell: ({ size }: (typeof rows)[number]) => String(size), align: 'right' as const },
  { heading: 'NOTE', cell: ({ note }: (typeof rows)[number]) => note },
];

describe('tables', () => {
  it('aligns columns, leaves empty ones out and ends no line with blanks', () => {
    expect(table(rows, columns, PLAIN)).toMatchInlineSnapshot(`
      "NAME    SIZE
      a          4
      longer  1024
      "
    `);
  });

  it('takes more rows than a call takes arguments', () => {
    expect(table(Array.from({ length: 200_000 }, () => ({ name: 'a', size: 1, note: '' })), columns, PLAIN)).toHaveLength('NAME  SIZE\n'.length * 200_001);
  });

  it('is nothing without rows', () => {
    expect(table([], columns, PLAIN)).toBe('');
  });

  it('aligns by what is seen, not by colour codes', () => {
    const painted = table(rows, [{ heading: 'NAME', cell: ({ name }) => name, paint: (_row, text, style) => style.bad(text) }, ...columns.slice(1)], COLOR);
    expect(painted).toContain('\u001b['); expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(table(rows, columns, PLAIN));
  });

  it('leaves pairs without a value out', () => {
    expect(pairs([['one', '1'], ['longer name', undefined], ['two', ''], ['three', '3']], PLAIN)).toBe('one    1\nthree  3\n');
  });

  it('shows control characters instead of obeying them', () => {
    expect(printable('a\u001b[31mb\r\n\u009b')).toBe('a\\x1b[31mb\\x0d\\x0a\\x9b');
    expect(table([{ name: '\u001b]0;evil\u0007', size: 1, note: '' }], columns, PLAIN)).not.toMatch(/\u001b|\u0007/);
  });
});

it('dumps bytes', () => {
  expect(hexDump(Uint8Array.from([...Buffer.from('auxctl'), 0, 255, 127, ...Array.from({ length: 9 }, (_, index) => index)]))).toMatchInlineSnapshot(`
    "00000000  61 75 78 63 74 6c 00 ff  7f 00 01 02 03 04 05 06  |auxctl..........|
    00000010  07 08                                             |..|
    "
  `);
  expect(hexDump(new Uint8Array())).toBe('');
});

it('writes bigints and bytes as JSON', () => {
  expect(JSON.parse(toJson({ wide: 2n ** 64n, bytes: Uint8Array.of(1, 171), nothing: undefined }))).toEqual({ wide: '18446744073709551616', bytes: '01ab' });
});

it.each([['a', 'a'], ['local_port=1', 'local_port=1'], ['/a/b.c', '/a/b.c'], ['', '\'\''], ['a b', '\'a b\''], ['it\'s', '\'it\'\\\'\'s\''], ['$(x)', '\'$(x)\'']])('quotes %j for a shell', (word, quoted) => {
  expect(quoteWord(word)).toBe(quoted);
});
