import { expect, test } from 'vitest';
import { evaluate } from './expression.js';

const words = (text: string): string[] => text.match(/\w+|<<|>>|\S/g) ?? [];
const lookup = (name: string): bigint | undefined => ({ TWO: 2n, MANY: 1n << 60n })[name];

test.each([
  ['0x1F', 31n], ['017', 15n], ['0b101', 5n], ['42UL', 42n], ['0', 0n], ['(6) + (1)', 7n], ['1 + 2 * 3', 7n], ['(1 + 2) * 3', 9n], ['10 - 2 - 3', 5n],
  ['1 << 3 | 1', 9n], ['~0 & 0xff', 255n], ['-TWO + 5', 3n], ['BIT(3)', 8n], ['BIT_ULL(TWO + 30)', 1n << 32n], ['7 / 2 % 2', 1n], ['6 ^ 3', 5n], ['256 >> 4', 16n],
])('%s = %s', (text, value) => {
  expect(evaluate(words(text), lookup)).toBe(value);
});

test.each(['', 'NONE', '1 +', '(1', '1)', '1 2', '08', '0x', '1 / 0', '1 % 0', '1 << 64', '1 << -1', 'BIT(64)', 'sizeof(x)', 'f(1)', '1.5', 'MANY * MANY * MANY', `${'('.repeat(300)}1`])('%s has no value', (text) => {
  expect(evaluate(words(text), lookup)).toBeUndefined();
});
