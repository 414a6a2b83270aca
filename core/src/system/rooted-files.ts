import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { posix } from 'node:path';

/** Something in a file tree that could not be used. It is reported and skipped, never an exception. */
export interface FileProblem {
  /**
   * `vanished`: listed, and gone when it was looked at; `unreadable`: the system refused; `malformed`: not what belongs there;
   * `oversized`: more than is read, the rest was ignored.
   */
  readonly type: 'vanished' | 'unreadable' | 'malformed' | 'oversized';
  /** The file, below the root and without it, such as `/sys/class/net`. */
  readonly path: string;
  /** The errno's name, or what is wrong in a few words. */
  readonly detail: string;
}

/** Receives problems as they are found. */
export type ReportProblem = (problem: FileProblem) => void;

const MAX_ENTRIES = 65_536;
const DEFAULT_MAX_BYTES = 4096;
const ATTRIBUTE_BYTES = DEFAULT_MAX_BYTES + 1;
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO']);
const MISPLACED = new Set(['EINVAL', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EAGAIN']);

/** How to read a file. */
export interface ReadOptions {
  /** Read no more than this; more is reported, and ignored. Default 4096. */
  readonly maxBytes?: number;
  /** Report the file's absence as `vanished`. Default false. */
  readonly expected?: boolean;
}

/**
 * Small files below a root directory, read synchronously with bounds: attributes of sysfs and procfs are a few microseconds each this
 * way, several times less than with promises. Paths are absolute within the root. What is absent is `undefined`; every other failure is
 * reported and then `undefined` too.
 */
export class RootedFiles {
  readonly report: ReportProblem;
  readonly #prefix: string;
  #buffer = Buffer.allocUnsafe(DEFAULT_MAX_BYTES + 1);

  constructor(root = '/', report: ReportProblem = () => undefined) {
    this.#prefix = posix.resolve(root).replace(/\/$/, '');
    this.report = report;
  }

  /** Where a path of this tree is in the file system of the process. */
  locate(path: string): string {
    return this.#prefix + path;
  }

  /** A file's bytes; fresh memory. */
  bytes(path: string, options: ReadOptions = {}): Buffer | undefined {
    const lengthBytes = this.#read(path, options);
    return lengthBytes === undefined ? undefined : Buffer.from(this.#buffer.subarray(0, lengthBytes));
  }

  /** Bytes at a position of a file, and no others: fewer where it ends. Fresh memory. */
  part(path: string, offsetBytes: number, lengthBytes: number): Buffer | undefined {
    return this.#attempt(path, () => readPart(this.locate(path), offsetBytes, lengthBytes));
  }

  /** A file's text, one character a byte, without white space at its end. */
  text(path: string, options: ReadOptions = {}): string | undefined {
    const lengthBytes = this.#read(path, options);
    return lengthBytes === undefined ? undefined : this.#buffer.toString('latin1', 0, lengthBytes).trimEnd();
  }

  /** The names in a directory, unsorted, at most 65,536. */
  entries(path: string): readonly string[] | undefined {
    const names = this.#attempt(path, () => readdirSync(this.locate(path)));
    if (names === undefined || names.length <= MAX_ENTRIES) return names;
    this.report({ type: 'oversized', path, detail: `${names.length} entries` });
    return names.slice(0, MAX_ENTRIES);
  }

  /** Where a relative link in a directory that is itself reached without links leads to, resolved by its text alone. */
  link(path: string): string | undefined {
    const target = this.#attempt(path, () => readlinkSync(this.locate(path)));
    if (target?.startsWith('/') !== true) return target === undefined ? undefined : posix.resolve(posix.dirname(path), target);
    this.report({ type: 'malformed', path, detail: 'an absolute link' });
    return undefined;
  }

  /** Reads into the shared buffer and returns the number of bytes. */
  #read(path: string, { maxBytes = DEFAULT_MAX_BYTES, expected = false }: ReadOptions): number | undefined {
    if (this.#buffer.length <= maxBytes) this.#buffer = Buffer.allocUnsafe(maxBytes + 1);
    const lengthBytes = this.#attempt(path, () => this.#fill(this.locate(path), maxBytes + 1), expected);
    if (lengthBytes === undefined || lengthBytes <= maxBytes) return lengthBytes;
    this.report({ type: 'oversized', path, detail: `more than ${maxBytes} bytes` });
    return maxBytes;
  }

  #fill(location: string, lengthBytes: number): number {
    // Without O_NONBLOCK, a pipe in a foreign tree would hold up the open for ever.
    const fd = openSync(location, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      let filledBytes = 0;
      for (;;) {
        const readBytes = readSync(fd, this.#buffer, filledBytes, lengthBytes - filledBytes, null);
        filledBytes += readBytes;
        // The kernel hands out an attribute in one piece; asking for more would double the cost of a scan.
        if (readBytes === 0 || filledBytes === lengthBytes || lengthBytes <= ATTRIBUTE_BYTES) return filledBytes;
      }
    } finally {
      closeSync(fd);
    }
  }

  #attempt<T>(path: string, action: () => T, expected = false): T | undefined {
    try {
      return action();
    } catch (error) {
      const errno = errnoName(error);
      if (MISPLACED.has(errno)) this.report({ type: 'malformed', path, detail: errno });
      else if (!ABSENT.has(errno)) this.report({ type: 'unreadable', path, detail: errno });
      else if (expected) this.report({ type: 'vanished', path, detail: errno });
      return undefined;
    }
  }
}

function readPart(location: string, offsetBytes: number, lengthBytes: number): Buffer {
  const fd = openSync(location, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const bytes = Buffer.alloc(lengthBytes);
    return bytes.subarray(0, readSync(fd, bytes, 0, lengthBytes, offsetBytes));
  } finally {
    closeSync(fd);
  }
}

function errnoName(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}
