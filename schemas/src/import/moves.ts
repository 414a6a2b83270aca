import type { FieldOrigin } from './header/taken.js';

/** Where a field went when corrections gave it another name or joined it with its neighbour. */
interface Destination {
  readonly field: string;
  readonly part?: NonNullable<FieldOrigin['part']>;
}

/** What corrections made of the fields' names, so that each can still be found in its header. */
export class Moves {
  readonly #destinations = new Map<string, Destination>();

  /** Notes that `structure.from` is now `to`. */
  add(structure: string, from: string, to: Destination): void {
    if (from === to.field && to.part === undefined) return;
    for (const [key, earlier] of this.#destinations) {
      if (key.startsWith(`${structure}.`) && earlier.field === from) this.#destinations.set(key, { ...earlier, ...to });
    }
    this.#destinations.set(`${structure}.${from}`, to);
  }

  /** The same origins, by the fields' present names. */
  follow(origins: readonly FieldOrigin[]): FieldOrigin[] {
    return origins.map((origin) => {
      const destination = origin.field === undefined ? undefined : this.#destinations.get(`${origin.structure}.${origin.field}`);
      return destination === undefined ? origin : { ...origin, ...destination };
    });
  }
}
