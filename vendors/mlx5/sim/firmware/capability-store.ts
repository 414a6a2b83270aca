import type { CapabilityProfile } from '../profiles/types.js';

/** Which of a capability's two values. */
export type CapabilityMode = 'current' | 'maximum';

/** A function's capabilities: what the device offers at most, and what the driver has made current. */
export class CapabilityStore {
  readonly #offered: ReadonlyMap<number, CapabilityProfile>;
  readonly #set = new Map<number, Uint8Array>();

  constructor(offered: ReadonlyMap<number, CapabilityProfile>) {
    this.#offered = offered;
  }

  /** The capability's bytes, not to be modified; `undefined` when the function has no such type. */
  get(type: number, mode: CapabilityMode): Uint8Array | undefined {
    const offered = this.#offered.get(type);
    return mode === 'maximum' ? offered?.maximum : (this.#set.get(type) ?? offered?.current);
  }

  /** What the driver has made current, by type. */
  get chosen(): ReadonlyMap<number, Uint8Array> {
    return this.#set;
  }

  /** Makes `value` current and keeps it. */
  set(type: number, value: Uint8Array): void {
    this.#set.set(type, value);
  }
}
