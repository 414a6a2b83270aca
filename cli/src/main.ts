import { processTerminal } from './output/terminal.js';
import { execute } from './run.js';
import { interruptible } from './signals.js';

void main();

async function main(): Promise<void> {
  const { signal, exitStatusOf } = interruptible(process);
  const status = await execute(process.argv.slice(2), { terminal: processTerminal(process.env), environment: process.env, signal });
  process.exit(exitStatusOf(status));
}
