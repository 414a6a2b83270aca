import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

/** @typedef {import('../guest/reporter.mjs').CheckResult} CheckResult */

/** Collects the results of one scenario while its reporter writes them, and prints each as it comes. */
export class Results {
  /** Where the reporter's lines go in. */
  input = new PassThrough();
  /** @type {CheckResult[]} */ #collected = [];
  #scenario;
  #reading;

  /** @param {string} scenario */
  constructor(scenario) {
    this.#scenario = scenario;
    this.#reading = this.#read();
  }

  async #read() {
    for await (const line of createInterface({ input: this.input })) {
      const said = JSON.parse(line);
      if ('note' in said) process.stdout.write(indented(said.note));
      else this.add(said);
    }
  }

  /** @param {CheckResult} result */
  add(result) {
    this.#collected.push(result);
    process.stdout.write(describe(this.#scenario, result));
  }

  /**
   * All of them, once no more can come.
   *
   * @returns {Promise<readonly CheckResult[]>}
   */
  async finish() {
    this.input.end();
    await this.#reading;
    return this.#collected;
  }
}

const MARKS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' };

/**
 * @param {string} scenario
 * @param {CheckResult} result
 */
function describe(scenario, { name, outcome, durationMs, reason }) {
  const line = `${MARKS[outcome]} ${scenario}: ${name} (${durationMs} ms)\n`;
  return reason === undefined ? line : `${line}${indented(reason)}`;
}

/** @param {string} text */
function indented(text) {
  return `${text.replace(/^/gm, '       ')}\n`;
}

/**
 * @param {readonly CheckResult[]} results
 * @returns {Record<CheckResult['outcome'], number>}
 */
export function count(results) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}
