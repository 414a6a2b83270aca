import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderSafety } from './safety.js';

const FOLDER = 0o040000;
let folder: string;
/** What differs from a file or folder of root's that only root can write, by path. */
let odd: Map<string, { readonly uid?: number; readonly mode?: number }>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auxctl-safety-'));
  mkdirSync(join(folder, 'plugins/p/layouts'), { recursive: true });
  writeFileSync(join(folder, 'plugins/p/manifest.json'), '{}');
  writeFileSync(join(folder, 'plugins/p/layouts/x.json'), '{}');
  odd = new Map();
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function safety(): FolderSafety {
  return new FolderSafety((path) => {
    const isFolder = !path.endsWith('.json');
    return { uid: odd.get(path)?.uid ?? 0, mode: odd.get(path)?.mode ?? (isFolder ? FOLDER | 0o755 : 0o644), isDirectory: () => isFolder };
  });
}

const plugin = (): string => join(folder, 'plugins/p');

test('what is root\'s, and only root\'s to write, is trusted', () => {
  expect(safety().faultOf(plugin())).toBeUndefined();
  expect(safety().faultBelow(plugin())).toBeUndefined();
});

test.each([
  ['the folder is another\'s', 'plugins/p', { uid: 1000 }, /p belongs to user 1000/],
  ['a group may write to the folder', 'plugins/p', { mode: 0o775 }, /p can be written by others/],
  ['anybody may write to the manifest', 'plugins/p/manifest.json', { mode: 0o666 }, /manifest\.json can be written by others/],
  ['the folder above is another\'s', 'plugins', { uid: 7 }, /plugins belongs to user 7/],
  ['anybody may write to the folder above', 'plugins', { mode: 0o777 }, /plugins can be written by others/],
])('%s', (_what, path, oddity, fault) => {
  odd.set(join(folder, path), oddity);
  expect(safety().faultOf(plugin())).toMatch(fault);
});

test('a sticky folder above may be shared; a sticky file may not', () => {
  odd.set(join(folder, 'plugins'), { mode: FOLDER | 0o1777 });
  expect(safety().faultOf(plugin())).toBeUndefined();
  odd.set(join(plugin(), 'manifest.json'), { mode: 0o1666 });
  expect(safety().faultOf(plugin())).toMatch(/manifest/);
});

test('all that is below is looked at before anything of it is run, links by where they lead', () => {
  odd.set(join(plugin(), 'layouts/x.json'), { uid: 5 });
  expect(safety().faultOf(plugin())).toBeUndefined();
  expect(safety().faultBelow(plugin())).toMatch(/x\.json belongs to user 5/);
  odd.clear();
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(plugin(), 'link'));
  odd.set(join(folder, 'elsewhere'), { mode: FOLDER | 0o777 });
  expect(safety().faultBelow(plugin())).toMatch(/elsewhere can be written by others/);
});

test('a folder that is a link is where it leads', () => {
  symlinkSync(plugin(), join(folder, 'linked'));
  odd.set(join(folder, 'plugins'), { uid: 3 });
  expect(safety().faultOf(join(folder, 'linked'))).toMatch(/plugins belongs to user 3/);
});

test('what cannot be looked at is not trusted', () => {
  expect(safety().faultOf(join(folder, 'missing'))).toMatch(/its owner cannot be told/);
});
