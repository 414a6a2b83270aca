/** One object that the driver made. */
export interface StoredObject {
  /** The context as it was given at creation, up to the end of the request; kept and never modified. */
  readonly context: Uint8Array;
  /** Whose it is: the user context that made it, 0 for the driver. */
  readonly uid: number;
}

/** The objects of a function by kind and key. A key is the numbers that name an object, joined by `/`. */
export class ObjectStore {
  readonly #kinds = new Map<string, Map<string, StoredObject>>();

  /** By kind and key. */
  get all(): ReadonlyMap<string, ReadonlyMap<string, StoredObject>> {
    return this.#kinds;
  }

  get(kind: string, key: string): StoredObject | undefined {
    return this.#kinds.get(kind)?.get(key);
  }

  /** How many objects of a kind there are. */
  countOf(kind: string): number {
    return this.#kinds.get(kind)?.size ?? 0;
  }

  set(kind: string, key: string, object: StoredObject): void {
    const objects = this.#kinds.get(kind) ?? new Map<string, StoredObject>();
    this.#kinds.set(kind, objects);
    objects.set(key, object);
  }

  /** False when there is no such object. */
  delete(kind: string, key: string): boolean {
    return this.#kinds.get(kind)?.delete(key) ?? false;
  }

  /** All are gone. */
  clear(): void {
    this.#kinds.clear();
  }
}
