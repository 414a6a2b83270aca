import type { IncludeFinder } from '../include.js';
import type { Place, ReportProblem } from '../problem.js';
import { evaluate } from './expression.js';
import type { Constant, Packing } from './model.js';
import { Tokenizer, type Token } from './tokens.js';

/** A token, the file that it stands in, and what was defined between the token before it and this one. */
export interface PlacedToken extends Token, Place {
  readonly kind: Exclude<Token['kind'], 'directive'>;
  readonly constants: readonly Constant[];
}

const MOST_FILES = 64;
const MOST_DEPTH = 16;
const NONE: readonly Constant[] = [];

interface OpenFile {
  readonly file: string;
  readonly tokenizer: Tokenizer;
  /** One entry for each open `#if`: is its text taken, and was any branch taken? */
  readonly conditions: { isTaken: boolean; wasTaken: boolean; readonly line: number }[];
}

/** The tokens of a header and of those that it includes, with the preprocessor's lines obeyed. */
export class Preprocessor {
  readonly #report: ReportProblem;
  readonly #find: IncludeFinder;
  readonly #files: OpenFile[] = [];
  readonly #included = new Set<string>();
  readonly #macros = new Map<string, readonly string[]>();
  readonly #resolving = new Set<string>();
  readonly #packings: Packing[] = ['natural'];
  #constants: Constant[] = [];

  constructor(file: string, text: string, find: IncludeFinder, report: ReportProblem) {
    this.#report = report;
    this.#find = find;
    this.#included.add(file);
    this.#open(file, text);
  }

  /** What `#pragma pack` says of the structures that begin here. */
  get packing(): Packing {
    return this.#packings.at(-1) ?? 'natural';
  }

  /** The value of a macro without parameters; undefined when there is none or it is no constant. */
  constant(name: string, others: (name: string) => bigint | undefined): bigint | undefined {
    const words = this.#macros.get(name);
    if (words === undefined || this.#resolving.has(name) || this.#resolving.size > MOST_DEPTH) return undefined;
    this.#resolving.add(name);
    const value = evaluate(words, (inner) => others(inner));
    this.#resolving.delete(name);
    return value;
  }

  /** The next token of the text that is taken. */
  next(): PlacedToken {
    for (;;) {
      const current = this.#files.at(-1);
      if (current === undefined) return { kind: 'end', text: '', line: 0, file: '', constants: NONE };
      const { kind, text, line } = current.tokenizer.next();
      if (kind === 'directive') this.#directive(current, text, line);
      else if (kind === 'end') {
        const ended = this.#close(current, line);
        if (ended !== undefined) return ended;
      } else if (isTaken(current)) return { kind, text, line, file: current.file, constants: this.#takeConstants() };
    }
  }

  #takeConstants(): readonly Constant[] {
    if (this.#constants.length === 0) return NONE;
    const constants = this.#constants;
    this.#constants = [];
    return constants;
  }

  #open(file: string, text: string): void {
    this.#files.push({ file, tokenizer: new Tokenizer(text), conditions: [] });
  }

  /** The end of the outermost file is the end of all, and stays. */
  #close({ file, conditions }: OpenFile, line: number): PlacedToken | undefined {
    const open = conditions.pop();
    conditions.length = 0;
    if (open !== undefined) this.#report({ file, line: open.line, rule: 'directive', outcome: 'left-out', message: 'a condition without #endif' });
    if (this.#files.length === 1) return { kind: 'end', text: '', line, file, constants: this.#takeConstants() };
    this.#files.pop();
    return undefined;
  }

  #directive(current: OpenFile, text: string, line: number): void {
    const [, name = '', rest = ''] = /^(\w*)\s*([^]*)$/.exec(text) ?? [];
    const { conditions, file } = current;
    const top = conditions.at(-1);
    if (name === 'if' || name === 'ifdef' || name === 'ifndef') {
      const holds = isTaken(current) && this.#holds(name, rest, { file, line });
      conditions.push({ isTaken: holds, wasTaken: holds, line });
    } else if (name === 'elif' || name === 'else' || name === 'endif') {
      if (top === undefined) this.#report({ file, line, rule: 'directive', outcome: 'left-out', message: `#${name} without #if` });
      else if (name === 'endif') conditions.pop();
      else {
        conditions.pop();
        const holds = !top.wasTaken && isTaken(current) && (name === 'else' || this.#holds('if', rest, { file, line }));
        conditions.push({ isTaken: holds, wasTaken: top.wasTaken || holds, line: top.line });
      }
    } else if (isTaken(current)) this.#action(name, rest, { file, line });
  }

  #holds(name: string, rest: string, place: Place): boolean {
    const isDefined = this.#macros.has(/^\w+/.exec(rest)?.[0] ?? '');
    if (name !== 'if') return isDefined === (name === 'ifdef');
    const negated = /^(!?)\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(rest);
    if (negated !== null) return this.#macros.has(negated[2] ?? '') === (negated[1] === '');
    const value = evaluate(wordsOf(rest), (word) => this.#lookup(word));
    if (value === undefined) this.#report({ ...place, rule: 'directive', outcome: 'left-out', message: `the condition '${rest}' cannot be decided; what depends on it is left out` });
    return value !== undefined && value !== 0n;
  }

  #lookup(word: string): bigint | undefined {
    return this.constant(word, (inner) => this.#lookup(inner));
  }

  #action(name: string, rest: string, place: Place): void {
    if (name === 'define') {
      const [, macro = '', parameters = '', body = ''] = /^(\w*)(\(?)([^]*)$/.exec(rest) ?? [];
      if (macro === '' || parameters !== '') return;
      const words = wordsOf(body);
      this.#macros.set(macro, words);
      this.#constants.push({ name: macro, words, ...place });
    } else if (name === 'undef') this.#macros.delete(rest);
    else if (name === 'include') this.#include(rest, place);
    else if (name === 'pragma') this.#pragma(rest);
    else if (name === 'error') this.#report({ ...place, rule: 'directive', outcome: 'left-out', message: `the header refuses: ${rest}` });
  }

  #pragma(rest: string): void {
    const words = /^pack\s*\(([\w\s,]*)\)$/.exec(rest)?.[1]?.split(',').map((word) => word.trim());
    if (words === undefined) return;
    if (words[0] === 'push' && this.#packings.length <= MOST_FILES) this.#packings.push(this.packing);
    if (words[0] === 'pop') this.#packings.splice(Math.max(1, this.#packings.length - 1));
    else this.#packings[this.#packings.length - 1] = packingOf(words.at(-1), this.packing);
  }

  /** A header in angle brackets belongs to the system: its types are not this format's. */
  #include(rest: string, place: Place): void {
    const name = /^"([^"]+)"$/.exec(rest)?.[1];
    if (name === undefined) return;
    const found = this.#included.size > MOST_FILES ? undefined : this.#find(name, place.file);
    if (found === undefined) this.#report({ ...place, rule: 'include', outcome: 'left-out', message: `${name} is not there` });
    else if (!this.#included.has(found.file)) {
      this.#included.add(found.file);
      this.#open(found.file, found.text);
    }
  }
}

function isTaken({ conditions }: OpenFile): boolean {
  return conditions.every((condition) => condition.isTaken);
}

function packingOf(word: string | undefined, before: Packing): Packing {
  if (word === 'push') return before;
  return word === '' ? 'natural' : word === '1' ? 'packed' : 'other';
}

function wordsOf(text: string): string[] {
  const tokenizer = new Tokenizer(text);
  const words: string[] = [];
  for (let token = tokenizer.next(); token.kind !== 'end'; token = tokenizer.next()) words.push(token.text);
  return words;
}
