import type { Binding } from './binding.js';
import { type NativeError, type NativeErrorDetails, systemError } from './errors.js';
import { JobTable } from './job-table.js';

/** What every object of this package needs: the addon, and the jobs that are with its workers. */
export class Context {
  /** The loaded addon. */
  readonly binding: Binding;
  /** The jobs that have not come back yet. */
  readonly jobs: JobTable;
  readonly #names = new Map<number, readonly [string, string]>();

  constructor(binding: Binding) {
    this.binding = binding;
    this.jobs = new JobTable(binding);
  }

  /** The error for an errno. */
  error(errno: number, syscall: string, details?: NativeErrorDetails): NativeError {
    return systemError((number) => this.#text(number), errno, syscall, details);
  }

  /** Passes a result on, and throws the error for a negative errno. */
  check(result: number, syscall: string, details?: NativeErrorDetails): number {
    if (result >= 0) return result;
    throw this.error(-result, syscall, details);
  }

  #text(errno: number): readonly [string, string] {
    let text = this.#names.get(errno);
    if (text === undefined) {
      text = this.binding.errnoText(errno);
      this.#names.set(errno, text);
    }
    return text;
  }
}
