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
  /** Lines of a file that show where something is wrong, for people. */
  readonly excerpt?: readonly string[];
  readonly cause?: unknown;
}

/** Marks our errors, whichever copy of this package made them. */
const MARK = Symbol.for('auxctl.error');

const BASE = 'AuxctlError';

/**
 * The base of everything that this package throws. A plugin from elsewhere brings a copy of this package: `instanceof` holds for errors of all
 * copies, by the class's name.
 */
export class AuxctlError extends Error {
  /** What `instanceof` goes by. */
  static readonly className: string = BASE;
  override readonly name: string = BASE;

  static {
    Object.defineProperty(this.prototype, MARK, { value: true });
  }

  /** Stable, and listed in {@link CATALOGUE}. */
  readonly code: ErrorCode;
  readonly device: string | undefined;
  readonly command: string | undefined;
  readonly hint: string | undefined;
  readonly excerpt: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.device = context.device;
    this.command = context.command;
    this.hint = context.hint ?? CATALOGUE[code].hint;
    this.excerpt = context.excerpt;
  }

  static override [Symbol.hasInstance](this: { readonly className: string }, value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    const isOurs = Object.hasOwn(this, 'className') && typeof value === 'object' && value !== null && MARK in value && 'name' in value;
    return isOurs && (this.className === BASE || value.name === this.className);
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
