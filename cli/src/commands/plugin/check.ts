import { checkPluginFiles } from '@auxctl/kit';
import { report, type CommandModule } from '../../command.js';
import type { Style } from '../../output/style.js';
import type { PluginCheckDocument } from '../../schemas/tool.js';

const FAULTY = 1;

/** `auxctl plugin check` */
export const run: CommandModule['run'] = (invocation) => {
  const { folder, files, problems } = checkPluginFiles(invocation.text('PATH'));
  const document: PluginCheckDocument = {
    schema: 'auxctl.plugin-check/1', folder, ok: problems.length === 0, files,
    problems: problems.map(({ file, structure, field, rule, message }) => ({ file, structure: structure ?? null, field: field ?? null, rule, message })),
  };
  return Promise.resolve({ ...report(document, checkText), exitStatus: document.ok ? 0 : FAULTY });
};

function checkText({ files, problems }: PluginCheckDocument, style: Style): string {
  const lines = problems.map(({ file, structure, field, rule, message }) => {
    const place = [structure, field].filter((part) => part !== null).join('.');
    return `${style.heading(file)}: ${place === '' ? '' : `${place}: `}${message} ${style.dim(`[${rule}]`)}\n`;
  });
  const verdict = problems.length === 0 ? style.good('no fault') : style.bad(`${problems.length} ${problems.length === 1 ? 'fault' : 'faults'}`);
  return `${lines.join('')}${files} files, ${verdict}\n`;
}
