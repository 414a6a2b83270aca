import { createInterface } from 'node:readline';

/** Asks on standard error and reads a line from standard input; undefined at the end of the input. Rejects when `signal` aborts. */
export async function askLine(question: string, signal: AbortSignal): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      lines.once('close', () => { resolve(undefined); });
      signal.addEventListener('abort', () => { reject(signal.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError')); }, { once: true });
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}
