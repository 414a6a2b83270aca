import type { SimulatorPool } from '../../../cli/src/devices.js';
import { PLAIN } from '../../../cli/src/output/style.js';
import type { Terminal } from '../../../cli/src/output/terminal.js';
import { execute } from '../../../cli/src/run.js';

/** How one command of a session went. */
export interface SessionOutcome {
  readonly status: number;
  readonly data: string;
  /** What was said and asked beside the data. */
  readonly said: string;
}

/** A person at a terminal, and simulated devices that stay from one command to the next. */
export class Session {
  readonly simulators: SimulatorPool;
  readonly #words: readonly string[];

  /** `words` are added to every command line. Sessions that share simulators are programs on one machine. */
  constructor(words: readonly string[], simulators: SimulatorPool = new Map()) {
    this.#words = words;
    this.simulators = simulators;
  }

  /** Runs a command line, given as words; `answer` is what the person says to a question. */
  async run(words: readonly string[], answer = ''): Promise<SessionOutcome> {
    let [data, said] = ['', ''];
    const terminal: Terminal = {
      canAsk: true, isOutputTerminal: false, canRedraw: false, canRedrawNotes: false, size: { columns: 80, rows: 24 }, style: () => PLAIN,
      data: (chunk) => { data += String(chunk); }, tryData: () => true, stream: () => Promise.resolve(true),
      note: (text) => { said += text; },
      ask: (question) => { said += question; return Promise.resolve(answer); },
    };
    const status = await execute([...words, ...this.#words], { terminal, environment: {}, signal: new AbortController().signal, simulators: this.simulators });
    return { status, data, said };
  }
}
