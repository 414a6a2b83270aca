import { createHash, type Hash } from 'node:crypto';
import { placeOf, type LinePlace } from './line.js';
import type { Piece } from './pieces.js';

/** Where in a journal something is. */
export interface Place {
  /** Number of the file. */
  readonly file: number;
  /** Number of the line in it, from 1 on; 0 where it is not known. */
  readonly line: number;
  /** The position in bytes. */
  readonly at: number;
}

/** Bytes between two records that are none. */
export interface Torn {
  readonly place: Place;
  /** Without the newline that closes them. */
  readonly bytes: number;
  readonly sha256: string;
  /** Lines that a newline closes. */
  readonly closedLines: number;
}

/** What a piece of a file turned out to be. */
export type Finding =
  | { readonly type: 'part' }
  /** The next record, as it was written. `closes` is what it says it closes. */
  | { readonly type: 'next'; readonly line: LinePlace; readonly place: Place; readonly end: number }
  /** A whole record, and not the next one; or it follows bytes that are no record, which it does not account for. */
  | { readonly type: 'other'; readonly line: LinePlace; readonly place: Place; readonly end: number; readonly after: { readonly sequence: number; readonly hash: string | undefined }; readonly torn: Torn | undefined };

interface Region {
  readonly place: Place;
  readonly digest: Hash;
  bytes: number;
  closedLines: number;
  /** The newline that may turn out to be the closing one is not in the digest yet. */
  isNewlineHeld: boolean;
}

const NEWLINE = '\n';

/** Follows a chain of records line by line, and says of each whether it is the next one. */
export class Chain {
  /** Of the last record; undefined where what comes first is not known. */
  #hash: string | undefined;
  #sequence: number;
  #region: Region | undefined;

  /** Goes on after the record with this sequence and hash. */
  constructor(sequence: number, hash: string | undefined) {
    this.#sequence = sequence;
    this.#hash = hash;
  }

  /** The last record's sequence; the one before the first when there was none. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The last record's hash. */
  get hash(): string | undefined {
    return this.#hash;
  }

  /** The bytes after the last record that are none, without a newline at their end, so far. */
  get torn(): Torn | undefined {
    return this.#region === undefined ? undefined : tornOf(this.#region, false);
  }

  /** The same with all that is there, as the one sees it who will close it with a newline. */
  get left(): Torn | undefined {
    return this.#region === undefined ? undefined : tornOf(this.#region, true);
  }

  /** Takes the next piece of a file. A record that lacks only its newline is one. */
  take({ bytes, isClosed, at }: Piece, file: number, line: number): Finding {
    const place = { file, line, at };
    const found = placeOf(bytes);
    if (found === undefined) {
      this.#hold(bytes, isClosed, place);
      return { type: 'part' };
    }
    const torn = this.torn;
    const after = { sequence: this.#sequence, hash: this.#hash };
    const isNext = found.sequence === after.sequence + 1 && (after.hash === undefined || found.previous === after.hash);
    this.#sequence = found.sequence;
    this.#hash = found.hash;
    this.#region = undefined;
    const end = at + bytes.length + Number(isClosed);
    if (isNext && isAccountedFor(torn, found, bytes)) return { type: 'next', line: found, place, end };
    return { type: 'other', line: found, place, end, after, torn };
  }

  #hold(bytes: Buffer, isClosed: boolean, place: Place): void {
    const region = this.#region ??= { place, digest: createHash('sha256'), bytes: 0, closedLines: 0, isNewlineHeld: false };
    if (region.isNewlineHeld) {
      region.digest.update(NEWLINE);
      region.bytes += 1;
    }
    region.digest.update(bytes);
    region.bytes += bytes.length;
    region.isNewlineHeld = isClosed;
    if (isClosed) region.closedLines += 1;
  }
}

/** Records follow each other, or the second one is a recovery that names exactly what lies between. */
function isAccountedFor(torn: Torn | undefined, { type }: LinePlace, bytes: Buffer): boolean {
  if (type !== 'recovery') return torn === undefined;
  const { torn: named } = JSON.parse(bytes.toString()) as { readonly torn?: { readonly bytes?: unknown; readonly sha256?: unknown } };
  return named?.bytes === torn?.bytes && named?.sha256 === torn?.sha256;
}

function tornOf({ place, digest, bytes, closedLines, isNewlineHeld }: Region, isWhole: boolean): Torn {
  const last = isWhole && isNewlineHeld ? NEWLINE : '';
  return { place, bytes: bytes + last.length, sha256: digest.copy().update(last).digest('hex'), closedLines };
}
