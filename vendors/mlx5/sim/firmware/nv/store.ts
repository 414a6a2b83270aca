import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import { bitsAt, dword } from '../../wire.js';
import { NV_MODE, type NvItemProfile, type NvRecord } from './types.js';

/** One item: what the factory, the last boot and the next boot have to say. */
class NvItem {
  readonly profile: NvItemProfile;
  readonly factory: NvRecord;
  current: NvRecord;
  next: NvRecord;

  constructor(profile: NvItemProfile) {
    this.profile = profile;
    this.factory = { data: profile.factory, writer: 0 };
    this.current = this.factory;
    this.next = this.factory;
  }
}

/** The non-volatile configuration of a device. It outlives every reset; writing changes what the next boot takes, and only that. */
export class NvStore {
  readonly #items: ReadonlyMap<number, NvItem>;

  constructor(profiles: readonly NvItemProfile[]) {
    this.#items = new Map(profiles.map((profile) => [profile.type, new NvItem(profile)]));
  }

  /** The types of all items, in the order in which they are walked. */
  get types(): readonly number[] {
    return [...this.#items.keys()];
  }

  /** What each item is now and will be, by type. */
  get records(): ReadonlyMap<number, { readonly current: NvRecord; readonly next: NvRecord }> {
    return this.#items;
  }

  /** The firmware starts: what was written becomes current. */
  boot(): void {
    for (const item of this.#items.values()) item.current = item.next;
  }

  /** Is there such an item, and can it be written? */
  support(type: number): 'none' | 'read' | 'write' {
    const item = this.#items.get(type);
    if (item === undefined) return 'none';
    return item.profile.isReadOnly ? 'read' : 'write';
  }

  /** An item by {@link NV_MODE}; `undefined` when there is no such item or mode. */
  read(type: number, mode: number): NvRecord | undefined {
    const item = this.#items.get(type);
    switch (mode) {
      case NV_MODE.next:
        return item?.next;
      case NV_MODE.current:
        return item?.current;
      case NV_MODE.factory:
        return item?.factory;
      default:
        return undefined;
    }
  }

  /** Takes an item for the next boot. What `data` is shorter than the item stays as it was. */
  write(type: number, data: Uint8Array, writer: number): Outcome {
    const item = this.#items.get(type);
    if (item === undefined) return REFUSAL.nvItem;
    const { profile } = item;
    if (profile.isReadOnly) return REFUSAL.nvReadOnly;
    if (data.length === 0 || data.length % 4 !== 0 || data.length > profile.factory.length) return REFUSAL.nvLength;
    const bytes = item.next.data.slice();
    bytes.set(data);
    if (profile.limits?.some(({ field, most }) => bitsAt(bytes, ...field) > most)) return REFUSAL.nvValue;
    for (const { bit, fields } of profile.dependent ?? []) {
      if (bitsAt(bytes, ...bit) !== 0) continue;
      for (const [offsetBytes, highBit, lowBit] of fields) dword(bytes, offsetBytes, [highBit, lowBit, bitsAt(profile.factory, offsetBytes, highBit, lowBit)]);
    }
    item.next = { data: bytes, writer };
    return undefined;
  }

  /** Gives an item the factory's values from the next boot on. */
  invalidate(type: number): Outcome {
    const item = this.#items.get(type);
    if (item === undefined) return REFUSAL.nvItem;
    if (item.profile.isReadOnly) return REFUSAL.nvReadOnly;
    item.next = item.factory;
    return undefined;
  }

  /** The same for all items. */
  invalidateAll(): void {
    for (const item of this.#items.values()) item.next = item.factory;
  }
}
