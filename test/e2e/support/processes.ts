import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;
const MOST_MS = 10_000;
const SIGHUP_BIT = 1n;

/**
 * Resolves when the tool listens to signals: the process itself, or the one that it started. Node catches SIGINT and SIGTERM for its own
 * purposes, SIGHUP only when somebody asks. Rejects after ten seconds.
 */
export async function listensToSignals(pid: number | undefined): Promise<void> {
  for (let waitedMs = 0; waitedMs < MOST_MS; waitedMs += POLL_MS) {
    const children = fileOf(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter((word) => word !== '');
    const candidates = children.length > 0 ? children : [String(pid)];
    if (candidates.some((each) => (caught(each) & SIGHUP_BIT) !== 0n)) return;
    await delay(POLL_MS);
  }
  throw new TypeError(`process ${pid} does not listen to signals`);
}

function caught(pid: string): bigint {
  return BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(fileOf(`/proc/${pid}/status`))?.[1] ?? '0'}`);
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
