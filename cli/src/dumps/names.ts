import { nearest, UsageError } from '@auxctl/core';

/** Something with a name of a kind, as dumps hold it. */
export interface Named {
  readonly kind: string;
  readonly name: string;
}

/** Words that choose among names: `PAOS`, `PP*`, `register/P?CNT`; without regard to case. */
export class NameFilter {
  readonly #patterns: readonly { readonly word: string; readonly matches: (named: Named) => boolean }[];

  /** Without words everything is chosen. */
  constructor(words: readonly string[]) {
    this.#patterns = words.map((word) => ({ word, matches: matcher(word) }));
  }

  /** Is this chosen? */
  readonly has = (named: Named): boolean => this.#patterns.length === 0 || this.#patterns.some(({ matches }) => matches(named));

  /** Throws `ERR_UNKNOWN_NAME`, with the nearest names, for a word that chooses nothing of what there is; `nothing` begins the sentence. */
  requireUse(there: readonly Named[], { nothing }: { readonly nothing: string }): void {
    const idle = this.#patterns.find(({ matches }) => !there.some(matches));
    if (idle === undefined) return;
    const near = nearest(idle.word, [...new Set(there.flatMap(({ kind, name }) => (idle.word.includes('/') ? [`${kind}/${name}`] : [name])))]);
    throw new UsageError('ERR_UNKNOWN_NAME', `${nothing} called '${idle.word}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
  }
}

function matcher(word: string): (named: Named) => boolean {
  const source = word.replaceAll(/[^\w*?]/g, '\\$&').replaceAll(/\*+/g, '.*').replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, 'is');
  return word.includes('/') ? ({ kind, name }) => pattern.test(`${kind}/${name}`) : ({ name }) => pattern.test(name);
}
