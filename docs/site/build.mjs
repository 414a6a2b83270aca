// Builds the site: `node docs/site/build.mjs [FOLDER] [--man FOLDER]`. What docs/README.md lists, the manual pages and the API reference become static pages
// with a search that works from any place, a folder on disk included. Fails where a page is in no list and where a link leads nowhere. The tool has to be
// built; --man takes manual pages that are made already.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Application, Converter, LogLevel, PageEvent } from 'typedoc';
import { top } from '../../.ci/step.mjs';
import { checkLinks } from './links.mjs';
import { manualPage } from './man-page.mjs';
import { keepNamesOfTypes } from './named-types.mjs';
import { listedPages, navigationFaults } from './navigation.mjs';

const START = 'Start';
const MANUAL = 'Manual pages';

const { values: { man }, positionals: [folder = join(top, 'docs/dist/site')] } = parseArgs({ allowPositionals: true, options: { man: { type: 'string' } } });
const out = resolve(folder);
mkdirSync(join(top, 'docs/dist'), { recursive: true });
const scratch = mkdtempSync(join(top, 'docs/dist/manual-'));
try {
  process.exitCode = await build();
} finally {
  rmSync(scratch, { recursive: true });
}

async function build() {
  const pages = listedPages();
  const faults = navigationFaults(pages);
  if (faults.length > 0) return failed(faults);
  const manual = writeManual(man ?? generateManual(), join(scratch, 'manual'));
  const app = await Application.bootstrap({
    options: join(top, 'docs/typedoc.json'),
    projectDocuments: [join(top, 'docs/README.md'), ...pages.map(({ file }) => join(top, file)), manual.index],
    categoryOrder: [START, ...new Set(pages.map(({ section }) => section)), MANUAL, '*'],
    logLevel: LogLevel.Warn,
  });
  nameDocuments(app, new Map([['docs/README.md', { title: 'All pages', section: START, about: '' }], ...pages.map((page) => [page.file, page])]));
  keepNamesOfTypes(app);
  app.renderer.on(PageEvent.END, nameIndex);
  const project = await app.convert();
  if (project === undefined) return 1;
  for (const module of project.children ?? []) module.name = `@auxctl/${module.name.replace('/src', '')}`;
  app.validate(project);
  rmSync(out, { recursive: true, force: true });
  await app.generateDocs(project, out);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return 1;
  const links = checkLinks(out);
  if (links.faults.length > 0) return failed(links.faults);
  process.stdout.write(`${links.pages} pages (${pages.length} of the documentation, ${manual.count} of the manual), ${links.links} links, in ${out}\n`);
  return 0;
}

function failed(faults) {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return 1;
}

/** Titles and places in the navigation come from the list: the pages themselves stay plain Markdown. */
function nameDocuments(app, listed) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const path = document.project.files.getReflectionPath(document) ?? '';
    const page = [...listed].find(([file]) => path === join(top, file))?.[1];
    if (page === undefined) return;
    document.name = page.title;
    Object.assign(document.frontmatter, { category: page.section, ...(page.about === '' ? {} : { summary: page.about }) });
  });
}

/** A folder's name leads to its first page only where a server says so. */
function nameIndex(page) {
  page.contents = page.contents?.replaceAll(/ href="((?:\.\.\/)+|\.\/)(?=["#])/g, ' href="$1index.html');
}

function generateManual() {
  const into = join(scratch, 'man');
  execFileSync(process.execPath, [join(top, 'packaging/man/generate.mjs'), into], { stdio: ['ignore', 'ignore', 'inherit'] });
  return into;
}

/** A group before its commands. */
function bySectionAndName(a, b) {
  const key = (/** @type {string} */ name) => `${name.slice(-1)} ${name.slice(0, -'.1'.length)}`;
  return key(a) < key(b) ? -1 : 1;
}

/** @param {string} from where man1, man5 and man7 are @param {string} into @returns {{ index: string, count: number }} */
function writeManual(from, into) {
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\d$/.test(file));
  const names = new Set(files.map((file) => file.slice('man1/'.length)));
  mkdirSync(into, { recursive: true });
  const pages = [...names].sort(bySectionAndName).map((name) => {
    const file = `man${name.slice(-1)}/${name}`;
    const { title, summary, markdown } = manualPage(name, readFileSync(join(from, file), 'utf8'), names);
    writeFileSync(join(into, `${name}.md`), `---\ntitle: ${title}\n---\n\n${markdown}`);
    return { name, title, summary };
  });
  const index = join(into, 'index.md');
  const children = pages.map(({ name }) => `  - ./${name}.md\n`).join('');
  const lines = pages.map(({ name, title, summary }) => `- [${title}](${name}.md): ${summary.replaceAll(/[<>*_[\]`@{}]/g, '\\$&')}`);
  writeFileSync(index, `---\ntitle: ${MANUAL}\ncategory: ${MANUAL}\nchildren:\n${children}---\n\n# ${MANUAL}\n\nAs \`man\` shows them on a machine with auxctl.\n\n${lines.join('\n')}\n`);
  return { index, count: pages.length };
}
