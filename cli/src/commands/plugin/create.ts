import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '@auxctl/core';
import { newPluginFiles } from '@auxctl/kit';
import { report, type CommandModule } from '../../command.js';
import { kitFolder, pluginTemplate } from '../../install.js';
import { quoteWord } from '../../output/shell.js';
import { writeAll } from '../../plugin-import/write.js';
import type { PluginNewDocument } from '../../schemas/tool.js';

/** `auxctl plugin new` */
export const run: CommandModule['run'] = (invocation, { notes }) => {
  const name = invocation.text('NAME');
  const folder = resolve(invocation.maybe('dir') ?? name);
  if (!existsSync(pluginTemplate())) throw new UsageError('ERR_FILE', 'the plugin that a new one begins as is not installed', { hint: 'Distributions have it in a package of its own: auxctl-dev.' });
  const files = newPluginFiles(name, pluginTemplate());
  writeAll(new Map([...files].map(([path, text]) => [join(folder, path), text])), false);
  const hasKit = linkKit(folder);
  if (!hasKit) notes.warn('the kit is not beside this tool (auxctl-dev of distributions): npm install, before npm test');
  const document: PluginNewDocument = { schema: 'auxctl.plugin-new/1', name, folder, files: [...files.keys()].sort(), hasKit };
  return Promise.resolve(report(document, (shown) => newText(shown)));
};

/** Lets the plugin's tests find the kit that comes with this tool, until the author installs one. */
function linkKit(folder: string): boolean {
  const [scope, kit] = [join(folder, 'node_modules', '@auxctl'), kitFolder()];
  if (!existsSync(join(kit, 'package.json'))) return false;
  if (existsSync(join(scope, 'kit'))) return true;
  mkdirSync(scope, { recursive: true });
  symlinkSync(kit, join(scope, 'kit'), 'dir');
  return true;
}

function newText({ name, folder, files }: PluginNewDocument): string {
  const place = quoteWord(folder);
  return `${folder}: ${files.length} files\n\nauxctl plugin check ${place}\nauxctl --plugin ${place} --sim ${name} reg read sim-${name}-0 LED\ncd ${place} && npm test\n`;
}
