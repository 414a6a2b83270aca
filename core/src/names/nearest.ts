import { compareNames } from './compare.js';

/** Names longer than this are not compared: nobody mistypes them by a few letters. */
const MAX_LENGTH = 128;

/**
 * The candidates that a mistyped name most probably means, best first, without repetition. Letter case does not count. A candidate
 * qualifies when it contains the name or begins it (three letters or more), or when at most a third of the name's letters were
 * changed, left out, added or swapped with their neighbour.
 */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string[] {
  const wanted = name.toLowerCase();
  if (wanted.length === 0 || wanted.length > MAX_LENGTH) return [];
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const ranked: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const distance = rank(wanted, candidate.toLowerCase(), limit);
    if (distance !== undefined) ranked.push({ candidate, distance });
  }
  ranked.sort((a, b) => a.distance - b.distance || compareNames(a.candidate, b.candidate));
  return ranked.slice(0, most).map(({ candidate }) => candidate);
}

/** Lower is nearer; a name that is a part of the other ranks after every small slip of the fingers. */
function rank(wanted: string, candidate: string, limit: number): number | undefined {
  if (candidate.length === 0 || candidate.length > MAX_LENGTH) return undefined;
  const distance = Math.abs(wanted.length - candidate.length) <= limit ? editDistance(wanted, candidate) : Infinity;
  if (distance <= limit) return distance;
  const partial = wanted.length >= 3 && (candidate.includes(wanted) || (candidate.length >= 3 && wanted.startsWith(candidate)));
  return partial ? limit + Math.abs(wanted.length - candidate.length) / MAX_LENGTH : undefined;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      current.push(cell(a, b, row, column, { beforeLast, last, current }));
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

function cell(a: string, b: string, row: number, column: number, { beforeLast, last, current }: Rows): number {
  const same = a[row - 1] === b[column - 1];
  const best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
  const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
  return swapped ? Math.min(best, at(beforeLast, column - 2) + 1) : best;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
