import { AuxctlError } from '@auxctl/core';

/** A value as the command line gives it. */
export type ArgumentValue = string | boolean | readonly string[] | undefined;

/** One parsed command line: arguments and options by the names of their definition. */
export class Invocation {
  /** The command's words, such as `reg read`. */
  readonly command: string;
  /** Every word after the program's name, as typed. */
  readonly words: readonly string[];
  readonly #values: ReadonlyMap<string, ArgumentValue>;

  constructor(command: string, words: readonly string[], values: ReadonlyMap<string, ArgumentValue>) {
    this.command = command;
    this.words = words;
    this.#values = values;
  }

  /** A value that the definition demands. */
  text(name: string): string {
    const value = this.#values.get(name);
    if (typeof value !== 'string') throw new AuxctlError('ERR_INTERNAL', `${this.command} has no value for ${name}`);
    return value;
  }

  /** A value that may be left out. */
  maybe(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** All values of a variadic argument or repeatable option. */
  list(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** Was the flag given? */
  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }
}
