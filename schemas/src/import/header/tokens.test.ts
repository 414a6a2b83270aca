import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tokenizer, type Token } from './tokens.js';

function all(text: string): Token[] {
  const tokenizer = new Tokenizer(text);
  const tokens: Token[] = [];
  for (let token = tokenizer.next(); token.kind !== 'end'; token = tokenizer.next()) tokens.push(token);
  return tokens;
}

test('words, numbers and marks, with their lines', () => {
  expect(all('u8 x[0x8];\r\n/* a\n * b */ y // c\n<< "a;b" \'}\' a\\\nb').map(({ kind, text, line }) => `${line} ${kind} ${text}`)).toEqual([
    '1 name u8', '1 name x', '1 mark [', '1 number 0x8', '1 mark ]', '1 mark ;', '3 name y', '4 mark <<', '4 text "a;b"', '4 text \'}\'', '4 name a', '5 name b',
  ]);
});

test('a preprocessor\'s line is one token, without comments and continuations', () => {
  expect(all('  # define A /* x\n */ (1 + \\\n 2) // y\nz # w').map(({ kind, text, line }) => `${line} ${kind} ${text}`)).toEqual(['1 directive define A   (1 +   2)', '4 name z', '4 mark #', '4 name w']);
});

test('any text ends, and no token is empty', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
    expect(all(text).every(({ kind, text: word }) => word !== '' || kind === 'directive')).toBe(true);
  }));
});
