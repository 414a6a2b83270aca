import fc from 'fast-check';

/** Texts made of one by replacing a few of its words, marks and blanks with others of its own or of `words`. */
export function mutations(text: string, words: readonly string[]): fc.Arbitrary<string> {
  const pieces = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
  const place = fc.nat({ max: pieces.length - 1 });
  const change = fc.record({ at: place, length: fc.nat({ max: 6 }), word: fc.oneof(fc.constantFrom(...words), place.map((index) => pieces[index] ?? '')) });
  return fc.array(change, { minLength: 1, maxLength: 12 }).map((changes) => {
    const changed = [...pieces];
    for (const { at, length, word } of changes) changed.splice(at, length, word);
    return changed.join('');
  });
}
