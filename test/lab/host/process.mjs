import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';

/**
 * A program that cannot outlive the lab: it is stopped when the run ends, and killed by the kernel should the lab itself die.
 */
export class Companion {
  /** @type {import('node:child_process').ChildProcess} */ #child;
  /** @type {Promise<unknown>} */ #ended;

  /**
   * Starts a program with standard output and error going to a file.
   *
   * @param {readonly string[]} command
   * @param {string} logFile
   */
  static async start(command, logFile) {
    const log = await open(logFile, 'w');
    try {
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], { stdio: ['ignore', log.fd, log.fd] });
      await once(child, 'spawn');
      return new Companion(child, logFile);
    } finally {
      await log.close();
    }
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} logFile
   */
  constructor(child, logFile) {
    this.#child = child;
    this.#ended = once(child, 'exit');
    this.logFile = logFile;
  }

  /** Has it ended, by itself or by being stopped? */
  get hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Asks it to end, and after a grace period no longer asks. Returns when it has ended. */
  async stop(graceMs = 2000) {
    if (this.hasEnded) return;
    this.#child.kill('SIGTERM');
    const graceIsOver = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(graceIsOver);
  }
}
