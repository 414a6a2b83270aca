import { pluginFromFolder, LayoutStore } from '@auxctl/core';
import { pluginTypes } from '@auxctl/kit';
import { report, type CommandModule } from '../../command.js';
import { folderOf } from '../../external-plugins.js';
import { writeFileAtomically } from '../../output/atomic-file.js';
import type { PluginTypesDocument } from '../../schemas/tool.js';

/** `auxctl plugin types` */
export const run: CommandModule['run'] = async (invocation, { options, terminal }) => {
  const { manifest, folder, layoutsPath } = pluginFromFolder(folderOf(invocation.text('PATH'), process.cwd()));
  const store = new LayoutStore(layoutsPath);
  const text = await pluginTypes(manifest.name, store);
  const file = invocation.maybe('output') ?? null;
  if (file !== null) writeFileAtomically(file, Buffer.from(text));
  else if (!options.json) {
    terminal.data(text);
    return undefined;
  }
  const document: PluginTypesDocument = {
    schema: 'auxctl.plugin-types/1', plugin: manifest.name, folder, file,
    registers: store.names('register').length, commands: store.names('command').length, capabilities: store.names('capability').length,
    ...(file === null ? { text } : {}),
  };
  return report(document, ({ registers, commands, capabilities }) => `${file ?? ''}: ${commands} commands, ${registers} registers, ${capabilities} capabilities\n`);
};
