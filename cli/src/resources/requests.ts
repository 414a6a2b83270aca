import { makeRequest, UsageError, type ResourceCount, type ResourceKind, type ResourceRequest } from '@auxctl/core';

/** So many dumps can one command line ask for. */
const MOST_REQUESTS = 4096;

/** The requests that words such as `QPN=1,4..6` and a count ask for: one for each combination of values. Throws as {@link makeRequest} does. */
export function readRequests(kind: ResourceKind, words: readonly string[], count: string | undefined): ResourceRequest[] {
  let given: Readonly<Record<string, string | number>>[] = [{}];
  for (const [name, values] of readWords(words)) {
    if (given.length * values.length > MOST_REQUESTS) throw new UsageError('ERR_USAGE', `these are more than ${MOST_REQUESTS} dumps at once`);
    given = given.flatMap((each) => values.map((value) => ({ ...each, [name]: value })));
  }
  return given.map((each) => makeRequest(kind, each, readCount(count)));
}

function readWords(words: readonly string[]): ReadonlyMap<string, readonly (string | number)[]> {
  const found = new Map<string, readonly (string | number)[]>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 1) throw new UsageError('ERR_USAGE', `'${word}' is not of the form index=value`);
    const name = word.slice(0, equals);
    if (found.has(name)) throw new UsageError('ERR_USAGE', `'${name}' is given twice`);
    found.set(name, word.slice(equals + 1).split(',').flatMap((part) => readPart(part, word)));
  }
  return found;
}

/** A number, a word such as `all`, or a range. */
function readPart(part: string, word: string): readonly (string | number)[] {
  const range = /^(0x[0-9a-f]+|\d+)\.\.(0x[0-9a-f]+|\d+)$/i.exec(part);
  if (range?.[1] === undefined || range[2] === undefined) return [part];
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first || last - first >= MOST_REQUESTS) throw new UsageError('ERR_USAGE', `'${word}' is no range of at most ${MOST_REQUESTS} numbers`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function readCount(text: string | undefined): ResourceCount | undefined {
  if (text === undefined || text === 'all' || text === 'active') return text;
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) return Number(text);
  throw new UsageError('ERR_USAGE', `--count: '${text}' is no number, and not all or active`);
}

/** A whole number from `least` to `most`. Throws `ERR_USAGE` naming the option. */
export function readNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(number) || number < least || number > most) throw new UsageError('ERR_USAGE', `${option}: '${text}' is no number from ${least} to ${most}`);
  return number;
}
