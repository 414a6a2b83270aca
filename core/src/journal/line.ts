import { hash as digest } from 'node:crypto';

const HASH_DIGITS = 64;
const BEFORE_HASH = ',"hash":"';
const AFTER_HASH = '"}';
const TAIL_BYTES = BEFORE_HASH.length + HASH_DIGITS + AFTER_HASH.length;
const HEAD = /^\{"previous":"([0-9a-f]{64})","sequence":([1-9]\d{0,14}),"type":"(intent|refusal|outcome|file|recovery|observed|watch)"(?:,"intent":([1-9]\d{0,14}))?,/;
const MOST_HEAD_BYTES = 192;
const TAIL = new RegExp(`^${BEFORE_HASH}([0-9a-f]{${HASH_DIGITS}})${AFTER_HASH}$`);

/** A record without what chains it. `type` is its first member, and an outcome's `intent` its second. */
export interface RecordBody {
  readonly type: 'intent' | 'refusal' | 'outcome' | 'file' | 'recovery' | 'observed' | 'watch';
}

/** What a sound line says of its place in the chain. */
export interface LinePlace {
  readonly previous: string;
  readonly sequence: number;
  readonly type: string;
  /** Of an outcome. */
  readonly intent: number | undefined;
  readonly hash: string;
}

/** A record as a line with its newline, and its hash. */
export function makeLine(body: RecordBody, previous: string, sequence: number): { readonly line: string; readonly hash: string } {
  const text = `{"previous":"${previous}","sequence":${sequence},${JSON.stringify(body).slice(1, -1)}`;
  const hash = digest('sha256', text, 'hex');
  return { line: `${text}${BEFORE_HASH}${hash}${AFTER_HASH}\n`, hash };
}

/** The place of a line (without its newline) in the chain; undefined where its hash is not that of its bytes, or it is no record at all. */
export function placeOf(line: Buffer): LinePlace | undefined {
  const bodyBytes = line.length - TAIL_BYTES;
  if (bodyBytes <= 0) return undefined;
  const written = TAIL.exec(line.toString('latin1', bodyBytes))?.[1];
  if (written === undefined || digest('sha256', line.subarray(0, bodyBytes), 'hex') !== written) return undefined;
  const [, previous, sequence, type, intent] = HEAD.exec(line.toString('latin1', 0, MOST_HEAD_BYTES)) ?? [];
  if (previous === undefined || sequence === undefined || type === undefined) return undefined;
  return { previous, sequence: Number(sequence), type, intent: intent === undefined ? undefined : Number(intent), hash: written };
}
