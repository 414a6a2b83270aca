import { endianness } from 'node:os';
import { checkInteger, checkObject, checkOneOf } from './check.js';
import { argumentError } from './errors.js';
import { Op, type Plan } from './plan.js';
import type { AwaitFailure, Sequence, SequenceStep } from './types.js';

const WORD_BYTES = 4;
const STEP_WORDS = 6;
const CONDITION_WORDS = 5;
const MAX_STEPS = 65_536;
const MAX_OFFSET = 2 ** 31;
const UINT32_MAX = 0xffff_ffff;
/** A read is an await whose mask leaves nothing to wait for. */
const NO_MASK = 0;
const FAILURES = ['EAGAIN', 'ECANCELED'] as const;
const ERRNO: Readonly<Record<AwaitFailure, number>> = { EAGAIN: 11, ECANCELED: 125 };

/** A sequence as a plan: its words, then the conditions of its steps. */
export function planSequence(sequence: Sequence): Plan {
  checkObject('sequence', sequence);
  const { words, steps } = sequence;
  if (!(words instanceof Uint32Array)) throw argumentError('words', 'a Uint32Array');
  if (!isList(steps) || steps.length === 0 || steps.length > MAX_STEPS) throw argumentError('steps', `1 to ${MAX_STEPS} steps`);
  const arena = new Uint32Array(words.length + steps.length * CONDITION_WORDS);
  arena.set(words.map(inFile));
  const plan = new Uint32Array(steps.length * STEP_WORDS);
  for (const [index, step] of steps.entries()) {
    const condition = words.length + index * CONDITION_WORDS;
    arena.set(conditionOf(step, words.length), condition);
    plan.set(stepWords(step, words.length, condition * WORD_BYTES), index * STEP_WORDS);
  }
  return { arena: new Uint8Array(arena.buffer), words: plan, steps: steps.length };
}

/** The words of a sequence that has run as this plan. */
export function wordsOf({ arena }: Plan, sequence: Sequence): Uint32Array {
  return new Uint32Array(arena.buffer, arena.byteOffset, sequence.words.length).map(inFile);
}

/** Where the clean-up of a sequence begins: at the end when there is none. */
export function cleanupOf({ cleanupFrom, steps }: Sequence): number {
  return cleanupFrom === undefined ? steps.length : checkInteger('cleanupFrom', cleanupFrom, 0, steps.length);
}

function stepWords(step: SequenceStep, words: number, conditionAt: number): number[] {
  checkObject('step', step);
  const word = checkInteger('step.word', step.word, 0, words - 1) * WORD_BYTES;
  if (step.type === 'merge') return [Op.merge, word, inFile(checkWord('mask', step.mask)), inFile(checkWord('bits', step.bits)), 0, 0];
  const offsetBytes = checkInteger('step.offsetBytes', step.offsetBytes, 0, MAX_OFFSET);
  return step.type === 'write' ? [Op.pwrite, word, WORD_BYTES, offsetBytes, 0, 0] : [Op.await, word, conditionAt, offsetBytes, 0, 0];
}

/** Mask, position of the word to compare with, whether it shall differ, tries, errno. */
function conditionOf(step: SequenceStep, words: number): number[] {
  if (step.type !== 'await') return [NO_MASK, 0, 0, 1, 0];
  const failure = ERRNO[checkOneOf('step.failure', step.failure, FAILURES)];
  const than = checkInteger('step.than', step.than, 0, words - 1) * WORD_BYTES;
  return [inFile(checkWord('mask', step.mask)), than, step.differs === true ? 1 : 0, checkInteger('step.tries', step.tries, 1, UINT32_MAX), failure];
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function checkWord(name: string, value: number): number {
  return checkInteger(`step.${name}`, value, 0, UINT32_MAX);
}

/** A word between this machine's byte order and the file's, which is little-endian; its own inverse. */
function inFile(word: number): number {
  if (endianness() === 'LE') return word;
  const bytes = new DataView(new ArrayBuffer(WORD_BYTES));
  bytes.setUint32(0, word, true);
  return bytes.getUint32(0, false);
}
