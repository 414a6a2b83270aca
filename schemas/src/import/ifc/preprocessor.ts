import type { ImportProblem, Place } from '../problem.js';
import { evaluate } from './expression.js';
import { Tokenizer, type Token } from './tokens.js';

/** A token, and the file that it stands in. */
export interface PlacedToken extends Token, Place {
  readonly kind: Exclude<Token['kind'], 'directive'>;
}

/** Finds the text of a header that another includes in quotes; undefined when it is not there. `file` is the name to report. */
export type IncludeFinder = (name: string, from: string) => { readonly file: string; readonly text: string } | undefined;

const MOST_FILES = 64;
const MOST_DEPTH = 16;

interface OpenFile {
  readonly file: string;
  readonly tokenizer: Tokenizer;
  /** One entry for each open `#if`: is its text taken, and was any branch taken? */
  readonly conditions: { isTaken: boolean; wasTaken: boolean; readonly line: number }[];
}

/** The tokens of a header and of those that it includes, with the preprocessor's lines obeyed. */
export class Preprocessor {
  readonly #report: (problem: ImportProblem) => void;
  readonly #find: IncludeFinder;
  readonly #files: OpenFile[] = [];
  readonly #included = new Set<string>();
  readonly #macros = new Map<string, readonly string[]>();
  readonly #resolving = new Set<string>();

  constructor(file: string, text: string, find: IncludeFinder, report: (problem: ImportProblem) => void) {
    this.#report = report;
    this.#find = find;
    this.#included.add(file);
    this.#open(file, text);
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
      if (current === undefined) return { kind: 'end', text: '', line: 0, file: '' };
      const { kind, text, line } = current.tokenizer.next();
      if (kind === 'directive') this.#directive(current, text, line);
      else if (kind === 'end') {
        const ended = this.#close(current, line);
        if (ended !== undefined) return ended;
      } else if (isTaken(current)) return { kind, text, line, file: current.file };
    }
  }

  #open(file: string, text: string): void {
    this.#files.push({ file, tokenizer: new Tokenizer(text), conditions: [] });
  }

  /** The end of the outermost file is the end of all, and stays. */
  #close({ file, conditions }: OpenFile, line: number): PlacedToken | undefined {
    const open = conditions.pop();
    conditions.length = 0;
    if (open !== undefined) this.#report({ file, line: open.line, rule: 'directive', outcome: 'left-out', message: 'a condition without #endif' });
    if (this.#files.length === 1) return { kind: 'end', text: '', line, file };
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
      if (macro !== '' && parameters === '') this.#macros.set(macro, wordsOf(body));
    } else if (name === 'undef') this.#macros.delete(rest);
    else if (name === 'include') this.#include(rest, place);
    else if (name === 'error') this.#report({ ...place, rule: 'directive', outcome: 'left-out', message: `the header refuses: ${rest}` });
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

function wordsOf(text: string): string[] {
  const tokenizer = new Tokenizer(text);
  const words: string[] = [];
  for (let token = tokenizer.next(); token.kind !== 'end'; token = tokenizer.next()) words.push(token.text);
  return words;
}
