import type { IncludeFinder } from '../include.js';
import type { ReportProblem } from '../problem.js';
import { takeAttributes } from './attributes.js';
import { evaluate } from './expression.js';
import type { HeaderFormat } from './format.js';
import { parseMembers } from './members.js';
import type { Definition, EnumBlock, Header } from './model.js';
import { Preprocessor, type PlacedToken } from './preprocessor.js';
import { TokenReader } from './reader.js';

/**
 * Reads a header and those that it includes. A definition with a fault is reported and passed over; all else of C, such as functions
 * and other structures, is passed over silently.
 */
export function parseHeader(format: HeaderFormat, file: string, text: string, find: IncludeFinder, report: ReportProblem): Header {
  const source = new Preprocessor(file, text, find, report);
  return new Parser(format, source, new TokenReader(source, report), report).header();
}

class Parser {
  readonly #format: HeaderFormat;
  readonly #source: Preprocessor;
  readonly #reader: TokenReader;
  readonly #report: ReportProblem;
  readonly #constants = new Map<string, bigint>();
  readonly #definitions = new Map<string, Definition>();
  readonly #enums: EnumBlock[] = [];

  constructor(format: HeaderFormat, source: Preprocessor, reader: TokenReader, report: ReportProblem) {
    this.#format = format;
    this.#source = source;
    this.#reader = reader;
    this.#report = report;
  }

  header(): Header {
    while (!this.#reader.isAtEnd) this.#item();
    return { definitions: [...this.#definitions.values()], enums: this.#enums, valueOf: (words) => evaluate(words, (name) => this.#valueOf(name)) };
  }

  #valueOf(name: string): bigint | undefined {
    return this.#constants.get(name) ?? this.#source.constant(name, (inner) => this.#valueOf(inner));
  }

  #item(): void {
    const token = this.#reader.take();
    if (token.text === 'enum') this.#enum(token);
    else if (token.text === 'struct' || token.text === 'union') this.#definition(token, token.text);
    else if (token.text === '{') this.#reader.skipTo(this.#reader.depth - 1);
  }

  #definition({ file, line }: PlacedToken, keyword: 'struct' | 'union'): void {
    const packing = takeAttributes(this.#reader, this.#reader.packing);
    const tag = this.#reader.acceptName()?.text;
    if (tag === undefined || !this.#format.isFormatTag(tag) || this.#reader.next.text !== '{') return;
    const members = parseMembers(this.#format, this.#reader, tag);
    if (members === null) this.#passOver();
    else if (this.#definitions.has(tag)) this.#report({ file, line, structure: tag, rule: 'duplicate-name', outcome: 'left-out', message: 'is defined a second time; the first definition counts' });
    else this.#definitions.set(tag, { keyword, tag, members, packing: takeAttributes(this.#reader, packing), file, line });
  }

  #passOver(): void {
    if (!this.#reader.skipTo(0)) this.#reader.fault('unclosed', 'the header ends inside a definition');
  }

  #enum({ file, line }: PlacedToken): void {
    this.#reader.acceptName();
    if (!this.#reader.accept('{')) return;
    const constants: { name: string; value: bigint }[] = [];
    let previous: bigint | undefined = -1n;
    let isWhole = true;
    while (!this.#reader.accept('}')) {
      const name = this.#reader.acceptName()?.text;
      const value: bigint | undefined | 'malformed' = name === undefined ? undefined : this.#enumValue(previous);
      if (name === undefined || value === 'malformed') {
        this.#reader.unexpected('an enum constant');
        this.#passOver();
        return;
      }
      if (value === undefined) isWhole = false;
      else {
        this.#constants.set(name, value);
        constants.push({ name, value });
      }
      previous = value;
    }
    if (isWhole) this.#enums.push({ constants, file, line });
  }

  /** The value of the constant whose name was taken, up to the comma behind it; undefined when it cannot be told. */
  #enumValue(previous: bigint | undefined): bigint | undefined | 'malformed' {
    const hasValue = this.#reader.accept('=');
    const words = this.#reader.wordsUntil([',', '}']);
    if (words === undefined || (!hasValue && words.length > 0)) return 'malformed';
    const { file, line } = this.#reader.next;
    this.#reader.accept(',');
    if (!hasValue) return previous === undefined ? undefined : previous + 1n;
    const value = evaluate(words, (name) => this.#valueOf(name));
    if (value === undefined) this.#report({ file, line, rule: 'expression', outcome: 'left-out', message: `'${words.join(' ').slice(0, 60)}' is no constant; the enum is left out` });
    return value;
  }
}
