import { STATUS, type Answer, type Entry } from './wire.js';

interface Feature {
  readonly value: number;
  /** Data that belong to the value. */
  readonly data?: Uint8Array;
  readonly isSaveable: boolean;
  readonly isChangeable: boolean;
  /** What of dword 11 chooses one of several values. */
  readonly selector?: number;
  /** Bits that may be set. */
  readonly mask: number;
}

const CURRENT = 0;
const DEFAULT = 1;
const SAVED = 2;
const CAPABILITIES = 3;
const TIMESTAMP = 0x0e;

const plain = (value: number, mask: number, more: Partial<Feature> = {}): Feature => ({ value, mask, isSaveable: true, isChangeable: true, ...more });

/** The features that this controller has, with what they are after a reset. */
const FEATURES: ReadonlyMap<number, Feature> = new Map([
  [0x01, plain(0x0000_0007, 0xffff_ff07)],
  [0x02, plain(0, 0xff)],
  [0x04, plain(343, 0xffff, { selector: 0x3f_0000 })],
  [0x05, plain(0, 0x1_ffff)],
  [0x06, plain(1, 1)],
  [0x07, plain(0x001f_001f, 0, { isChangeable: false, isSaveable: false })],
  [0x08, plain(0, 0xffff)],
  [0x09, plain(0, 0x1_0000, { selector: 0xffff })],
  [0x0a, plain(0, 1)],
  [0x0b, plain(0x31f, 0x7fff)],
  [0x0c, plain(1, 0, { data: new Uint8Array(256), isSaveable: false })],
  [TIMESTAMP, plain(0, 0, { data: new Uint8Array(8), isSaveable: false })],
  [0x10, plain(0, 0xffff_ffff)],
  [0x11, plain(1, 1)],
  [0x16, plain(0, 0, { data: new Uint8Array(512), isSaveable: false })],
  [0x17, plain(0, 1)],
  [0x84, plain(0, 7, { isSaveable: false })],
]);

/** Set and saved values of the controller's features. */
export class Features {
  readonly #now: () => number;
  readonly #values = new Map<string, number>();
  readonly #saved = new Map<string, number>();
  /** Milliseconds since 1970 less the model's clock, once a host has set the time. */
  #epochMs: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(entry: Entry): Answer {
    const [dword10, dword11] = entry.dwords;
    const id = dword10 & 0xff;
    const select = (dword10 >>> 8) & 7;
    const feature = FEATURES.get(id);
    if (feature === undefined || select > CAPABILITIES) return { status: STATUS.invalidField };
    if (select === CAPABILITIES) return { status: STATUS.success, result: (feature.isSaveable ? 1 : 0) | (feature.isChangeable ? 4 : 0) };
    const key = keyOf(id, feature, dword11);
    const values = [this.#values.get(key) ?? this.#saved.get(key), undefined, this.#saved.get(key)];
    const data = id === TIMESTAMP ? this.#timestamp(select) : feature.data;
    return { status: STATUS.success, result: values[select] ?? feature.value, ...(data === undefined ? {} : { data }) };
  }

  set(entry: Entry): Answer {
    const [dword10, dword11] = entry.dwords;
    const id = dword10 & 0xff;
    const isSave = dword10 >>> 31 === 1;
    const feature = FEATURES.get(id);
    if (feature === undefined) return { status: STATUS.invalidField };
    if (!feature.isChangeable) return { status: STATUS.notChangeable };
    if (isSave && !feature.isSaveable) return { status: STATUS.notSaveable };
    if (id === TIMESTAMP) return this.#setTimestamp(entry.data);
    const value = (dword11 & feature.mask) >>> 0;
    const key = keyOf(id, feature, dword11);
    this.#values.set(key, value);
    if (isSave) this.#saved.set(key, value);
    return { status: STATUS.success };
  }

  /** What a host has changed. */
  state(): unknown {
    return [[...this.#values].sort(), [...this.#saved].sort(), this.#epochMs ?? null];
  }

  #timestamp(select: number): Uint8Array {
    const isSet = this.#epochMs !== undefined && select === CURRENT;
    const value = select === DEFAULT || select === SAVED ? 0 : Math.floor((this.#epochMs ?? 0) + this.#now());
    const bytes = Buffer.alloc(8);
    bytes.writeUIntLE(value, 0, 6);
    bytes[6] = isSet ? 1 << 1 : 0;
    return new Uint8Array(bytes);
  }

  #setTimestamp(data: Uint8Array): Answer {
    if (data.length < 8) return { status: STATUS.invalidField };
    this.#epochMs = Buffer.from(data).readUIntLE(0, 6) - this.#now();
    return { status: STATUS.success };
  }
}

function keyOf(id: number, { selector = 0 }: Feature, dword11: number): string {
  return `${id}/${(dword11 & selector) >>> 0}`;
}
