import { monotonicMs } from '../wait.js';

/** Time, as those who wait see it; tests have one of their own. */
export interface Clock {
  /** Milliseconds since some start; never goes back. */
  nowMs(): number;
  /** Calls once after so many milliseconds, 0 being the event loop's next turn. Returns what calls it off. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The process's own. */
export const systemClock: Clock = {
  nowMs: monotonicMs,
  after(milliseconds, call) {
    if (milliseconds === 0) {
      const immediate = setImmediate(call);
      return () => { clearImmediate(immediate); };
    }
    const timer = setTimeout(call, milliseconds);
    return () => { clearTimeout(timer); };
  },
};
