/** What became of a check that did not fail. */
export type CheckOutcome =
  | { readonly told: string }
  | { readonly skipped: string };

/** One thing that a plugin has to keep. */
export interface ConformanceCheck {
  /** What it is about. */
  readonly group: 'data' | 'channel' | 'effects' | 'writing' | 'faults';
  /** A sentence that is true of a good plugin. */
  readonly name: string;
  /** Resolves with what was looked at, or why nothing was; rejects with an `AssertionError` or whatever the plugin threw. Can be run again. */
  readonly run: () => Promise<CheckOutcome>;
}

/** A check that ran, and what it looked at: `86 registers, 3 refused`. */
export function told(text: string): CheckOutcome {
  return { told: text };
}

/** A check that could not run, and why. */
export function skipped(reason: string): CheckOutcome {
  return { skipped: reason };
}

/** `1 register`, `2 registers`. */
export function plural(count: number, word: string): string {
  const many = word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
  return `${count} ${count === 1 ? word : many}`;
}
