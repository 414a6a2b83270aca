import { CATALOGUE, type ErrorCode } from './catalogue.js';

/** Where a failure arose. Layers are never merged: an errno says that delivery failed, a firmware status is an answer. */
export type ErrorLayer = 'system-call' | 'transport' | 'firmware' | 'plugin' | 'policy' | 'usage' | 'internal';

/** What an error was about, as far as it is known. */
export interface ErrorContext {
  /** The device's address. */
  readonly device?: string;
  /** The firmware command, by name. */
  readonly command?: string;
  /** What the reader can do next; overrides the catalogue's. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The base of everything that this package throws. */
export class AuxctlError extends Error {
  override readonly name: string = 'AuxctlError';
  /** Stable, and listed in {@link CATALOGUE}. */
  readonly code: ErrorCode;
  readonly device: string | undefined;
  readonly command: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.device = context.device;
    this.command = context.command;
    this.hint = context.hint ?? CATALOGUE[code].hint;
  }

  /** The layer that failed. */
  get layer(): ErrorLayer {
    return CATALOGUE[this.code].layer;
  }

  /** The exit status of a program that ends with this error. */
  get exitStatus(): number {
    return CATALOGUE[this.code].exitStatus;
  }
}
