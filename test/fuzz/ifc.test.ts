import { readFileSync } from 'node:fs';
import { checkLayoutSet } from '@auxctl/schemas';
import { documentText, importIfc, IMPORT_RULES } from '@auxctl/schemas/import';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const folder = new URL('../fixtures/ifc/', import.meta.url);
const [main, more] = ['sample_ifc.h', 'sample_ifc_more.h'].map((name) => readFileSync(new URL(name, folder), 'utf8')) as [string, string];
const pieces = main.match(/\w+|\s+|[^\w\s]/g) ?? [];
const MOST_MS = 500;

const WORDS = ['{', '}', '[', ']', '(', ')', ';', ',', '#', '/*', '*/', '"', '\\\n', '0', '-1', '0xffffffffffffffff', '1 << 63', '#if', '#else', '#endif', '#define SAMPLE_PAIRS SAMPLE_PAIRS', 'struct', 'union', 'enum', 'u8', 'DECLARE_FLEX_ARRAY(', 'sample_ifc_port_bits', 'sample_ifc_list_bits', 'value', '__proto__', '\0', '\u{1f600}'];
const mutation = fc.record({ at: fc.nat({ max: pieces.length - 1 }), length: fc.nat({ max: 6 }), word: fc.oneof(fc.constantFrom(...WORDS), fc.nat({ max: pieces.length - 1 }).map((index) => pieces[index] ?? '')) });

function mutated(mutations: readonly { readonly at: number; readonly length: number; readonly word: string }[]): string {
  const changed = [...pieces];
  for (const { at, length, word } of mutations) changed.splice(at, length, word);
  return changed.join('');
}

test('a mutated header gives only documented problems and valid layouts, in bounded time', { timeout: 120_000 }, () => {
  fc.assert(fc.property(fc.array(mutation, { minLength: 1, maxLength: 12 }), (mutations) => {
    const started = performance.now();
    const { documents, problems } = importIfc(mutated(mutations), { file: 'sample_ifc.h', find: (file) => ({ file, text: more }), documentName: (file) => file, revision: 'r' });
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    for (const { rule, line, file } of problems) {
      expect(IMPORT_RULES).toContain(rule);
      expect(rule).not.toBe('layout');
      expect(line).toBeGreaterThan(0);
      expect(file).toMatch(/^sample_ifc/);
    }
    expect(checkLayoutSet(new Map([...documents].map(([path, document]) => [`${path}.json`, JSON.parse(documentText(document)) as unknown])))).toEqual([]);
  }), { numRuns: 3000 });
});

test.each([
  ['structures inside one another', 'struct a_ifc_s_bits {'.repeat(20_000)],
  ['unions without names', `struct a_ifc_s_bits {${'union {'.repeat(20_000)}`],
  ['parentheses', `struct a_ifc_s_bits { u8 x[${'('.repeat(100_000)}]; };`],
  ['a chain of structures', Array.from({ length: 5000 }, (_, index) => `struct a_ifc_s${index}_bits { struct a_ifc_s${index + 1}_bits x[2]; };`).join('\n')],
  ['macros that name one another', Array.from({ length: 3000 }, (_, index) => `#define A${index} A${index + 1} + A${index + 1}`).join('\n') + '\nstruct a_ifc_s_bits { u8 x[A0]; };'],
  ['constants of one enum', `enum {${Array.from({ length: 20_000 }, (_, index) => `A_S_X_${index}`).join(',')}}; struct a_ifc_s_bits { u8 x[32]; };`],
  ['members of one structure', `struct a_ifc_s_bits {${Array.from({ length: 20_000 }, (_, index) => `u8 x${index}[8];`).join('')}};`],
  ['a comment without end', '/*'.repeat(100_000)],
  ['line continuations', '\\\n'.repeat(100_000)],
])('much of one thing ends soon: %s', (_name, text) => {
  const started = performance.now();
  importIfc(text, { file: 'h.h', documentName: (file) => file, revision: 'r' });
  expect(performance.now() - started).toBeLessThan(5000);
});
