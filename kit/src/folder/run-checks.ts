import type { ConformanceCheck } from '../conformance/check.js';

/** What became of one check. */
export interface CheckResult {
  readonly group: ConformanceCheck['group'];
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was looked at, why nothing was, or what is wrong. */
  readonly detail: string;
}

/** How to run checks. */
export interface RunChecksOptions {
  /** The longest that one may take. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Told of each check before it runs. */
  readonly onCheck?: (check: ConformanceCheck, done: number, total: number) => void;
}

/** Runs checks one after another and tells what became of each. Rejects with the signal's reason when the caller gives up. */
export async function runChecks(checks: readonly ConformanceCheck[], { timeoutMs, signal, onCheck }: RunChecksOptions): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [done, check] of checks.entries()) {
    signal?.throwIfAborted();
    onCheck?.(check, done, checks.length);
    const { group, name } = check;
    results.push({ group, name, ...await resultOf(check, timeoutMs) });
  }
  return results;
}

async function resultOf({ run }: ConformanceCheck, timeoutMs: number): Promise<Pick<CheckResult, 'outcome' | 'detail'>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => { timer = setTimeout(resolve, timeoutMs, 'late'); });
  try {
    const outcome = await Promise.race([run(), late]);
    if (outcome === 'late') return { outcome: 'failed', detail: `did not end within ${timeoutMs / 1000} s` };
    return 'told' in outcome ? { outcome: 'passed', detail: outcome.told } : { outcome: 'skipped', detail: outcome.skipped };
  } catch (error) {
    return { outcome: 'failed', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
