import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { auxctl, ended, top } from './auxctl.js';

const script = fileURLToPath(new URL('pseudo-terminal.py', import.meta.url));

/** Is there what makes a terminal? */
export const hasPseudoTerminal = spawnSync('python3', ['-c', 'import pty, fcntl']).status === 0;

/** The tool on a terminal of its own. */
export interface OnTerminal {
  /** Of the process that keeps the terminal; the tool is its child. */
  readonly pid: number | undefined;
  /** What it has written so far. */
  readonly screen: () => string;
  /** Waits until it has written something that matches. */
  readonly until: (pattern: RegExp) => Promise<void>;
  /** `keys TEXT`, `size ROWS COLUMNS` or `hangup`. */
  readonly order: (order: string) => void;
  readonly outcome: Promise<{ readonly status: number | null }>;
}

/** Starts the tool, or another program, on a terminal of so many rows and columns. */
export function startOnTerminal(words: readonly string[], { rows = 24, columns = 80, env = {}, program = auxctl }: { readonly rows?: number; readonly columns?: number; readonly env?: Readonly<Record<string, string>>; readonly program?: string } = {}): OnTerminal {
  const child: ChildProcessWithoutNullStreams = spawn('python3', [script, String(rows), String(columns), program, ...words], { cwd: top, env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', LANG: 'C.UTF-8', ...env } });
  let written = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (data: Buffer) => {
    written += data.toString();
    for (const look of waiting) look();
  });
  const outcome = ended(child);
  return {
    pid: child.pid, outcome, screen: () => written,
    order: (order) => { child.stdin.write(`${order}\n`); },
    until: async (pattern) => new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(written)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void outcome.then(() => { reject(new TypeError(`ended without ${String(pattern)}: ${written}`)); });
    }),
  };
}

/** The last frame that was drawn in place as a whole, as its lines. */
export function lastFrame(screen: string): string[] {
  const [, frame = ''] = [...screen.matchAll(/\u001b\[\?2026h([^]*?)\u001b\[\?2026l/g)].at(-1) ?? [];
  return frame.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split(/\r*\n/);
}
