import { UsageError, type FieldInput, type FieldInputValue } from '@auxctl/core';

type Tree = Map<string, string | Tree>;

/**
 * Reads `name=value`, `a.b=value` and `x[3]=value` into fields to encode; elements of arrays are keyed by their number. Names and
 * values are not looked up here: the layout's encoder does that. Throws `ERR_USAGE`.
 */
export function parseFieldArguments(words: readonly string[]): FieldInput {
  const fields: Tree = new Map();
  for (const word of words) {
    const { path, value } = split(word);
    place(fields, parsePath(path, word), value, word);
  }
  return toInput(fields);
}

/** The fields that the words set, as typed. */
export function fieldPaths(words: readonly string[]): string[] {
  return words.map((word) => split(word).path);
}

function split(word: string): { path: string; value: string } {
  const equals = word.indexOf('=');
  if (equals < 1) throw new UsageError('ERR_USAGE', `'${word}' is not of the form field=value`);
  return { path: word.slice(0, equals), value: word.slice(equals + 1) };
}

function parsePath(path: string, word: string): string[] {
  return path.split('.').flatMap((part) => {
    const match = /^([A-Za-z_]\w*)((?:\[\d{1,7}\])*)$/.exec(part);
    if (match?.[1] === undefined) throw new UsageError('ERR_USAGE', `'${path}' in '${word}' is not a field`, { hint: 'Fields are written as name, a.b or x[3].' });
    return [match[1], ...Array.from((match[2] ?? '').matchAll(/\d+/g), ([digits]) => String(Number(digits)))];
  });
}

function place(fields: Tree, steps: readonly string[], value: string, word: string): void {
  let tree = fields;
  for (const step of steps.slice(0, -1)) {
    const next = tree.get(step) ?? new Map<string, string | Tree>();
    if (typeof next === 'string') throw new UsageError('ERR_USAGE', `'${word}' sets a part of a field that is already set as a whole`);
    tree.set(step, next);
    tree = next;
  }
  const last = steps.at(-1) ?? '';
  if (tree.has(last)) throw new UsageError('ERR_USAGE', `'${split(word).path}' is set twice`);
  tree.set(last, value);
}

function toInput(tree: Tree): FieldInput {
  return Object.fromEntries(Array.from(tree, ([name, value]): [string, FieldInputValue] => [name, typeof value === 'string' ? value : toInput(value)]));
}
