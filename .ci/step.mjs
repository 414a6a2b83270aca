import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Pinned here rather than in package.json, which would make pnpm fetch itself once more. */
export const PNPM = 'pnpm@12.21.0';

/** The top of the checkout. */
export const top = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs a program in the checkout; its output goes where ours goes, or nowhere when `quiet`, unless it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit status
 */
export async function run(program, args, { quiet = false, cwd = top, env = process.env } = {}) {
  const child = spawn(program, args, { cwd, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] });
  /** @type {Buffer[]} */
  const kept = [];
  child.stdout?.on('data', (data) => kept.push(data));
  child.stderr?.on('data', (data) => kept.push(data));
  const status = await new Promise((resolve) => {
    child.on('error', (error) => {
      kept.push(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
  if (status !== 0 && quiet) process.stderr.write(Buffer.concat(kept));
  return status;
}

/**
 * As {@link run}, but a failure ends this process.
 * @param {string} what @param {string} program @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options]
 */
export async function must(what, program, args, options) {
  const status = await run(program, args, options);
  if (status === 0) return;
  process.stderr.write(`${what} failed (exit status ${status})\n`);
  process.exit(1);
}
