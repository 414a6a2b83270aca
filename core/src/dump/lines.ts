import { dumpFault } from './fault.js';
import type { DumpLimits } from './limits.js';

/** One line of a file. */
export interface Line {
  /** Its bytes, with the line feed that ends it. Owned by the receiver. */
  readonly bytes: Uint8Array;
  /** 1 for the first. */
  readonly number: number;
}

const LINE_FEED = 10;

/** Cuts bytes into lines. Throws `ERR_DUMP` beyond the limits, and for a last line without an end: a file that was cut off has one. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, name: string, limits: DumpLimits): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  let totalBytes = 0;
  let number = 0;
  for await (const chunk of chunks) {
    totalBytes += chunk.length;
    if (totalBytes > limits.totalBytes) throw dumpFault(name, number + 1, `more than ${limits.totalBytes} bytes, unpacked`);
    for (let start = 0; start < chunk.length;) {
      const found = chunk.indexOf(LINE_FEED, start);
      const end = found < 0 ? chunk.length : found + 1;
      parts.push(chunk.subarray(start, end));
      partBytes += end - start;
      start = end;
      if (partBytes - 1 > limits.lineBytes) throw dumpFault(name, number + 1, `the line is longer than ${limits.lineBytes} bytes`);
      if (found < 0) continue;
      number += 1;
      if (number > limits.lines) throw dumpFault(name, number, `more than ${limits.lines} lines`);
      yield { bytes: Buffer.concat(parts, partBytes), number };
      parts = [];
      partBytes = 0;
    }
  }
  if (partBytes > 0) throw dumpFault(name, number + 1, 'the file was cut off: its last line has no end');
}
