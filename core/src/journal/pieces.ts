import type { FileHandle } from 'node:fs/promises';
import { MOST_JOURNAL_LINE_BYTES } from '@auxctl/schemas';
import { TransportError } from '../errors/classes.js';

const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** A line without its newline, or a part of one that is too long to be a record. */
export interface Piece {
  /** Valid during the call that gets it. */
  readonly bytes: Buffer;
  /** Did a newline follow? */
  readonly isClosed: boolean;
  /** Where it begins, in bytes from the file's start. */
  readonly at: number;
}

/**
 * Gives each line of a file from a position on to `take`, which returns false to stop; memory does not grow with the file. What follows the
 * last newline is given too. Resolves with the position after the last
 * byte read; rejects with `ERR_ABORTED`.
 */
export async function readPieces(file: FileHandle, from: number, take: (piece: Piece) => boolean, signal?: AbortSignal): Promise<number> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let at = from;
  let held = 0;
  for (;;) {
    if (signal?.aborted === true) throw new TransportError('ERR_ABORTED', 'the journal was not read to its end', { cause: signal.reason });
    const { bytesRead } = await file.read(buffer, held, READ_BYTES - held, at + held);
    const end = held + bytesRead;
    const isEnd = bytesRead === 0;
    let start = 0;
    for (let newline = buffer.indexOf(NEWLINE); newline >= 0 && newline < end; newline = buffer.indexOf(NEWLINE, start)) {
      if (!take({ bytes: buffer.subarray(start, newline), isClosed: true, at: at + start })) return at + newline + 1;
      start = newline + 1;
    }
    const isLong = end - start > MOST_JOURNAL_LINE_BYTES;
    if (end > start && (isEnd || isLong)) {
      if (!take({ bytes: buffer.subarray(start, end), isClosed: false, at: at + start })) return at + end;
      start = end;
    }
    if (isEnd) return at + end;
    buffer.copyWithin(0, start, end);
    held = end - start;
    at += start;
  }
}
