/** A restart that has been asked for. */
interface Restart {
  readonly downAtMs: number;
  readonly upAtMs: number;
}

const GENERATIONS = 16;

/**
 * Whether firmware runs, and for the how-many-th time. Time moves only when {@link look} is called: whoever touches the device calls it first.
 */
export class LifeCycle {
  /** 0 to 15; changes at every restart. */
  generation = 0;
  /** How often firmware has restarted since power-on. */
  restarts = 0;
  isRunning = true;
  /** When firmware last started, in the model's milliseconds. */
  startedAtMs: number;
  readonly #nowMs: () => number;
  readonly #goesDown: () => void;
  #restart: Restart | undefined;

  /** `goesDown` is called when firmware stops, before anything else can see that it has. */
  constructor(nowMs: () => number, goesDown: () => void) {
    this.#nowMs = nowMs;
    this.#goesDown = goesDown;
    this.startedAtMs = nowMs();
  }

  /** Firmware will stop in `delayMs` and run again `downMs` later. */
  restart(delayMs: number, downMs: number): void {
    const downAtMs = this.#nowMs() + delayMs;
    this.#restart = { downAtMs, upAtMs: downAtMs + downMs };
  }

  /** Lets happen what is due. */
  look(): void {
    const nowMs = this.#nowMs();
    const due = this.#restart;
    if (due === undefined || nowMs < due.downAtMs) return;
    if (this.isRunning) {
      this.isRunning = false;
      this.#goesDown();
    }
    if (nowMs < due.upAtMs) return;
    this.#restart = undefined;
    this.isRunning = true;
    this.generation = (this.generation + 1) % GENERATIONS;
    this.restarts++;
    this.startedAtMs = due.upAtMs;
  }
}
