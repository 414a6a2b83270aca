import type { Digest } from './digest.js';
import { fromLatin, latin } from './region-value.js';
import { Replacer } from './replacer.js';

/** What stands for a value that is not told: beside it, the digits that a text in a register has in its place begin alike. */
const PREFIX = 'redacted:';
const SHOWN_DIGITS = 16;
const DIGEST_BYTES = 32;
/** Shorter ones, and those of one or two different bytes, would be found where they only happen to be. */
const LEAST_BYTES = 4;
const LEAST_DIFFERENT = 3;
const LEAST_NUMBER_DIGITS = 6;
const DOMAIN = 'value';

/** The identifying values of a dump, what stands in their place, and where they are repeated. */
export class KnownValues {
  readonly #digest: Digest;
  readonly #inBytes = new Replacer(true);
  readonly #inText = new Replacer(false);
  readonly #taken = new Set<string>();

  constructor(digest: Digest) {
    this.#digest = digest;
  }

  /** What stands in place of a value of `sizeBits` bits: never all zero. */
  bits(value: Uint8Array, sizeBits: number): Uint8Array {
    for (let round = 0; ; round++) {
      const bytes = this.#digest(round === 0 ? DOMAIN : `${DOMAIN} ${round}`, value).subarray(0, DIGEST_BYTES);
      const [first = 0] = bytes;
      if (sizeBits > 8 ? bytes.subarray(0, Math.floor(sizeBits / 8)).some((byte) => byte !== 0) : first >> (8 - sizeBits) !== 0) return bytes;
    }
  }

  /** What stands in place of text of so many letters: hexadecimal digits, no more than there are. */
  digits(value: Uint8Array, letters: number): string {
    return Buffer.from(this.bits(value, DIGEST_BYTES * 8)).toString('hex').slice(0, letters);
  }

  /** What stands in place of a value in a sentence. */
  token(value: Uint8Array): string {
    return PREFIX + this.digits(value, SHOWN_DIGITS);
  }

  /** Takes a value, to find it where it is repeated. */
  add(value: Uint8Array, kind: 'text' | 'number' | 'bits'): void {
    const key = `${kind} ${latin(value)}`;
    if (value.length < LEAST_BYTES || new Set(value).size < LEAST_DIFFERENT || this.#taken.has(key)) return;
    this.#taken.add(key);
    if (kind === 'text') this.#addText(value, latin(value));
    else this.#addBytes(value);
  }

  /** The text, such as a message, with a token in place of each value that is known. */
  withoutValues(text: string): string {
    return this.#inText.replace(text);
  }

  /** Bytes of the same length, with other bytes in place of each value that is known. */
  withoutValuesIn(bytes: Uint8Array): Uint8Array {
    return fromLatin(this.#inBytes.replace(latin(bytes)));
  }

  #addText(value: Uint8Array, text: string): void {
    this.#inText.add(text, this.token(value));
    this.#inBytes.add(text, this.digits(value, text.length).padEnd(text.length, '\0'));
  }

  #addBytes(value: Uint8Array): void {
    const by = new Uint8Array(value.length);
    by.set(this.bits(value, value.length * 8).subarray(0, value.length));
    this.#inBytes.add(latin(value), latin(by));
    this.#inBytes.add(latin(value.toReversed()), latin(by.toReversed()));
    for (const text of spellings(value)) {
      this.#inText.add(text, this.token(value));
      for (const each of [text, text.toUpperCase()]) this.#inBytes.add(each, this.digits(value, each.length).padEnd(each.length, '0'));
    }
  }
}

/** The ways in which bytes are written as text, in small letters. */
function spellings(value: Uint8Array): string[] {
  const pairs = [...value].map((byte) => byte.toString(16).padStart(2, '0'));
  const joined = pairs.join('');
  const number = BigInt(`0x${joined}`);
  const numbers = value.length > 8 ? [] : [number.toString(16), number.toString()].filter(({ length }) => length >= LEAST_NUMBER_DIGITS);
  const uuid = value.length === 16 ? [joined.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')] : [];
  return [joined, pairs.join(':'), pairs.join('-'), ...uuid, ...numbers];
}
