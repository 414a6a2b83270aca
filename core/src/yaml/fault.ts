import type { ErrorContext } from '../errors/base.js';
import { CATALOGUE, type ErrorCode } from '../errors/catalogue.js';
import { PolicyError, UsageError } from '../errors/classes.js';

/** What is wrong with a file, and where. */
export interface YamlFault {
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in characters. */
  readonly column: number;
  readonly message: string;
  /** The line with a mark below what is meant: without control characters, and only so much of it as fits a terminal. */
  readonly excerpt: readonly string[];
}

/** What is wrong with a part of a text, by its offsets in code units. */
export interface RawFault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** So many faults are told. */
const MOST_FAULTS = 100;
/** So much of a line is shown before what is meant, and altogether. */
const MOST_BEFORE = 60;
const MOST_SHOWN = 120;
const NUMBER_WIDTH = 5;

/** A text whose lines can be found. */
export class LineText {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The line that holds an offset, from 1 on. */
  lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Faults with their places, in order, and not more than people read. */
  faults(raw: readonly RawFault[]): YamlFault[] {
    const sorted = [...raw].sort((a, b) => a.from - b.from || a.to - b.to);
    const kept = sorted.slice(0, MOST_FAULTS).map((fault) => this.fault(fault));
    const last = kept.at(-1);
    if (last === undefined || sorted.length === kept.length) return kept;
    return [...kept, { line: last.line, column: last.column, message: `${sorted.length - kept.length} more faults are not shown`, excerpt: [] }];
  }

  /** A fault with its place. */
  fault({ from, to, message }: RawFault): YamlFault {
    const line = this.lineOf(from);
    const start = this.#starts[line - 1] ?? 0;
    const text = this.#text.slice(start, this.#starts[line] ?? this.#text.length).replace(/\r?\n$/, '');
    const before = Array.from(text.slice(0, from - start));
    const meant = Array.from(text.slice(from - start, Math.max(to - start, from - start + 1)));
    return { line, column: before.length + 1, message, excerpt: excerptOf(line, before, meant, Array.from(text.slice(from - start + meant.join('').length))) };
  }
}

function excerptOf(line: number, before: readonly string[], meant: readonly string[], after: readonly string[]): string[] {
  const left = before.length > MOST_BEFORE ? ['…', ...before.slice(-MOST_BEFORE)] : before;
  const room = Math.max(1, MOST_SHOWN - left.length);
  const shown = meant.slice(0, room);
  const right = [...meant.slice(room), ...after];
  const rest = right.length > room - shown.length ? [...right.slice(0, room - shown.length), '…'] : right;
  const head = ' '.repeat(NUMBER_WIDTH);
  return [
    `${String(line).padStart(NUMBER_WIDTH)} | ${visible([...left, ...shown, ...rest].join(''))}`,
    `${head} | ${' '.repeat(left.length)}^${'~'.repeat(Math.max(0, shown.length - 1))}`,
  ];
}

/** One blank for each control character, so that marks stay below what they mean. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
}

/** A fault with its place, on one line. */
export function faultLine(path: string, { line, column, message }: YamlFault): string {
  return `${path}:${line}:${column}: ${message}`;
}

/** An error that lists every fault with its place, and shows each: a `PolicyError` where the code is of that layer, else a `UsageError`. */
export function faultyFile(code: ErrorCode, path: string, faults: readonly YamlFault[], context: ErrorContext = {}): PolicyError | UsageError {
  const message = faults.map((fault) => faultLine(path, fault)).join('; ');
  const excerpt = faults.flatMap((fault) => [...(faults.length === 1 ? [] : [faultLine(path, fault)]), ...fault.excerpt]);
  const Class = CATALOGUE[code].layer === 'policy' ? PolicyError : UsageError;
  return new Class(code, message, { ...context, excerpt });
}
