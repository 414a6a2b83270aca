import { processTerminal } from './output/terminal.js';
import { execute } from './run.js';
import { interruptible } from './signals.js';

void main();

async function main(): Promise<void> {
  const interruption = interruptible(process);
  const status = await execute(process.argv.slice(2), { terminal: processTerminal(process.env), environment: process.env, get signal() { return interruption.signal; } });
  process.exit(interruption.exitStatusOf(status));
}
