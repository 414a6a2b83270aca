import type { ImportRule, ReportProblem } from '../problem.js';
import type { Packing } from './model.js';
import type { PlacedToken, Preprocessor } from './preprocessor.js';

/** Tokens with one in advance, how many braces are open, and the place to report a fault. */
export class TokenReader {
  readonly #source: Preprocessor;
  readonly #report: ReportProblem;
  #next: PlacedToken;
  #depth = 0;

  constructor(source: Preprocessor, report: ReportProblem) {
    this.#source = source;
    this.#report = report;
    this.#next = source.next();
  }

  /** The token that comes next; it stays. */
  get next(): PlacedToken {
    return this.#next;
  }

  /** How many braces are open. */
  get depth(): number {
    return this.#depth;
  }

  /** What `#pragma pack` says where the next token stands. */
  get packing(): Packing {
    return this.#source.packing;
  }

  get isAtEnd(): boolean {
    return this.#next.kind === 'end';
  }

  take(): PlacedToken {
    const token = this.#next;
    if (token.kind === 'mark' && token.text === '{') this.#depth += 1;
    if (token.kind === 'mark' && token.text === '}') this.#depth = Math.max(0, this.#depth - 1);
    this.#next = this.#source.next();
    return token;
  }

  /** Takes the next token if it is this one. */
  accept(text: string): boolean {
    if (this.#next.text !== text || this.isAtEnd) return false;
    this.take();
    return true;
  }

  acceptName(): PlacedToken | undefined {
    return this.#next.kind === 'name' ? this.take() : undefined;
  }

  /** Takes the words up to a closing mark, and the mark; undefined when a `;` or a brace comes first. */
  wordsUntil(closing: readonly string[]): string[] | undefined {
    const words: string[] = [];
    for (let parentheses = 0; ; words.push(this.take().text)) {
      const { text } = this.#next;
      if (parentheses === 0 && closing.includes(text)) return words;
      if (this.isAtEnd || text === ';' || text === '{' || text === '}') return undefined;
      parentheses += text === '(' ? 1 : text === ')' ? -1 : 0;
    }
  }

  /** Passes over everything until no more than `depth` braces are open. False when the header ends before. */
  skipTo(depth: number): boolean {
    while (this.#depth > depth && !this.isAtEnd) this.take();
    return this.#depth <= depth;
  }

  /** Reports a fault at the next token, and stands for what could not be read. */
  fault(rule: ImportRule, message: string, structure?: string): null {
    const { file, line } = this.#next;
    this.#report({ file, line, ...(structure === undefined ? {} : { structure }), rule, outcome: 'left-out', message });
    return null;
  }

  /** Reports what was expected and what stands there. */
  unexpected(wanted: string, structure?: string): null {
    const found = this.isAtEnd ? 'the header ends' : `'${this.#next.text.slice(0, 40)}' stands there`;
    return this.fault(this.isAtEnd ? 'unclosed' : 'syntax', `${wanted} is missing: ${found}`, structure);
  }
}
