import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UsageError } from '@auxctl/core';

const NAME = /^[a-z][a-z0-9-]*$/;
const MOST_LETTERS = 40;

/**
 * The files of a new plugin, by their paths in its folder: the template with another name. Throws `ERR_USAGE` for what is no name of a
 * plugin.
 *
 * @param template the folder of the template
 */
export function newPluginFiles(name: string, template: string): Map<string, string> {
  if (!NAME.test(name) || name.length > MOST_LETTERS) {
    throw new UsageError('ERR_USAGE', `'${name}' is no name for a plugin`, { hint: `Up to ${MOST_LETTERS} lower-case letters, digits and -, starting with a letter, as in my-nic.` });
  }
  const entries = readdirSync(template, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(template, join(entry.parentPath, entry.name))).filter((path) => !path.startsWith('node_modules')).sort();
  return new Map([['.gitignore', 'node_modules/\n'], ...paths.map((path): [string, string] => [path, renamed(readFileSync(join(template, path), 'utf8'), name)])]);
}

/** Names of kernel modules have no dashes, and names of classes no marks at all. */
function renamed(text: string, name: string): string {
  const words = name.split('-').filter((word) => word !== '').map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return text
    .replaceAll('gizmo_core', `${name.replaceAll('-', '_')}_core`)
    .replaceAll(/(class|new) Gizmo/g, (_all, keyword: string) => `${keyword} ${words.join('')}`)
    .replaceAll('gizmo', name)
    .replaceAll('Gizmo', words.join(' '));
}
