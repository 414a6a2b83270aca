import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldPaths, parseFieldArguments } from './field-arguments.js';

describe('fields on the command line', () => {
  it.each([
    { words: [], fields: {} },
    { words: ['a=1', 'b=up'], fields: { a: '1', b: 'up' } },
    { words: ['a='], fields: { a: '' } },
    { words: ['a=b=c'], fields: { a: 'b=c' } },
    { words: ['a.b=1', 'a.c=0x2'], fields: { a: { b: '1', c: '0x2' } } },
    { words: ['x[3]=7', 'x[0]=1'], fields: { x: { 3: '7', 0: '1' } } },
    { words: ['x[03].y=7'], fields: { x: { 3: { y: '7' } } } },
    { words: ['m[1][2]=9'], fields: { m: { 1: { 2: '9' } } } },
    { words: ['constructor=1', '__proto__=2'], fields: Object.fromEntries([['constructor', '1'], ['__proto__', '2']]) },
  ])('$words', ({ words, fields }) => {
    expect(parseFieldArguments(words)).toEqual(fields);
  });

  it.each([
    ['a', /not of the form field=value/],
    ['=1', /not of the form field=value/],
    ['a..b=1', /not a field/],
    ['a-b=1', /not a field/],
    ['[3]=1', /not a field/],
    ['a[=1', /not a field/],
    ['a[-1]=1', /not a field/],
    ['a[12345678]=1', /not a field/],
    ['1a=1', /not a field/],
  ])('refuses %s', (word, message) => {
    expect(() => parseFieldArguments([word])).toThrow(expect.objectContaining({ code: 'ERR_USAGE', exitStatus: 2, message: expect.stringMatching(message) as string }));
  });

  it.each([[['a=1', 'a=2']], [['a.b=1', 'a.b=1']]])('refuses a field that is set twice: %s', (words) => {
    expect(() => parseFieldArguments(words)).toThrow(/is set twice/);
  });

  it('refuses a part of what is set as a whole, and the other way round', () => {
    expect(() => parseFieldArguments(['a=1', 'a.b=2'])).toThrow(/already set as a whole/);
    expect(() => parseFieldArguments(['a.b=2', 'a=1'])).toThrow(/is set twice/);
  });

  it('knows the paths that were set', () => {
    expect(fieldPaths(['a=1', 'b.c=2', 'x[3]=4'])).toEqual(['a', 'b.c', 'x[3]']);
  });

  it('either reads a word or refuses it as a usage error', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 4 }), (words) => {
      try {
        parseFieldArguments(words);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_USAGE' });
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }));
  });
});
