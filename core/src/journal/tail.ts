import { JOURNAL_FORMAT } from '@auxctl/schemas/model';
import type { JournalSeal } from '@auxctl/schemas';
import { Chain } from './chain.js';
import { ifThere, journalError, type JournalFiles } from './files.js';
import { readPieces } from './pieces.js';
import { EMPTY_STATE, isProven, NO_HASH, sealText } from './seal.js';

/** Where a journal ends, as its next writer finds it. */
export interface Tail {
  readonly sequence: number;
  readonly hash: string;
  /** The last file and its length. */
  readonly file: number;
  readonly bytes: number;
  readonly oldest: { readonly file: number; readonly sequence: number };
  /** Has the last file a record? */
  readonly hasRecord: boolean;
  /** Does the last file end in the middle of a line? */
  readonly isOpen: boolean;
  /** What a writer that was stopped left behind. */
  readonly torn?: { readonly bytes: number; readonly sha256: string };
  readonly unsealed?: { readonly from: number; readonly to: number };
}

/**
 * Finds the end of a journal: what the seal says, and what follows it. To be called with the lock held. Makes the seal of a new journal.
 * Rejects with `ERR_JOURNAL` for one that does not go on as it was sealed.
 */
export async function findTail(files: JournalFiles, key: Uint8Array | undefined): Promise<Tail> {
  const numbers = await files.numbers();
  const seal = await files.seal() ?? await firstSeal(files, numbers, key);
  requireProof(files, seal, key);
  const chain = new Chain(seal.sequence, seal.hash);
  const found: Found = { file: seal.file, bytes: 0, hasRecord: seal.bytes > 0, isOpen: false, oldest: seal.oldest };
  for (const number of [seal.file, ...numbers.filter((each) => each > seal.file)]) await follow(files, number, seal, chain, found);
  const { left: torn, sequence, hash = NO_HASH } = chain;
  return {
    sequence, hash, ...found,
    ...(torn === undefined ? {} : { torn: { bytes: torn.bytes, sha256: torn.sha256 } }),
    ...(sequence === seal.sequence ? {} : { unsealed: { from: seal.sequence + 1, to: sequence } }),
  };
}

type Found = { -readonly [K in 'file' | 'bytes' | 'hasRecord' | 'isOpen' | 'oldest']: Tail[K] };

/** A journal without records gets its seal before its first record: afterwards a missing seal is a removed one. */
async function firstSeal(files: JournalFiles, numbers: readonly number[], key: Uint8Array | undefined): Promise<JournalSeal> {
  if (numbers.length > 0) throw journalError(files.path, 'has no seal');
  await files.writeSeal(sealText(EMPTY_STATE, key));
  return await files.seal() ?? { format: JOURNAL_FORMAT, ...EMPTY_STATE };
}

function requireProof(files: JournalFiles, seal: JournalSeal, key: Uint8Array | undefined): void {
  if (key === undefined && seal.mac !== undefined) throw journalError(files.path, 'is sealed with a key, and none was given');
  if (key !== undefined && !isProven(seal, key)) throw journalError(files.path, seal.mac === undefined ? 'is sealed without a key, and one was given' : 'is sealed with another key');
}

async function follow(files: JournalFiles, number: number, seal: JournalSeal, chain: Chain, found: Found): Promise<void> {
  const from = number === seal.file ? seal.bytes : 0;
  await using handle = await ifThere(files.openToRead(number));
  if (handle === undefined && from === 0) return;
  const size = handle === undefined ? 0 : (await handle.stat()).size;
  if (handle === undefined || size < from) throw journalError(files.path, 'is shorter than it was sealed');
  Object.assign(found, { file: number, bytes: size, hasRecord: from > 0, isOpen: false });
  if (size === from) return;
  await readPieces(handle, from, (piece) => {
    const finding = chain.take(piece, number, 0);
    found.isOpen = !piece.isClosed;
    if (finding.type === 'other') throw journalError(files.path, 'does not go on as it was sealed');
    if (finding.type === 'part') return true;
    found.hasRecord = true;
    if (finding.line.type === 'file') found.oldest = oldestIn(piece.bytes) ?? found.oldest;
    return true;
  });
}

function oldestIn(line: Buffer): Tail['oldest'] | undefined {
  const { oldest } = JSON.parse(line.toString()) as { readonly oldest?: Tail['oldest'] };
  return oldest;
}
