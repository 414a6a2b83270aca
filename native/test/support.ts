import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadNative, type Native } from '../src/index.js';

const here = dirname(fileURLToPath(import.meta.url));
const cacheDir = join(here, '..', 'build', 'test');

/** The addon under test: the one that is shipped, or the one that a sanitized run names. */
export const addonPath = process.env['AUXCTL_TEST_ADDON'] ?? join(here, '..', 'build', 'Release', 'auxctl.node');

/** The native surface, loaded. */
export function native(): Native {
  return loadNative({ addonPath });
}

/** A temporary directory that goes at the end of the test. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'auxctl-native-'));
  readonly #fds: number[] = [];

  /** A FIFO, whose reading end blocks until `release` is called. */
  fifo(name: string): string {
    const path = join(this.path, name);
    execFileSync('mkfifo', [path]);
    return path;
  }

  /** Opens a FIFO for both, so that it has a writer and does not end. */
  hold(path: string): number {
    const fd = openSync(path, constants.O_RDWR);
    this.#fds.push(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) closeSync(fd);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Writes one byte, for which a blocked reader waits. */
export function release(fd: number): void {
  writeSync(fd, '.');
}

/** Compiles a C file of this folder into the addon's build folder, unless that is done, and returns the result's path. */
export function compileC(name: string, ...flags: string[]): string {
  const source = join(here, `${name}.c`);
  const output = join(cacheDir, name);
  mkdirSync(cacheDir, { recursive: true });
  if (existsSync(output) && statSync(output).mtimeMs > statSync(source).mtimeMs) return output;
  const partial = `${output}.${process.pid}`;
  execFileSync(process.env['CC'] ?? 'cc', ['-Wall', '-Wextra', '-Werror', '-O1', ...flags, '-o', partial, source]);
  renameSync(partial, output);
  return output;
}

/** Bundles the package into one file that a plain node can import. */
export function bundle(): string {
  const output = join(cacheDir, `native.${process.pid}`);
  const tsup = createRequire(import.meta.url).resolve('tsup');
  execFileSync(process.execPath, [join(dirname(tsup), 'cli-default.js'), join(here, '../src/index.ts'), '--format', 'esm', '--silent', '--out-dir', output], {
    cwd: join(here, '..'), env: { ...process.env, LD_PRELOAD: '' },
  });
  return join(output, 'index.js');
}

/** How a scenario has ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** What a scenario runs with. */
export interface ScenarioOptions {
  readonly bundlePath: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly preload?: string;
  readonly nodeArgs?: readonly string[];
}

/** Starts a program of the folder `scenarios` in a node of its own. */
export function startScenario(name: string, options: ScenarioOptions): ChildProcess {
  const preload = [process.env['LD_PRELOAD'], options.preload].filter((part) => part !== undefined && part !== '').join(' ');
  return spawn(process.execPath, [...(options.nodeArgs ?? []), join(here, 'scenarios', `${name}.mjs`), ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AUXCTL_TEST_BUNDLE: options.bundlePath, AUXCTL_TEST_ADDON: addonPath, LD_PRELOAD: preload, ...options.env },
  });
}

/** Collects a program's output until it has ended and its output is closed. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const startedMs = performance.now();
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name]?.on('data', (part: Buffer) => (output[name] += part.toString()));
  await once(child, 'close');
  return { status: child.exitCode, signal: child.signalCode, ...output, elapsedMs: performance.now() - startedMs };
}

/** Runs a scenario to its end. */
export async function runScenario(name: string, options: ScenarioOptions): Promise<Ended> {
  return ended(startScenario(name, options));
}
