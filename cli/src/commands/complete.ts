import type { CommandModule } from '../command.js';
import { commandLineText } from '../completion/command-line.js';
import { pluginIndex, pluginLine } from '../completion/plugin-index.js';

/** `auxctl __complete` */
export const run: CommandModule['run'] = async (invocation, { plugins, terminal }) => {
  switch (invocation.text('WHAT')) {
    case 'command-line':
      terminal.data(commandLineText());
      break;
    case 'plugins':
      terminal.data((await Promise.all((await plugins.all()).map(pluginLine))).join(''));
      break;
    default:
      terminal.data(await pluginIndex(await plugins.find(invocation.text('PLUGIN'))));
  }
  return undefined;
};
