import type { JournalSeal } from '@auxctl/schemas';
import { Chain, type Finding, type Torn } from './chain.js';
import { JournalFiles } from './files.js';
import { readPieces } from './pieces.js';
import { isProven, NO_HASH } from './seal.js';

/** What is wrong with a journal, and where. */
export interface JournalProblem {
  /** `seal`: the seal itself is missing or false. */
  readonly kind: 'edited' | 'removed' | 'reordered' | 'truncated' | 'seal';
  /** The path of the file. */
  readonly file: string;
  /** From 1 on; absent where no line is meant. */
  readonly line?: number;
  /** Of the record that is wrong or lacking. */
  readonly sequence?: number;
  readonly message: string;
}

/** What came of checking a journal. */
export interface Verification {
  /** `absent`: there is none. */
  readonly state: 'intact' | 'broken' | 'absent';
  readonly files: number;
  readonly records: number;
  /** Sequences of the first record kept and of the last; 0 where there is none. */
  readonly first: number;
  readonly last: number;
  /** `proven`: the seal was made with the key given. `unproven`: with a key that was not given. `plain`: without a key. */
  readonly seal: 'proven' | 'unproven' | 'plain' | 'missing';
  /** Records after the seal, as a writer leaves them that is stopped in between. */
  readonly unsealed: number;
  /** Bytes of a record that was not written to its end, at the end of the journal. */
  readonly tornBytes: number;
  /** Times that such a record was closed by the next writer. */
  readonly recoveries: number;
  /** Commands whose outcome is not recorded: they run, or their program ended first. */
  readonly unfinished: { readonly count: number; readonly sequences: readonly number[] };
  /** The first hundred. */
  readonly problems: readonly JournalProblem[];
}

/** How to check. */
export interface VerifyOptions {
  /** The key that the journal is sealed with. */
  readonly key?: Uint8Array;
  readonly signal?: AbortSignal;
}

const MOST_PROBLEMS = 100;
const MOST_OPEN = 65_536;
const MOST_LISTED = 100;
const ATTEMPTS = 3;

/**
 * Checks every record of the journal in a state directory, with memory that does not grow with it. A journal that is written meanwhile is
 * checked as far as it was sealed. Rejects with `ERR_FILE` for one of a newer format, with `ERR_ABORTED`, or
 * the errno's error when a file cannot be read.
 */
export async function verifyJournal(state: string, options: VerifyOptions = {}): Promise<Verification> {
  const files = new JournalFiles(state);
  await files.requireReadable();
  for (let attempt = 1; ; attempt++) {
    const before = await sealOf(files);
    const result = await new Verifier(files, before, options).run();
    // A writer that removes an old file meanwhile is no fault of the journal.
    if (result.problems.length === 0 || attempt === ATTEMPTS || JSON.stringify(before) === JSON.stringify(await sealOf(files))) return result;
  }
}

async function sealOf(files: JournalFiles): Promise<JournalSeal | 'damaged' | undefined> {
  try {
    return await files.seal();
  } catch {
    return 'damaged';
  }
}

class Verifier {
  readonly #files: JournalFiles;
  readonly #seal: JournalSeal | undefined;
  readonly #options: VerifyOptions;
  readonly #chain: Chain;
  readonly #problems: JournalProblem[] = [];
  readonly #open = new Set<number>();
  #finished = 0;
  #intents = 0;
  #records = 0;
  #first = 0;
  #unsealed = 0;
  #recoveries = 0;
  #isSealMet = false;

  constructor(files: JournalFiles, seal: JournalSeal | 'damaged' | undefined, options: VerifyOptions) {
    this.#files = files;
    this.#seal = seal === 'damaged' ? undefined : seal;
    this.#options = options;
    const before = (this.#seal?.oldest.sequence ?? 1) - 1;
    this.#chain = new Chain(before, before === 0 ? NO_HASH : undefined);
    if (seal === 'damaged') this.#report({ kind: 'seal', file: files.sealPath, message: 'this is no seal' });
  }

  async run(): Promise<Verification> {
    const all = await this.#files.numbers();
    if (all.length === 0 && this.#seal === undefined && this.#problems.length === 0) return this.#result('absent', 0);
    this.#checkSeal();
    const numbers = all.filter((number) => number >= (this.#seal?.oldest.file ?? 1));
    this.#checkNumbers(numbers);
    for (const number of numbers) await this.#readFile(number);
    this.#checkEnd();
    return this.#result(this.#problems.length === 0 ? 'intact' : 'broken', numbers.length);
  }

  async #readFile(number: number): Promise<void> {
    await using file = await this.#files.openToRead(number);
    let line = 0;
    await readPieces(file, 0, (piece) => {
      line += 1;
      this.#judge(this.#chain.take(piece, number, line));
      return true;
    }, this.#options.signal);
  }

  #judge(finding: Finding): void {
    if (finding.type === 'part') return;
    if (finding.type === 'other') this.#explain(finding);
    const { line: { sequence, type, intent }, place: { file }, end } = finding;
    this.#records += 1;
    if (this.#first === 0) this.#first = sequence;
    if (type === 'recovery') this.#recoveries += 1;
    this.#note(type, sequence, intent);
    const seal = this.#seal;
    if (seal === undefined) return;
    if (sequence > seal.sequence) this.#unsealed += 1;
    if (sequence !== seal.sequence) return;
    this.#isSealMet = true;
    const isSame = finding.line.hash === seal.hash && file === seal.file;
    if (isSame && end === seal.bytes) return;
    if (isSame && end < seal.bytes) this.#report({ kind: 'truncated', ...this.#at(finding.place), sequence: sequence + 1, message: 'the journal is shorter than it was sealed' });
    else this.#report({ kind: 'edited', ...this.#at(finding.place), sequence, message: `record ${sequence} is not the one that was sealed` });
  }

  #note(type: string, sequence: number, intent: number | undefined): void {
    if (type === 'intent') {
      this.#intents += 1;
      if (this.#open.size < MOST_OPEN) this.#open.add(sequence);
    }
    if (type === 'outcome' && intent !== undefined && intent >= this.#first) {
      this.#finished += 1;
      this.#open.delete(intent);
    }
  }

  /** Says what must have happened for a record to stand where it does. */
  #explain({ line: { sequence, previous }, place, after, torn }: Extract<Finding, { type: 'other' }>): void {
    const lost = torn === undefined ? 0 : Math.max(1, torn.closedLines);
    if (torn !== undefined) this.#reportTorn(torn, after.sequence + 1);
    const expected = after.sequence + 1 + lost;
    const here = { ...this.#at(place), sequence };
    if (sequence > expected) this.#report({ kind: 'removed', ...this.#at(place), sequence: expected, message: `${expected === sequence - 1 ? `record ${expected} is` : `records ${expected} to ${sequence - 1} are`} missing before this line` });
    else if (sequence < expected && torn === undefined) this.#report({ kind: 'reordered', ...here, message: `record ${sequence} comes after record ${after.sequence}` });
    else if (torn === undefined && previous !== after.hash) this.#report({ kind: 'edited', ...here, message: `record ${sequence} was written after another record than the one that is before it` });
    else if (torn === undefined) this.#report({ kind: 'removed', ...here, message: `record ${sequence} closes torn bytes that are not there` });
  }

  #reportTorn(torn: Torn, sequence: number): void {
    this.#report({ kind: 'edited', ...this.#at(torn.place), sequence, message: `${torn.closedLines > 1 ? `these ${torn.closedLines} lines are no records` : 'this line is no record'} as it was written` });
  }

  #checkSeal(): void {
    const { key } = this.#options;
    const seal = this.#seal;
    if (seal === undefined) {
      if (this.#problems.length === 0) this.#report({ kind: 'seal', file: this.#files.sealPath, message: 'the seal is missing' });
    } else if (key !== undefined && !isProven(seal, key)) {
      this.#report({ kind: 'seal', file: this.#files.sealPath, message: seal.mac === undefined ? 'the seal was made without a key' : 'the seal was not made with this key' });
    }
  }

  #checkNumbers(numbers: readonly number[]): void {
    const from = this.#seal?.oldest.file ?? numbers[0] ?? 1;
    const to = Math.max(numbers.at(-1) ?? 0, this.#seal === undefined || this.#seal.sequence === 0 ? 0 : this.#seal.file);
    for (let number = from; number <= to && this.#problems.length < MOST_PROBLEMS; number++) {
      if (!numbers.includes(number)) this.#report({ kind: 'removed', file: this.#files.filePath(number), message: 'this file is missing' });
    }
  }

  #checkEnd(): void {
    const seal = this.#seal;
    const { torn, sequence } = this.#chain;
    const isSealed = seal !== undefined && torn !== undefined && (torn.place.file < seal.file || (torn.place.file === seal.file && torn.place.at < seal.bytes));
    if (torn !== undefined && isSealed) this.#reportTorn(torn, sequence + 1);
    if (seal === undefined || this.#isSealMet || seal.sequence === 0) return;
    if (sequence < seal.sequence && !(isSealed && sequence + torn.closedLines >= seal.sequence)) {
      this.#report({ kind: 'truncated', file: this.#files.filePath(seal.file), sequence: sequence + 1, message: `the journal ends with record ${sequence}, and was sealed up to record ${seal.sequence}` });
    } else if (this.#problems.length === 0) {
      this.#report({ kind: 'removed', file: this.#files.filePath(seal.file), sequence: seal.sequence, message: `record ${seal.sequence}, which was sealed last, is missing` });
    }
  }

  #at({ file, line }: Torn['place']): { file: string; line: number } {
    return { file: this.#files.filePath(file), line };
  }

  #report(problem: JournalProblem): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem);
  }

  #result(state: Verification['state'], files: number): Verification {
    const { key } = this.#options;
    const seal = this.#seal;
    const proof = seal === undefined ? 'missing' : seal.mac === undefined ? 'plain' : key !== undefined && isProven(seal, key) ? 'proven' : 'unproven';
    return {
      state, files, records: this.#records, first: this.#first, last: this.#records === 0 ? 0 : this.#chain.sequence, seal: proof, unsealed: this.#unsealed,
      tornBytes: this.#chain.left?.bytes ?? 0, recoveries: this.#recoveries,
      unfinished: { count: Math.max(0, this.#intents - this.#finished), sequences: [...this.#open].slice(0, MOST_LISTED) }, problems: this.#problems,
    };
  }
}
