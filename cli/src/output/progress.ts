import { printable } from './table.js';
import type { Terminal } from './terminal.js';

/** How far something is, for people. */
export interface Progress extends Disposable {
  /** `done` of `total`, and what comes next. Costs nothing where nobody sees it. */
  update(done: number, total: number, what: string): void;
  /** Takes the bar away. */
  [Symbol.dispose](): void;
}

/** What is over sooner needs no bar. */
const PATIENCE_MS = 1000;
const EVERY_MS = 100;
const BAR_WIDTH = 24;
const CLEAR = '\r\u001b[K';

/** A bar on standard error, where that is a terminal that can be drawn over and `isWanted`; shown once it has taken a second. */
export function openProgress(terminal: Pick<Terminal, 'canRedrawNotes' | 'note' | 'size'>, isWanted: boolean, now: () => number = () => performance.now()): Progress {
  const isShown = isWanted && terminal.canRedrawNotes;
  const startMs = now();
  let drawnMs = -Infinity;
  return {
    update(done, total, what) {
      const nowMs = now();
      if (!isShown || nowMs - startMs < PATIENCE_MS || nowMs - drawnMs < EVERY_MS) return;
      drawnMs = nowMs;
      terminal.note(CLEAR + barText(done, total, what, terminal.size.columns - 1));
    },
    [Symbol.dispose]() {
      if (drawnMs > -Infinity) terminal.note(CLEAR);
      drawnMs = -Infinity;
    },
  };
}

function barText(done: number, total: number, what: string, columns: number): string {
  const filled = total === 0 ? 0 : Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
  return printable(`[${'#'.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}] ${done}/${total} ${what}`).slice(0, Math.max(0, columns));
}
