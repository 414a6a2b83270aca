import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FORMATS, formatFault, RELEASE, type FormatName } from '@auxctl/schemas/model';
import { describe, expect, it } from 'vitest';
import { folder, run, top, type Folder } from './support/auxctl.js';

const FIXTURES = join(top, 'test/fixtures/formats');
/** Greater than any version that there is. */
const NEWER = 99;
const WRITER = '7.8.9';
const TEMPLATE = ['--plugin', join(top, 'kit/template'), '--sim', 'gizmo'];

const names = Object.keys(FORMATS) as FormatName[];
const versions = names.flatMap((name) => FORMATS[name].reads.map((format) => ({ name, format, version: Number(format.split('/')[1]) })));
const entries = readdirSync(FIXTURES).filter((entry) => entry !== 'README.md').sort();

/** A command that reads the file, and how it ends when it can and when it cannot. */
interface Reading {
  readonly words: readonly string[];
  readonly status?: number;
  readonly refused?: number;
}

interface Opening {
  /** Where in a scratch folder a fixture goes, with all that belongs to it, and by what it is read there. */
  readonly place: (fixture: string, at: Folder) => void;
  readonly readings: (at: Folder) => readonly Reading[];
}

/** The fixture of a version: a file, or a folder, of that name with any ending. */
function fixtureOf(name: FormatName, version: number): string {
  const found = entries.filter((entry) => entry === `${name}-${version}` || entry.startsWith(`${name}-${version}.`));
  expect(found, `${name}-${version}`).toHaveLength(1);
  return join(FIXTURES, found[0] ?? '');
}

function latest(name: FormatName): string {
  return fixtureOf(name, Number(FORMATS[name].writes.split('/')[1]));
}

/** The parts of a plugin's folder that have formats of their own, and where each stands. */
const PARTS = { plugin: '', layout: 'layouts', opcodes: 'layouts/opcodes.json', 'layout-index': 'layouts/index.json', conformance: 'test/conformance.json' } as const;

/** A plugin in which everything is of the version that is written, but one. */
function inPlugin(name: keyof typeof PARTS, readings: readonly Reading[]): Opening {
  return {
    place: (fixture, at) => {
      for (const [part, path] of Object.entries(PARTS)) {
        mkdirSync(dirname(at.at(join('p', path))), { recursive: true });
        cpSync(part === name ? fixture : latest(part as FormatName), at.at(join('p', path)), { recursive: true });
      }
    },
    readings: (at) => readings.map((each) => ({ ...each, words: each.words.map((word) => word.replace('PLUGIN', at.at('p'))) })),
  };
}

const onDevice = (at: Folder): string[] => ['sim-gizmo-0', ...TEMPLATE, '--state', at.path];
const CHECK: Reading = { words: ['plugin', 'check', 'PLUGIN'], refused: 1 };

const OPENINGS: Readonly<Record<FormatName, Opening>> = {
  dump: {
    place: (fixture, at) => { cpSync(fixture, at.at('f')); },
    readings: (at) => [{ words: ['show', at.at('f')] }, { words: ['diff', at.at('f'), at.at('f')] }, { words: ['drift', ...onDevice(at), '--against', at.at('f')] }],
  },
  report: {
    place: (fixture, at) => {
      cpSync(fixture, at.at('f'));
      cpSync(fixture, at.at('baselines/default.json.gz'));
    },
    readings: (at) => [{ words: ['drift', ...onDevice(at), '--against', at.at('f')] }, { words: ['drift', ...onDevice(at)] }, { words: ['baseline', 'show', 'default', '--state', at.path] }],
  },
  journal: {
    place: (fixture, at) => { cpSync(join(fixture, 'plain'), at.at('journal'), { recursive: true }); },
    readings: (at) => [
      ...[['verify'], ['list'], ['show', '2'], ['export']].map((words) => ({ words: ['journal', ...words, '--state', at.path] })),
      { words: ['reg', 'write', ...onDevice(at), 'LED', 'state=off', '--allow', 'configure', '--yes'], refused: 4 },
    ],
  },
  config: {
    place: (fixture, at) => { cpSync(fixture, at.at('f')); },
    readings: (at) => [{ words: ['config', 'plan', at.at('f'), '--sim', 'mlx5', '--root', at.at('root')], status: 7 }],
  },
  policy: {
    place: (fixture, at) => {
      mkdirSync(at.at('root/etc/auxctl'), { recursive: true });
      for (const path of [at.at('f'), at.at('root/etc/auxctl/policy.yaml')]) writeFileSync(path, readFileSync(fixture), { mode: 0o644 });
    },
    readings: (at) => [
      { words: ['policy', 'check', at.at('f')] },
      { words: ['reg', 'write', ...onDevice(at), 'LED', 'state=on', '--allow', 'configure', '--yes', '--reason', 'a test', '--root', at.at('root')], refused: 4 },
    ],
  },
  plugin: inPlugin('plugin', [CHECK, { words: ['reg', 'list', 'gizmo', '--plugin', 'PLUGIN'], refused: 1 }]),
  layout: inPlugin('layout', [CHECK, { words: ['reg', 'describe', 'gizmo', 'LED', '--plugin', 'PLUGIN'], refused: 1 }]),
  opcodes: inPlugin('opcodes', [CHECK, { words: ['cmd', 'describe', 'gizmo', 'GET_VERSION', '--plugin', 'PLUGIN'], refused: 1 }]),
  'layout-index': inPlugin('layout-index', [CHECK, { words: ['reg', 'list', 'gizmo', '--plugin', 'PLUGIN'], refused: 1 }]),
  conformance: inPlugin('conformance', [CHECK]),
  'import-overrides': {
    place: (fixture, at) => { cpSync(fixture, at.at('f')); },
    readings: (at) => [{ words: ['plugin', 'import', 'ifc', join(top, 'test/fixtures/ifc/sample_ifc.h'), '-o', at.at('out'), '--overrides', at.at('f')] }],
  },
};

/** Makes what was placed newer: the format alone, and the release that wrote it. */
function makeNewer(name: FormatName, at: Folder): number {
  const files = readdirSync(at.path, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(at.at(file)).isFile());
  return files.filter((file) => {
    const text = readFileSync(at.at(file), 'utf8');
    const newer = text.replaceAll(new RegExp(`auxctl\\.${name}/\\d+`, 'g'), `auxctl.${name}/${NEWER}`).replace(`"tool":"${RELEASE}"`, `"tool":"${WRITER}"`);
    writeFileSync(at.at(file), newer);
    return newer !== text;
  }).length;
}

describe('the formats of files', () => {
  it('have a fixture for every version that is read, and there is no other', () => {
    expect(entries.map((entry) => entry.replace(/\..*$/, ''))).toEqual(versions.map(({ name, version }) => `${name}-${version}`).sort());
    expect(names.filter((name) => !(FORMATS[name].reads as readonly string[]).includes(FORMATS[name].writes))).toEqual([]);
    expect(FORMATS.journal.reads).toHaveLength(2);
  });

  it.each(versions)('$format: a file of it opens', async ({ name, version }) => {
    using at = folder();
    const { place, readings } = OPENINGS[name];
    place(fixtureOf(name, version), at);
    for (const { words, status = 0 } of readings(at)) {
      const ended = await run(words);
      expect({ words, status: ended.status, stderr: ended.status === status ? '' : ended.stderr }).toEqual({ words, status, stderr: '' });
      expect(ended.stderr).not.toMatch(/auxctl:|no record/);
    }
  });

  it.each(names)('%s: a newer version is refused, with what it is, who reads it, and what this release reads', async (name) => {
    using at = folder();
    const { place, readings } = OPENINGS[name];
    place(latest(name), at);
    expect(makeNewer(name, at)).toBeGreaterThan(0);
    const told = formatFault(name, `auxctl.${name}/${NEWER}`, name === 'dump' || name === 'report' ? WRITER : undefined);
    expect(told).toContain(name === 'dump' || name === 'report' ? `auxctl ${WRITER} wrote and reads` : 'a newer auxctl reads');
    for (const { words, refused = 2 } of readings(at)) {
      const { status, stdout, stderr } = await run(words);
      expect({ words, status, told: `${stdout}${stderr}`.replaceAll(/\s+/g, ' ') }).toEqual({ words, status: refused, told: expect.stringContaining(told ?? '') as string });
    }
  });

  it('are told in the page about what is stable', () => {
    const page = readFileSync(join(top, 'docs/stability.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `auxctl\.([a-z-]+)` \|[^|]*\| ([^|]*) \| (\d+) \|$/gm)].map(([, name, read, written]) => [name, read, written]);
    expect(rows).toEqual(names.map((name) => [name, FORMATS[name].reads.map((format) => format.split('/')[1]).join(', '), FORMATS[name].writes.split('/')[1]]));
  });

  it('name the release that this is', () => {
    expect(RELEASE).toBe((JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string }).version);
  });
});
