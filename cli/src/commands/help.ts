import { report, type CommandModule } from '../command.js';
import { helpText } from '../program.js';

/** `auxctl help` */
export const run: CommandModule['run'] = (invocation, { terminal, options }) => {
  const command = invocation.list('COMMAND');
  const text = helpText(command, terminal.style('data', options.color));
  return Promise.resolve(report({ schema: 'auxctl.help/1', command: command.join(' '), text }, () => text));
};
