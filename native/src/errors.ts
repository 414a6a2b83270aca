import type { NativeErrorShape } from './types.js';

/** Codes of failures that are not a system call's: those of a system call are the errno's name. */
export type NativeErrorCode =
  /** The addon has not been built, or not for this release of Node. */
  | 'ERR_NATIVE_MISSING'
  /** An argument has the wrong type, is out of range, or is shared or detached memory. */
  | 'ERR_NATIVE_ARGUMENT'
  /** The channel, mapping, descriptor or socket has been closed. */
  | 'ERR_NATIVE_CLOSED'
  /** An abandoned call of this channel has not returned yet. */
  | 'ERR_NATIVE_STUCK'
  /** The wait's `timeoutMs` has passed. */
  | 'ERR_NATIVE_TIMEOUT'
  /** The wait's signal was aborted; its reason is the `cause`. */
  | 'ERR_NATIVE_ABORTED'
  /** A call before this one of the batch has failed. */
  | 'ERR_NATIVE_SKIPPED'
  /** The peer has closed in the middle of what was to be received. */
  | 'ERR_NATIVE_ENDED'
  /** Something else waits for the same thing already. */
  | 'ERR_NATIVE_BUSY';

/** What a `NativeError` can say besides its code and message. */
export interface NativeErrorDetails {
  /** The errno, positive. */
  readonly errno?: number | undefined;
  /** The system call that failed. */
  readonly syscall?: string | undefined;
  /** The ioctl request's name, as the caller gave it. */
  readonly request?: string | undefined;
  /** The file or socket concerned. */
  readonly path?: string | undefined;
  /** What this error comes from. */
  readonly cause?: unknown;
}

/** The only error that this package throws or rejects with. */
export class NativeError extends Error implements NativeErrorShape {
  /** The errno's name, such as `ENODEV`, or a `NativeErrorCode`. */
  readonly code: string;
  /** The errno, positive, where a system call failed. */
  declare readonly errno?: number;
  /** The system call that failed. */
  declare readonly syscall?: string;
  /** The ioctl request's name, as the caller gave it. */
  declare readonly request?: string;
  /** The file or socket concerned. */
  declare readonly path?: string;

  constructor(code: string, message: string, details: NativeErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'NativeError';
    this.code = code;
    for (const key of ['errno', 'syscall', 'request', 'path'] as const) {
      if (details[key] !== undefined) Object.defineProperty(this, key, { value: details[key], enumerable: true });
    }
  }
}

/** An error with one of this package's own codes. */
export function nativeError(code: NativeErrorCode, message: string, details?: NativeErrorDetails): NativeError {
  return new NativeError(code, message, details);
}

/** The error for a bad argument; the message begins with the argument's name. */
export function argumentError(name: string, expected: string): NativeError {
  return nativeError('ERR_NATIVE_ARGUMENT', `${name}: expected ${expected}`);
}

/** Turns an errno into its name and description. */
export type ErrnoText = (errno: number) => readonly [string, string];

/** The error for a system call that failed with an errno. */
export function systemError(errnoText: ErrnoText, errno: number, syscall: string, details: NativeErrorDetails = {}): NativeError {
  const [name, description] = errnoText(errno);
  const subject = [syscall, details.request, details.path].filter((part) => part !== undefined).join(' ');
  return new NativeError(name, `${subject}: ${description} (${name})`, { ...details, errno, syscall });
}
