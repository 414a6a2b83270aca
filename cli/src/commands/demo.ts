import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuxctlError } from '@auxctl/core';
import { report, type CommandModule, type Context } from '../command.js';
import type { SimulatorPool } from '../devices.js';
import type { Style } from '../output/style.js';
import { quoteWord } from '../output/shell.js';
import type { Terminal } from '../output/terminal.js';
import { execute } from '../run.js';
import type { DemoDocument } from '../schemas/tool.js';

interface Step {
  readonly say: string;
  readonly line: string;
  readonly exitStatus: number;
}

/** Stands for a file that is there as long as the tour. */
const SAVED = 'before.dump.gz';

const STEPS: readonly Step[] = [
  { say: 'Which devices have a control channel? Two simulated ones stand in for hardware here.', line: 'list --sim mlx5:2', exitStatus: 0 },
  { say: 'Who is the first one?', line: 'info sim-mlx5-0 --sim mlx5:2', exitStatus: 0 },
  { say: 'What can it do, and what could it do?', line: 'caps sim-mlx5-0 ATOMIC --sim mlx5:2', exitStatus: 0 },
  { say: 'Registers go by name, and so do their values.', line: 'reg read sim-mlx5-0 PAOS local_port=1 --sim mlx5:2', exitStatus: 0 },
  { say: 'All that a device holds goes into one file, which decodes anywhere.', line: `dump sim-mlx5-0 -o ${SAVED} --sim mlx5:2`, exitStatus: 0 },
  { say: 'Nothing changes unasked: a write is refused before anything is sent.', line: 'reg write sim-mlx5-0 PAOS local_port=1 admin_status=down_by_configuration ase=1 --sim mlx5:2', exitStatus: 4 },
  { say: 'Allowed, it shows what it changes. At a terminal it asks first; --yes answers.', line: 'reg write sim-mlx5-0 PAOS local_port=1 admin_status=down_by_configuration ase=1 --sim mlx5:2 --allow configure --yes', exitStatus: 0 },
  { say: 'What has changed since? Counters and temperatures are left out.', line: `diff ${SAVED} sim-mlx5-0 --sim mlx5:2`, exitStatus: 7 },
  { say: 'The port is down now. --json gives programs the same.', line: 'reg read sim-mlx5-0 PAOS local_port=1 --fields admin_status,oper_status --json --sim mlx5:2', exitStatus: 0 },
];

const CLOSING = [
  ['auxctl doctor', 'what this machine has, and what it lacks, for real devices'],
  ['auxctl reg list mlx5', 'every register that a plugin knows; needs no device'],
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
  for (const { say, line: words, exitStatus } of STEPS) {
    const line = words.replace(SAVED, join(folder.path, SAVED));
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
