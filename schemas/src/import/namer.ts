const NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Can a layout have this name? */
export function isLayoutName(name: string): boolean {
  return NAME.test(name);
}

/** Gives names out, each once; those that differ only in case count as one. */
export class Namer {
  readonly #taken = new Set<string>();

  constructor(taken: Iterable<string> = []) {
    for (const name of taken) this.#taken.add(name.toLowerCase());
  }

  /** The first name that is free; the last one with a number behind it when none is. */
  first(wanted: readonly string[]): string {
    const last = wanted.at(-1) ?? '';
    let name = wanted.find((each) => this.#isFree(each)) ?? last;
    for (let number = 2; !this.#isFree(name); number++) name = `${last}_${number}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name.toLowerCase());
  }
}
