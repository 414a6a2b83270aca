import type { Patience } from '../patience/patience.js';

/** Lets one in at a time, in the order in which they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Waits for a turn and returns what ends it. Rejects as the patience does; then nothing is held. */
  async take(patience: Patience, what: string): Promise<() => void> {
    if (this.#isTaken) await patience.until((granted) => this.#join(granted), what);
    else patience.check(what);
    this.#isTaken = true;
    return () => { this.#next(); };
  }

  /** Resolves once nobody is in. Those who wait must have given up, or are let in before. */
  async idle(): Promise<void> {
    if (!this.#isTaken) return;
    await new Promise<void>((resolve) => { this.#join(resolve); });
    this.#next();
  }

  #join(granted: () => void): () => void {
    this.#waiting.push(granted);
    return () => {
      const at = this.#waiting.indexOf(granted);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** Whoever is next is in at once, so that nobody comes between. */
  #next(): void {
    const granted = this.#waiting.shift();
    if (granted === undefined) this.#isTaken = false;
    else granted();
  }
}
