/** How much of a file a reader takes before it gives up: a small gzip file can hold any number of bytes. */
export interface DumpLimits {
  /** Bytes of one line, its end not among them. */
  readonly lineBytes: number;
  readonly lines: number;
  /** Bytes of the whole, unpacked. */
  readonly totalBytes: number;
}

/** More than any device gives. */
export const DUMP_LIMITS: DumpLimits = { lineBytes: 16 * 1024 * 1024, lines: 1_000_000, totalBytes: 512 * 1024 * 1024 };
