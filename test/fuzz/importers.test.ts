import { readFileSync } from 'node:fs';
import { checkLayoutSet } from '@auxctl/schemas';
import { documentText, importAdb, importHsi, importIfc, IMPORT_RULES, type HeaderImportOptions, type LayoutImport } from '@auxctl/schemas/import';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutations } from './support/mutate.js';
import { fuzzRuns } from './support/runs.js';

const MOST_MS = 2000;
const MOST_LONG_MS = 5000;
const MOST_BYTES = 64 * 1024 * 1024;
const RUNS = fuzzRuns(1000);
const TIMEOUT_MS = 120_000 + RUNS * 20;

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const C_WORDS = ['{', '}', '[', ']', '(', ')', ';', ',', '#', '/*', '*/', '"', '\\\n', '0', '-1', '0xffffffffffffffff', '1 << 63', '#if', '#else', '#endif', 'struct', 'union', 'enum', 'u8', 'value', '__proto__', '\0', '\u{1f600}', '__packed', '__aligned(8)', '#pragma pack(1)\n', '#pragma pack(pop)\n'];

type Importer = (text: string, options: HeaderImportOptions) => LayoutImport;

const formats: readonly [name: string, importer: Importer, main: string, more: string, words: readonly string[]][] = [
  ['ifc', importIfc, fixture('ifc/sample_ifc.h'), fixture('ifc/sample_ifc_more.h'), [...C_WORDS, '#define SAMPLE_PAIRS SAMPLE_PAIRS', 'DECLARE_FLEX_ARRAY(', 'sample_ifc_port_bits', 'sample_ifc_list_bits']],
  ['hsi', importHsi, fixture('hsi/sample_hsi.h'), fixture('hsi/sample_hsi_more.h'), [...C_WORDS, '__le64', '__be32', 'char', 's8', '_MASK 0xffffffffffffffff', '_SFT 64', '_LAST', '#define COMPLETION_TYPE_MASK COMPLETION_TYPE_MASK\n', '[0]', '[]']],
  ['adb', importAdb, fixture('adb/sample.adb'), fixture('adb/sub/sample_more.adb'), ['<', '>', '/>', '"', '&', '&amp;', '&e;', '<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE a [<!ENTITY e "x">]>', '</node>', '</NodesDefinition>', '<node name="n" size="0x4">', '0', '-1', '0xffffffff', '.31', '99999999', 'VARIABLE', 'subnode="page"', 'subnode="arrays"', 'attr_is_union="1"', 'big_endian_arr="0"', 'cr_data_wdt="64"', '__proto__', '\0', '\u{1f600}']],
];

const options = (more: string): HeaderImportOptions => ({ file: 'sample', find: () => ({ file: 'sample_more', text: more }), documentName: (file) => file, revision: 'r' });

describe.each(formats)('%s', (_name, importer, main, more, words) => {
  test(`${RUNS} mutated files give only documented problems and valid layouts, in bounded time and memory`, { timeout: TIMEOUT_MS }, () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    fc.assert(fc.property(mutations(main, words), (text) => {
      const started = performance.now();
      const { documents, problems, definedCount, takenCount } = importer(text, options(more));
      expect(performance.now() - started).toBeLessThan(MOST_MS);
      expect(takenCount).toBeLessThanOrEqual(definedCount);
      for (const { rule, line, file } of problems) {
        expect(IMPORT_RULES).toContain(rule);
        expect(rule).not.toBe('layout');
        expect(line).toBeGreaterThan(0);
        expect(file).toMatch(/^sample/);
      }
      expect(checkLayoutSet(new Map([...documents].map(([path, document]) => [`${path}.json`, JSON.parse(documentText(document)) as unknown])))).toEqual([]);
    }), { numRuns: RUNS });
    globalThis.gc?.();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(MOST_BYTES);
  });

  test('the beginning of a file, wherever it is cut', { timeout: TIMEOUT_MS }, () => {
    for (let end = 0; end < main.length; end += 97) {
      const { documents } = importer(main.slice(0, end), options(more));
      expect(checkLayoutSet(new Map([...documents].map(([path, document]) => [`${path}.json`, document])))).toEqual([]);
    }
  });
});

const repeat = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, index) => make(index)).join('\n');
const nodes = (body: string): string => `<NodesDefinition>${body}</NodesDefinition>`;
const node = (name: string, size: string, body: string): string => `<node name="${name}" size="${size}">${body}</node>`;

test.each<[string, Importer, string]>([
  ['structures inside one another', importIfc, 'struct a_ifc_s_bits {'.repeat(20_000)],
  ['unions without names', importIfc, `struct a_ifc_s_bits {${'union {'.repeat(20_000)}`],
  ['parentheses', importIfc, `struct a_ifc_s_bits { u8 x[${'('.repeat(100_000)}]; };`],
  ['a chain of structures', importIfc, repeat(5000, (index) => `struct a_ifc_s${index}_bits { struct a_ifc_s${index + 1}_bits x[2]; };`)],
  ['macros that name one another', importIfc, `${repeat(3000, (index) => `#define A${index} A${index + 1} + A${index + 1}`)}\nstruct a_ifc_s_bits { u8 x[A0]; };`],
  ['constants of one enum', importIfc, `enum {${repeat(20_000, (index) => `A_S_X_${index},`)}}; struct a_ifc_s_bits { u8 x[32]; };`],
  ['members of one structure', importIfc, `struct a_ifc_s_bits {${repeat(20_000, (index) => `u8 x${index}[8];`)}};`],
  ['a comment without end', importIfc, '/*'.repeat(100_000)],
  ['line continuations', importIfc, '\\\n'.repeat(100_000)],
  ['aligned structures inside one another', importHsi, `struct s {${'struct {'.repeat(15)} u8 x; ${'} y;'.repeat(15)} };`],
  ['a chain of aligned structures', importHsi, repeat(5000, (index) => `struct s${index} { u8 x; struct s${index + 1} y; };`)],
  ['a circle of structures', importHsi, 'struct a { struct b x; }; struct b { struct a x; };'],
  ['huge arrays', importHsi, 'struct s { __le64 a[0xffffffff]; }; struct t { struct { __le64 b[0xfffff]; } c[0xfffff]; };'],
  ['constants of one field', importHsi, `struct s { __le32 x;\n${repeat(10_000, (index) => `#define S_X_A${index} 0x${index.toString(16)}`)}\n};`],
  ['masks of one field', importHsi, `struct s { __le32 x;\n${repeat(1000, (index) => `#define S_X_A${index}_MASK 0x1\n#define S_X_A${index}_SFT 0`)}\n};`],
  ['packings inside one another', importHsi, `${'#pragma pack(push, 1)\n'.repeat(50_000)}struct s { u8 x; __le32 y; };`],
  ['elements inside one another', importAdb, '<node>'.repeat(50_000)],
  ['a chain of nodes', importAdb, nodes(repeat(3000, (index) => node(`n${index}`, '0x4', `<field name="x" offset="0x0" size="0x4" subnode="n${index + 1}"/>`)))],
  ['a circle of nodes', importAdb, nodes(node('a', '0x4', '<field name="x" offset="0x0" size="0x4" subnode="b"/>') + node('b', '0x4', '<field name="x" offset="0x0" size="0x4" subnode="a"/>'))],
  ['nodes with twice the node before in them', importAdb, nodes(repeat(30, (index) => node(`n${index}`, `0x${(4 * 2 ** Math.min(index, 20)).toString(16)}`, index === 0 ? '<field name="x" offset="0x0" size="0x4"/>' : `<field name="x" offset="0x0" size="0x${(4 * 2 ** Math.min(index, 20)).toString(16)}" low_bound="0" high_bound="1" subnode="n${index - 1}"/>`)))],
  ['fields of one node', importAdb, nodes(node('n', '0x10000', repeat(16_000, (index) => `<field name="x${index}" size="0x0.8"/>`)))],
  ['huge bounds', importAdb, nodes(`<config big_endian_arr="1"/>${node('n', '0xffffff', '<field name="x" offset="0x0.24" size="0xffffff" low_bound="0" high_bound="16777214"/>')}`)],
  ['single elements', importAdb, nodes(node('n', '0x20000', '<field name="x" offset="0x0.0" size="0x20000" low_bound="0" high_bound="1048575"/>'))],
  ['values of one field', importAdb, nodes(node('n', '0x4', `<field name="x" offset="0x0" size="0x4" enum="${repeat(4000, (index) => `A${index}=${index},`)}"/>`))],
  ['a long attribute', importAdb, nodes(node('n', '0x4', `<field name="x" offset="0x0" size="0x4" descr="${'x'.repeat(1_000_000)}"/>`))],
  ['entities', importAdb, nodes('&amp;'.repeat(100_000))],
  ['a comment of XML without end', importAdb, `<NodesDefinition><!--${'-'.repeat(100_000)}`],
])('much of one thing ends soon: %s', (_name, importer, text) => {
  const started = performance.now();
  const { documents } = importer(text, { file: 'h.h', documentName: (file) => file, revision: 'r' });
  expect(performance.now() - started).toBeLessThan(MOST_LONG_MS);
  expect(documents.size).toBeLessThanOrEqual(5000);
});

test('a file that includes itself, by ever new names, ends', () => {
  let count = 0;
  const find = (name: string) => ({ file: `${name}${count++}`, text: nodes(`<include file="x"/>${node(`n${count}`, '0x4', '')}`) });
  const { problems } = importAdb(nodes('<include file="x"/>'), { file: 'f', find, documentName: (file) => file, revision: 'r' });
  expect(count).toBeLessThan(100);
  expect(problems.some(({ rule }) => rule === 'include')).toBe(true);
});
