import type { Terminal, WindowSize } from './terminal.js';

/** Takes the window for itself, hides the cursor, and cuts lines that are too long instead of breaking them. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Between these two a terminal that knows them shows nothing half done; others pass over them. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];
const [HOME, CLEAR_LINE, CLEAR_BELOW] = ['\u001b[H', '\u001b[K', '\u001b[J'];

/** A terminal's window that is drawn over and over, without flicker. */
export interface Screen extends Disposable {
  /** Asked anew at each use: people resize windows. */
  readonly size: WindowSize;
  /** Shows these lines in place of the last ones; those that the window has no room for are left out. False when the terminal is gone. */
  draw(lines: readonly string[]): boolean;
  /** Gives the window back, with the last lines below what stood there before. Closing twice is harmless. */
  [Symbol.dispose](): void;
}

/**
 * Takes over the window of a terminal; only where {@link Terminal.canRedraw}. `onResize` is called when its size has changed: the caller
 * draws again.
 */
export function openScreen(terminal: Pick<Terminal, 'size' | 'tryData'>, onResize: () => void = () => undefined): Screen {
  let last: readonly string[] = [];
  let isOpen = true;
  terminal.tryData(OPEN);
  process.stdout.on('resize', onResize);
  return {
    get size() { return terminal.size; },
    draw(lines) {
      last = lines;
      const shown = lines.slice(0, terminal.size.rows);
      return terminal.tryData(`${BEGIN}${HOME}${shown.map((line) => line + CLEAR_LINE).join('\r\n')}${CLEAR_BELOW}${END}`);
    },
    [Symbol.dispose]() {
      if (!isOpen) return;
      isOpen = false;
      process.stdout.removeListener('resize', onResize);
      terminal.tryData(CLOSE + last.map((line) => `${line}\n`).join(''));
    },
  };
}
