import { UsageError } from '@auxctl/core';

/** Takes words of the form `NAME=VALUE` apart, in order. Throws `ERR_USAGE` for one of another form, and for a name that is given twice. */
export function assignments(words: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 1) throw new UsageError('ERR_USAGE', `'${word}' is not of the form NAME=VALUE`);
    const name = word.slice(0, equals);
    if (values.has(name)) throw new UsageError('ERR_USAGE', `${name} is given twice`);
    values.set(name, word.slice(equals + 1));
  }
  return Object.fromEntries(values);
}
