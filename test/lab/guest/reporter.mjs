/**
 * A reporter for Node's test runner: one JSON line for each check, written as it ends, and one for each note that it has left.
 *
 * @typedef {object} CheckResult
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped'} outcome
 * @property {number} durationMs
 * @property {string} [reason] why it failed or was skipped
 */

/**
 * @param {import('node:stream').Readable} events as Node's runner sends them
 * @returns {AsyncGenerator<string>}
 */
export default async function* report(events) {
  for await (const { type, data } of events) {
    // The runner's own counts come as diagnostics too.
    if (type === 'test:diagnostic' && !/^\w+ [\d.]+$/.test(data.message)) yield `${JSON.stringify({ note: data.message })}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, details, skip } = data;
    /** @type {CheckResult} */
    const result = { name, durationMs: Math.round(details.duration_ms), ...outcome(type === 'test:pass', details.error, skip) };
    yield `${JSON.stringify(result)}\n`;
  }
}

/**
 * @param {boolean} passed
 * @param {Error | undefined} error
 * @param {string | boolean | undefined} skip
 * @returns {Pick<CheckResult, 'outcome' | 'reason'>}
 */
function outcome(passed, error, skip) {
  if (skip !== undefined && skip !== false) return { outcome: 'skipped', reason: String(skip) };
  if (passed) return { outcome: 'passed' };
  const cause = error?.cause instanceof Error ? error.cause : error;
  return { outcome: 'failed', reason: cause?.stack ?? String(cause) };
}
