import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { SCHEMAS } from '../../../cli/src/schemas/index.js';

/** The top of the checkout. */
export const top = fileURLToPath(new URL('../../../', import.meta.url));

/** The tool as a user runs it. */
export const auxctl = join(top, 'cli/bin/auxctl');

/** A plugin of simulated devices that fail in one way each: well, hangs, gone, short, refuses, throws, garbage. */
export const faulty = join(top, 'test/e2e/fixtures/faulty');

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts the tool with pipes on all three streams and nothing of this process's own settings. */
export function start(words: readonly string[], { env = {}, cwd = top }: RunOptions = {}): ChildProcessWithoutNullStreams {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(auxctl, [...words], { cwd, env: { PATH, HOME, ...env } });
}

/** Runs the tool to its end. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = start(words, options);
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  return ended(child);
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => stdout.push(data));
  child.stderr.on('data', (data: Buffer) => stderr.push(data));
  const [status, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  const bytes = Buffer.concat(stdout);
  return { status, signal, bytes, stdout: bytes.toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Runs a line of words separated by blanks, on simulated mlx5 devices where it names one. */
export async function line(text: string, options: RunOptions = {}): Promise<Ended> {
  return run([...text.split(' ').filter((word) => word !== ''), ...(text.includes('sim-mlx5') ? ['--sim', 'mlx5:2'] : []), ...(text.includes('sim-faulty') ? ['--sim', 'faulty:7', '--plugin', faulty] : [])], options);
}

/** What a successful command prints with `--json`, held against the schema that it names. */
export async function json(text: string, options: RunOptions = {}): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await line(`${text} --json`, options);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return checked(stdout);
}

/** The error that a failing command prints with `--json`. */
export async function jsonError(text: string, options: RunOptions = {}): Promise<Record<string, unknown> & { readonly status: number | null }> {
  const { status, stdout, stderr } = await line(`${text} --json`, options);
  expect(stdout).toBe('');
  const document = checked(stderr);
  expect(document['exitStatus']).toBe(status);
  return { ...document, status };
}

/** Parses a document and holds it against its schema. */
export function checked(text: string): Record<string, unknown> {
  const document = JSON.parse(text) as Record<string, unknown>;
  const schema = SCHEMAS[String(document['schema'])];
  expect(schema, `schema ${String(document['schema'])}`).toBeDefined();
  expect(schema?.safeParse(document).error?.issues ?? []).toEqual([]);
  return document;
}

export interface Folder extends Disposable {
  readonly path: string;
  at(name: string): string;
}

/** An empty folder, removed when disposed of. */
export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'auxctl-e2e-'));
  return { path, at: (name) => join(path, name), [Symbol.dispose]: () => { rmSync(path, { recursive: true, force: true }); } };
}
