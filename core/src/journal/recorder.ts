import type { CommandIntent, CommandRecorder, CommandResult, OpenRecord, RefusedCommand } from '../channel/recorder.js';
import { AuxctlError } from '../errors/base.js';
import { intentBody, outcomeBody, refusalBody, type IntentBody, type OutcomeBody } from './bodies.js';
import type { SystemJournal } from './system-journal.js';
import { surroundings, type Surroundings } from './surroundings.js';
import { JournalWriter, type WriterOptions } from './writer.js';

/** What a recorder needs. */
export interface RecorderOptions extends WriterOptions {
  /** Why, in the user's words. */
  readonly reason?: string | undefined;
  /** Who sends; what this process says of itself when absent. */
  readonly surroundings?: Surroundings;
  /** Gets a copy of every record. */
  readonly copies?: SystemJournal | undefined;
  /** Is told when an outcome could not be recorded: the command has been sent, and the journal shows it as unfinished. */
  readonly warn: (text: string) => void;
}

/** Keeps the record of commands in the journal of a state directory. */
export class JournalRecorder implements CommandRecorder {
  readonly #options: RecorderOptions;
  readonly #writer: JournalWriter;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#writer = new JournalWriter(options);
  }

  async begin(intents: readonly CommandIntent[], signal?: AbortSignal): Promise<OpenRecord> {
    const { surroundings: around = surroundings(), reason, clock, copies } = this.#options;
    const bodies = intents.map((intent) => intentBody(intent, this.#writer.times, around, reason));
    const first = await this.#writer.append(bodies, { signal });
    const startedMs = clock.monotonicMs();
    await copies?.send(bodies.map((body, index) => ({ sequence: first + index, body, of: body })));
    return { end: async (results) => this.#end(first, startedMs, bodies, results) };
  }

  async refuse(commands: readonly RefusedCommand[], signal?: AbortSignal): Promise<void> {
    const { surroundings: around = surroundings(), reason, copies } = this.#options;
    const bodies = commands.map((command) => refusalBody(command, this.#writer.times, around, reason));
    const first = await this.#writer.append(bodies, { signal });
    await copies?.send(bodies.map((body, index) => ({ sequence: first + index, body, of: body })));
  }

  /** Not given up when the caller does: the command has been sent. */
  async #end(first: number, startedMs: number, intents: readonly IntentBody[], results: readonly CommandResult[]): Promise<void> {
    const durationMs = Math.max(0, this.#options.clock.monotonicMs() - startedMs);
    const bodies: OutcomeBody[] = results.map((result, index) => outcomeBody(first + index, this.#writer.times, durationMs, result));
    try {
      const sequence = await this.#writer.append(bodies, { isLate: true });
      await this.#options.copies?.send(bodies.flatMap((body, index) => {
        const of = intents[index];
        return of === undefined ? [] : [{ sequence: sequence + index, body, of }];
      }));
    } catch (error) {
      if (!(error instanceof AuxctlError)) throw error;
      this.#options.warn(`the command was sent, and its outcome is not in the journal: ${error.message}`);
    }
  }
}
