import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuxctlError } from '@auxctl/core';
import { report, type CommandModule, type Context } from '../command.js';
import type { SimulatorPool } from '../devices.js';
import { EXAMPLES } from '../generated/examples.js';
import type { Style } from '../output/style.js';
import { quoteWord } from '../output/shell.js';
import type { Terminal } from '../output/terminal.js';
import { execute } from '../run.js';
import type { DemoDocument } from '../schemas/tool.js';

/** Stands for a file that is there as long as the tour. */
const FILE = '{file}';
const FILE_NAME = 'before.dump.gz';

const CLOSING = [
  ['auxctl doctor', 'what this machine has, and what it lacks, for real devices'],
  [`auxctl reg list ${EXAMPLES.plugin}`, 'every register that a plugin knows; needs no device'],
  ['auxctl help', 'every command'],
] as const;

/** `auxctl demo` */
export const run: CommandModule['run'] = async (_invocation, context) => {
  const { options, terminal } = context;
  const isLive = !options.json;
  const style = terminal.style('data', options.color);
  const simulators: SimulatorPool = new Map();
  const steps: DemoDocument['steps'] = [];
  using folder = scratchFolder();
  for (const { say, line: words, exitStatus } of EXAMPLES.tour) {
    const line = words.replace(FILE, join(folder.path, FILE_NAME));
    if (isLive) terminal.data(`${style.heading(`# ${say}`)}\n$ auxctl ${line}\n`);
    const step = await runStep(line, { ...context, simulators }, isLive);
    if (isLive) terminal.data('\n');
    if (step.exitStatus !== exitStatus) throw new AuxctlError('ERR_INTERNAL', `auxctl ${line} ended with status ${step.exitStatus}, not ${exitStatus}`);
    steps.push(step);
  }
  return report<DemoDocument>({ schema: 'auxctl.demo/1', steps }, (_document, shown) => closingText(shown));
};

function scratchFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'auxctl-demo-'));
  return { path, [Symbol.dispose]: () => { rmSync(path, { recursive: true, force: true }); } };
}

/** Runs a line as if it had been typed; its notes go where its data go, so that the tour reads in order. */
async function runStep(line: string, context: Context, isLive: boolean): Promise<DemoDocument['steps'][number]> {
  let output = '';
  const style = context.terminal.style('data', context.options.color);
  const data = (chunk: string | Uint8Array): void => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('hex');
    output += text;
    if (isLive) context.terminal.data(text);
  };
  const isTaken = (chunk: string | Uint8Array): boolean => {
    data(chunk);
    return true;
  };
  const terminal: Terminal = {
    canAsk: false, isOutputTerminal: true, canRedraw: false, canRedrawNotes: false, size: context.terminal.size,
    data, tryData: isTaken, stream: (chunk) => Promise.resolve(isTaken(chunk)), note: data, style: () => style, ask: () => Promise.resolve(undefined),
  };
  const exitStatus = await execute(line.split(' '), { ...context, terminal });
  return { command: ['auxctl', ...line.split(' ').map(quoteWord)].join(' '), exitStatus, output };
}

function closingText(style: Style): string {
  const width = Math.max(...CLOSING.map(([command]) => command.length));
  return `${style.heading('# Where to go next')}\n${CLOSING.map(([command, what]) => `${command.padEnd(width)}  ${what}\n`).join('')}`;
}
