/** All pieces of text that are looked for have so many characters at least: they are found by these. */
const KEY_LENGTH = 4;

interface Replacement {
  readonly sought: string;
  readonly by: string;
}

/** Replaces any of many pieces of text in one pass, the longest that fits first. */
export class Replacer {
  readonly #byStart = new Map<string, Replacement[]>();
  readonly #fold: (text: string) => string;

  /** `isExact`: capitals are not the same as small letters. */
  constructor(isExact: boolean) {
    this.#fold = isExact ? (text) => text : (text) => text.toLowerCase();
  }

  /** The first that is added for some text counts. Text that is too short to be told from chance is passed over. */
  add(sought: string, by: string): void {
    const folded = this.#fold(sought);
    if (folded.length < KEY_LENGTH || folded.length !== sought.length) return;
    const key = folded.slice(0, KEY_LENGTH);
    const known = this.#byStart.get(key) ?? [];
    if (known.some((each) => each.sought === folded)) return;
    this.#byStart.set(key, [...known, { sought: folded, by }].sort((a, b) => b.sought.length - a.sought.length));
  }

  /** The text with all that was added replaced; the same where there is none of it. */
  replace(text: string): string {
    const folded = this.#fold(text);
    if (this.#byStart.size === 0 || folded.length !== text.length) return text;
    let replaced = '';
    let done = 0;
    for (let at = 0; at + KEY_LENGTH <= folded.length; at++) {
      const found = this.#byStart.get(folded.slice(at, at + KEY_LENGTH))?.find(({ sought }) => folded.startsWith(sought, at));
      if (found === undefined) continue;
      replaced += text.slice(done, at) + found.by;
      done = at + found.sought.length;
      at = done - 1;
    }
    return replaced + text.slice(done);
  }
}
