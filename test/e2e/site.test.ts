import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { folder, top } from './support/auxctl.js';
import { commands, groups } from './support/definition.js';

const place = folder();
afterAll(() => { place[Symbol.dispose](); });

/** Manual pages that are no command's. */
const FORMATS = ['config', 'dump', 'journal', 'layout', 'plugin', 'policy'].map((name) => `auxctl-${name}(5)`).concat('auxctl(7)');

describe('the site of the documentation', () => {
  const listed = [...readFileSync(`${top}/docs/README.md`, 'utf8').matchAll(/^- \[[^\]]+\]\(([^)]+\.md)\): /gm)].map(([, file = '']) => file);
  const titleOf = (file: string): string => /^# (.*)$/m.exec(readFileSync(`${top}/docs/${file}`, 'utf8'))?.[1] ?? expect.unreachable(file);
  const words = (html: string): string => html.replaceAll(/<[^>]*>/g, '').replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))).replaceAll('&quot;', '"').replaceAll('&amp;', '&');

  it('has every page of the documentation, every manual page and the API reference, and no link that leads nowhere', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['docs/site/build.mjs', place.at('site')], { cwd: top });
    const manual = ['auxctl(1)', ...groups.map(({ name }) => `auxctl-${name}(1)`), ...commands.map(({ path }) => `auxctl-${path.replaceAll(' ', '-')}(1)`), ...FORMATS];
    expect(stdout).toContain(`(${listed.length} of the documentation, ${manual.length} of the manual)`);
    const files = readdirSync(place.at('site/documents'));
    const headings = files.map((file) => words(/<h1[^>]*>(.*?)<\/h1>/.exec(readFileSync(place.at(`site/documents/${file}`), 'utf8').split('tsd-typography')[1] ?? '')?.[1] ?? '').trim());
    expect(listed.map(titleOf).map((title) => title.replaceAll('`', '')).filter((title) => !headings.includes(title))).toEqual([]);
    expect(manual.filter((page) => !headings.includes(page))).toEqual([]);
    expect(files.length).toBe(listed.length + manual.length + 2);
    for (const module of ['core', 'schemas', 'native', 'kit']) expect(readdirSync(place.at('site/modules'))).toContain(`_auxctl_${module}.html`);
    expect(readdirSync(place.at('site/media'))).toEqual(expect.arrayContaining(['list-1.schema.json', 'layout.schema.json', 'core.txt']));
  }, 300_000);

  it('cannot be built when a link leads nowhere', async () => {
    mkdirSync(place.at('links'));
    writeFileSync(place.at('links/a.html'), '<h1 id="top">A</h1><a href="b.html#there">b</a><a href="b.html#gone">b</a><a href="c.html">c</a><img src="../d.png"/><a href="https://example.org/x">e</a>');
    writeFileSync(place.at('links/b.html'), '<h2 id="there">B</h2><a href="a.html#top">a</a><a href="#nowhere">b</a>');
    const { stdout, status } = spawnSync(process.execPath, [`${top}/docs/site/links.mjs`, place.at('links')], { encoding: 'utf8' });
    expect(stdout.split('\n')).toEqual([
      'a.html leads to b.html#gone: no such place on that page', 'a.html leads to c.html: no such file', 'a.html leads to ../d.png: outside the site', 'b.html leads to #nowhere: no such place on that page',
      '2 pages, 6 links, 4 faults', '',
    ]);
    expect(status).toBe(1);
  });

  it('cannot be built when a page is in no list', () => {
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', `import { listedPages, navigationFaults } from ${JSON.stringify(`${top}/docs/site/navigation.mjs`)};
      const [first, ...others] = listedPages();
      console.log(navigationFaults([...others, others[0], { ...others[1], about: '', file: 'docs/gone.md' }]).join('\\n'));`], { encoding: 'utf8' });
    expect(stdout.trimEnd().split('\n')).toEqual([expect.stringContaining('docs/two-hosts.md is in no list'), 'docs/README.md lists docs/gone.md, which is not there', expect.stringMatching(/lists docs\/report.md twice/), 'docs/README.md says nothing about docs/gone.md']);
    expect(status).toBe(0);
    expect(spawnSync(process.execPath, [`${top}/docs/site/navigation.mjs`], { encoding: 'utf8' }).stdout).toBe('');
  });
});
