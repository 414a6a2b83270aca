// Follows every link of a built site that stays within it: the page has to be there, and the place on it. As a program: `node docs/site/links.mjs FOLDER`.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const HTTP = /^[a-z][a-z+.-]*:|^\/\//i;

/**
 * @param {string} folder
 * @returns {{ pages: number, links: number, faults: string[] }}
 */
export function checkLinks(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html')).map((file) => file.split('\\').join('/')).sort();
  const pages = new Map(files.map((file) => [file, linksAndPlaces(readFileSync(join(folder, file), 'utf8'))]));
  const faults = new Set();
  let links = 0;
  for (const [file, { targets }] of pages) {
    for (const target of targets) {
      if (HTTP.test(target)) continue;
      links += 1;
      const fault = faultOf(target, file, { folder, pages });
      if (fault !== '') faults.add(`${file} leads to ${target}: ${fault}`);
    }
  }
  return { pages: files.length, links, faults: [...faults] };
}

function linksAndPlaces(html) {
  const attribute = (names) => [...html.matchAll(new RegExp(`<[a-z][^>]*?\\s(?:${names})="([^"]*)"`, 'g'))].map(([, value = '']) => decoded(value));
  return { targets: new Set(attribute('href|src')), places: new Set(attribute('id|name')) };
}

function decoded(value) {
  return value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', '\'').replaceAll('&amp;', '&');
}

function faultOf(target, from, { folder, pages }) {
  const [path = '', place = ''] = target.split('#');
  const [file = ''] = path.split('?');
  const wanted = file === '' ? from : posix.join(dirname(from), decodeURIComponent(file));
  if (wanted.startsWith('..')) return 'outside the site';
  if (!existsSync(join(folder, wanted)) || !statSync(join(folder, wanted)).isFile()) return 'no such file';
  const page = pages.get(wanted);
  return place === '' || page === undefined || page.places.has(decodeURIComponent(place)) ? '' : 'no such place on that page';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { pages, links, faults } = checkLinks(process.argv[2] ?? '.');
  process.stdout.write(`${[...faults, `${pages} pages, ${links} links, ${faults.length} faults`].join('\n')}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
