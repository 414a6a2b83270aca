// docs/README.md is the one list of pages: readers on a code forge follow it, and the site makes its navigation from it.
// As a program it prints what is wrong with that list.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { top } from '../../.ci/step.mjs';

/** The list itself, the page that leads to it, and what `auxctl plugin new` writes for somebody else. */
const UNLISTED = new Set(['README.md', 'docs/README.md', 'kit/template/README.md']);
const PASSED_OVER = new Set(['node_modules', 'dist', 'build', 'coverage']);

/**
 * @typedef {object} ListedPage
 * @property {string} title
 * @property {string} file below the top
 * @property {string} about one line
 * @property {string} section the heading that it stands under
 */

/** @returns {ListedPage[]} every page that docs/README.md lists, in its order */
export function listedPages() {
  let section = '';
  return readFileSync(join(top, 'docs/README.md'), 'utf8').split('\n').flatMap((line) => {
    section = /^## (.*)$/.exec(line)?.[1] ?? section;
    const [, title = '', target = '', about = ''] = /^- \[([^\]]+)\]\(([^)#]+\.md)\)(?:: (.*))?$/.exec(line) ?? [];
    return target === '' ? [] : [{ title, file: posix.join('docs', target), about, section }];
  });
}

/**
 * What is wrong with the list: a page of the tree that is not in it, one that is not there, one that stands in it twice, one of which nothing is said.
 * @param {readonly ListedPage[]} pages
 * @returns {string[]}
 */
export function navigationFaults(pages) {
  const listed = pages.map(({ file }) => file);
  return [
    ...markdownFiles().filter((file) => !listed.includes(file) && !UNLISTED.has(file)).map((file) => `${file} is in no list of docs/README.md: add \`- [Title](${posix.relative('docs', file)}): one line about it\` where its readers look`),
    ...pages.filter(({ file }) => !existsSync(join(top, file))).map(({ file }) => `docs/README.md lists ${file}, which is not there`),
    ...listed.filter((file, index) => listed.indexOf(file) !== index).map((file) => `docs/README.md lists ${file} twice`),
    ...pages.filter(({ about }) => about === '').map(({ file }) => `docs/README.md says nothing about ${file}`),
    ...pages.filter(({ section }) => section === '').map(({ file }) => `docs/README.md lists ${file} under no heading`),
  ];
}

/** @returns {string[]} every Markdown file of the tree, below the top */
function markdownFiles(folder = '') {
  return readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = posix.join(folder, entry.name);
    if (entry.isDirectory()) return PASSED_OVER.has(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(file);
    return entry.name.endsWith('.md') ? [file] : [];
  }).sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = navigationFaults(listedPages());
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
