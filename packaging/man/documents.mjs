import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../../.ci/step.mjs';
import { blocksOf, toRoff } from './markdown.mjs';
import { literal, plain, reference, section, title } from './roff.mjs';

/** Pages that are the documentation's own: formats that people keep or write, and the words. */
const PAGES = [
  { file: 'docs/dumps.md', name: 'auxctl-dump', number: 5, summary: 'the format of dumps, and how they are compared' },
  { file: 'docs/journal.md', name: 'auxctl-journal', number: 5, summary: 'the record of what could change a device' },
  { file: 'docs/config.md', name: 'auxctl-config', number: 5, summary: 'how devices are to be, as a file says it' },
  { file: 'docs/policy.md', name: 'auxctl-policy', number: 5, summary: 'what a machine allows' },
  { file: 'docs/manifest.md', name: 'auxctl-plugin', number: 5, summary: 'the manifest of a plugin' },
  { file: 'docs/layout-language.md', name: 'auxctl-layout', number: 5, summary: 'layouts of registers, commands and capabilities' },
  { file: 'docs/words.md', name: 'auxctl', number: 7, summary: 'the words that auxctl uses' },
];

const MANUALS = { 5: 'auxctl Formats', 7: 'auxctl Concepts' };

function present() {
  return PAGES.filter(({ file }) => existsSync(join(top, file)));
}

/** How these pages are named in others, such as `auxctl-dump(5)`. */
export function documentPageNames() {
  return present().map(({ name, number }) => `${name}(${number})`);
}

/** @param {{ date: string, version: string }} about @returns {Map<string, string>} roff by file name */
export function documentPages(about) {
  return new Map(present().map(({ file, name, number, summary }) => {
    const text = readFileSync(join(top, file), 'utf8');
    const others = ['auxctl(1)', ...documentPageNames().filter((page) => page !== `${name}(${number})`)];
    const links = others.map((page, index) => `${reference(page)}${index < others.length - 1 ? ' ,' : ''}`).join('\n');
    const isOpen = blocksOf(text).find(({ lines }) => !lines[0]?.startsWith('# '))?.kind !== 'heading';
    return [`${name}.${number}`, [
      title({ name, number, manual: MANUALS[number], ...about }),
      section('NAME', `${literal(name)} \\- ${plain(summary)}`),
      isOpen ? '.SH DESCRIPTION\n' : '', toRoff(text),
      section('SEE ALSO', links),
    ].join('').replace('.SH DESCRIPTION\n.PP\n', '.SH DESCRIPTION\n').replaceAll(/^(\.S[HS] .*)\n\.PP\n/gm, '$1\n')];
  }));
}
