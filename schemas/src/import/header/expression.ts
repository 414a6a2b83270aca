/** What a name stands for in a constant expression; undefined when nobody said. */
export type ConstantLookup = (name: string) => bigint | undefined;

/** Binary operators by how tightly they bind. */
const BINARY: ReadonlyMap<string, readonly [precedence: number, apply: (a: bigint, b: bigint) => bigint | undefined]> = new Map([
  ['|', [1, (a, b) => a | b]],
  ['^', [2, (a, b) => a ^ b]],
  ['&', [3, (a, b) => a & b]],
  ['<<', [4, (a, b) => (isShift(b) ? a << b : undefined)]],
  ['>>', [4, (a, b) => (isShift(b) ? a >> b : undefined)]],
  ['+', [5, (a, b) => a + b]],
  ['-', [5, (a, b) => a - b]],
  ['*', [6, (a, b) => a * b]],
  ['/', [6, (a, b) => (b === 0n ? undefined : a / b)]],
  ['%', [6, (a, b) => (b === 0n ? undefined : a % b)]],
]);
/** Macros of the kernel that give one bit. */
const BIT_MACROS = new Set(['BIT', 'BIT_ULL', 'BIT_MASK', '_BITUL', '_BITULL']);
const WIDEST_SHIFT = 64n;
const MOST_TOKENS = 256;
const LARGEST = 2n ** 128n;

/**
 * The value of a constant expression of C: integers of any base and suffix, names, parentheses, arithmetic, shifts and one-bit macros.
 * Undefined for anything else, for a name without value, and for values of more than 128 bits.
 */
export function evaluate(words: readonly string[], lookup: ConstantLookup): bigint | undefined {
  if (words.length > MOST_TOKENS) return undefined;
  const reader = new Reader(words, lookup);
  const value = reader.binary(1);
  return reader.isAtEnd ? value : undefined;
}

class Reader {
  readonly #words: readonly string[];
  readonly #lookup: ConstantLookup;
  #position = 0;

  constructor(words: readonly string[], lookup: ConstantLookup) {
    this.#words = words;
    this.#lookup = lookup;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#words.length;
  }

  binary(least: number): bigint | undefined {
    let left = this.#unary();
    for (;;) {
      const [precedence, apply] = BINARY.get(this.#words[this.#position] ?? '') ?? [];
      if (left === undefined || apply === undefined || precedence === undefined || precedence < least) return left;
      this.#position += 1;
      const right = this.binary(precedence + 1);
      left = right === undefined ? undefined : bounded(apply(left, right));
    }
  }

  #unary(): bigint | undefined {
    const word = this.#take();
    if (word === '-' || word === '+' || word === '~') {
      const value = this.#unary();
      return value === undefined || word === '+' ? value : word === '-' ? -value : ~value;
    }
    if (word === '(') return this.#closed();
    if (/^\d/.test(word)) return integer(word);
    if (!/^[A-Za-z_]/.test(word)) return undefined;
    return BIT_MACROS.has(word) && this.#words[this.#position] === '(' ? this.#bit() : this.#lookup(word);
  }

  #closed(): bigint | undefined {
    const value = this.binary(1);
    return this.#take() === ')' ? value : undefined;
  }

  #bit(): bigint | undefined {
    this.#position += 1;
    const bit = this.#closed();
    return bit !== undefined && isShift(bit) ? 1n << bit : undefined;
  }

  #take(): string {
    const word = this.#words[this.#position] ?? '';
    this.#position += 1;
    return word;
  }
}

function integer(word: string): bigint | undefined {
  const digits = /^(0[xX][0-9a-fA-F]{1,32}|0[bB][01]{1,128}|\d{1,38})[uUlL]{0,3}$/.exec(word)?.[1];
  if (digits === undefined) return undefined;
  if (!/^0\d/.test(digits)) return BigInt(digits);
  return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined;
}

function isShift(value: bigint): boolean {
  return value >= 0n && value < WIDEST_SHIFT;
}

function bounded(value: bigint | undefined): bigint | undefined {
  return value !== undefined && value < LARGEST && value > -LARGEST ? value : undefined;
}
