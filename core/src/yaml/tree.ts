import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { RawFault } from './fault.js';

/** So deep are values nested at most, and so many there are, those that aliases repeat among them. */
const MOST_DEPTH = 32;
const MOST_VALUES = 50_000;

/** Where a value stands, by offsets in the text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A value of plain data, and where its parts stand. */
export interface Tree {
  readonly value: unknown;
  /** What is wrong beyond syntax; empty when `value` is whole. */
  readonly faults: readonly RawFault[];
  /** Of the value at a path, or of the nearest one around it. */
  spanOf(path: readonly PropertyKey[]): Span;
  /** Of the key that leads to the value at a path; of the value where no key does. */
  keySpanOf(path: readonly PropertyKey[]): Span;
}

/** The parts of the library that tell nodes apart; it is loaded by who reads a file. */
export interface NodeTests {
  readonly isAlias: (node: unknown) => node is Alias;
  readonly isMap: (node: unknown) => node is YAMLMap;
  readonly isScalar: (node: unknown) => node is Scalar;
  readonly isSeq: (node: unknown) => node is YAMLSeq;
}

/** Makes plain data of a parsed document: within bounds, without repeated keys, with text for keys. */
export function treeOf(document: Document.Parsed, tests: NodeTests, text: string): Tree {
  const walk = new Walk(tests, text);
  const value = walk.value(document.contents, { from: 0, to: 0 }, []);
  const find = (spans: ReadonlyMap<string, Span>) => (path: readonly PropertyKey[]): Span => {
    for (let length = path.length; length > 0; length -= 1) {
      const span = spans.get(keyOf(path.slice(0, length)));
      if (span !== undefined) return span;
    }
    return walk.spans.get(keyOf([])) ?? { from: 0, to: 0 };
  };
  return { value, faults: walk.faults, spanOf: find(walk.spans), keySpanOf: find(walk.keys) };
}

class Walk {
  readonly spans = new Map<string, Span>();
  readonly keys = new Map<string, Span>();
  readonly faults: RawFault[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #tests: NodeTests;
  readonly #text: string;
  #count = 0;

  constructor(tests: NodeTests, text: string) {
    this.#tests = tests;
    this.#text = text;
  }

  value(node: unknown, around: Span, path: readonly (string | number)[]): unknown {
    const { isAlias, isMap, isScalar, isSeq } = this.#tests;
    const span = spanOf(node) ?? around;
    this.spans.set(keyOf(path), span);
    this.#count += 1;
    if (this.#count > MOST_VALUES || path.length > MOST_DEPTH) {
      this.#tooMuch(span, path);
      return null;
    }
    if (isAlias(node)) return this.#aliased(node, span, path);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#map(node, span, path);
    if (isSeq(node)) return node.items.map((item, index) => this.value(item, span, [...path, index]));
    return isScalar(node) ? this.#scalar(node) : null;
  }

  /** A document that repeats itself without end is one fault and not many. */
  #tooMuch(span: Span, path: readonly unknown[]): void {
    const isDeep = path.length > MOST_DEPTH;
    const message = isDeep ? `more than ${MOST_DEPTH} values are nested here` : `more than ${MOST_VALUES} values, those that aliases repeat among them`;
    if (isDeep || this.#count === MOST_VALUES + 1) this.#fault(span, message);
  }

  #aliased(node: Alias, span: Span, path: readonly (string | number)[]): unknown {
    const target = this.#anchors.get(node.source);
    if (target !== undefined) return this.value(target, span, path);
    this.#fault(span, `nothing before this is called &${node.source}`);
    return null;
  }

  #map(node: YAMLMap, span: Span, path: readonly (string | number)[]): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const pair of node.items) {
      if (this.#count > MOST_VALUES) break;
      const key = this.#key(pair, span);
      if (key === undefined) continue;
      const keySpan = spanOf(pair.key) ?? span;
      const below = [...path, key];
      if (entries.has(key)) {
        this.#fault(keySpan, `${key} is there twice`);
        continue;
      }
      this.keys.set(keyOf(below), keySpan);
      entries.set(key, this.value(pair.value, keySpan, below));
    }
    return Object.fromEntries(entries);
  }

  #key({ key }: Pair, span: Span): string | undefined {
    const place = spanOf(key) ?? span;
    const text = this.#tests.isScalar(key) && key.value !== null ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
    if (text !== undefined && text !== '__proto__') return text;
    this.#fault(place, text === undefined ? 'a key is a text' : 'this is no name for anything');
    return undefined;
  }

  /** Whole numbers of any size, exactly; a date or anything else that is not JSON does not come from this schema of YAML. */
  #scalar({ value }: Scalar): unknown {
    if (typeof value !== 'bigint') return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  #fault({ from, to }: Span, message: string): void {
    const [line = ''] = this.#text.slice(from, to).split('\n', 1);
    this.faults.push({ from, to: from + line.length, message });
  }
}

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

function spanOf(node: unknown): Span | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [from, to] = node.range as readonly unknown[];
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined;
}
