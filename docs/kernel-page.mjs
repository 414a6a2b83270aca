// Makes the end of docs/kernel-first.md, which lists what each plugin declares, of the plugins' layouts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trackedFiles } from '../.ci/files.mjs';
import { importSource } from '../.ci/source.mjs';
import { top } from '../.ci/step.mjs';

const MARK = '<!-- From here on generated from vendors/*/layouts by docs/generate.mjs; do not edit. -->';

const { offerCommand } = await importSource('schemas/src/model.ts');

/** The page: its prose as it stands, then the table. */
export function kernelPage() {
  const [prose = ''] = readFileSync(join(top, 'docs/kernel-first.md'), 'utf8').split(MARK);
  const files = trackedFiles().filter((file) => /^vendors\/[^/]+\/layouts\/(registers|commands|nvconfig|structures)\/[^/]+\.json$/.test(file));
  const rows = files.flatMap((file) => {
    const document = JSON.parse(readFileSync(join(top, file), 'utf8'));
    const fields = Object.values(document.structures).flatMap((structure) => structure.fields);
    return [...fields, ...(document.parameters ?? [])].flatMap(({ name, kernel = [] }) => kernel.map((offer) => row(file.split('/')[1], document.name, name, offer)));
  });
  return `${prose.trimEnd()}\n\n${MARK}\n\n${rows.length} interfaces.\n\n| plugin | of | field or parameter | the kernel's command | remarks | shown by |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function row(plugin, document, name, offer) {
  const { what, values, range, scale, when, readOnly, source } = offer;
  const remarks = [
    what, readOnly === true ? 'only shown: holds nothing back' : undefined,
    values === undefined ? undefined : Object.entries(values).map(([from, to]) => `${from}: ${to}`).join(', '),
    range === undefined ? undefined : `${range.min} to ${range.max}`,
    scale === undefined ? undefined : `value${scale.multiply === undefined ? '' : ` times ${scale.multiply}`}${scale.add === undefined ? '' : ` ${scale.add < 0 ? 'less' : 'plus'} ${Math.abs(scale.add)}`}`,
    when === undefined ? undefined : `where ${Object.entries(when).map(([field, numbers]) => `${field} is ${numbers.join(' or ')}`).join(', ')}`,
  ].filter((part) => part !== undefined);
  const cells = [plugin, document, name, `\`${offerCommand(offer)}\``, remarks.join('; '), `${source.document}: ${source.section}`];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
