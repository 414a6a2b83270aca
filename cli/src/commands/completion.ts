import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report, type CommandModule } from '../command.js';
import { completionFolder } from '../install.js';
import type { CompletionDocument } from '../schemas/tool.js';

/** What stands in the programs where the folder of their data belongs. */
const PLACE = '@DATA@';

/** `auxctl completion` */
export const run: CommandModule['run'] = (invocation) => {
  const folder = completionFolder();
  const shell = invocation.text('SHELL');
  const text = readFileSync(join(folder, `auxctl.${shell}`), 'utf8').replaceAll(PLACE, folder);
  return Promise.resolve(report<CompletionDocument>({ schema: 'auxctl.completion/1', shell, folder, text }, () => text));
};
