// The source as a distribution takes it: the checkout's last commit, and with it the libraries that are built into the tool.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { top } from '../.ci/step.mjs';
import { BUNDLED, SPEAKERS } from './libraries.mjs';

const MOST_BYTES = 512 * 1024 * 1024;

/** @typedef {{ name: string, version: string, license: string, copyright: string }} Library */

/** The version of the tool. */
export function toolVersion() {
  return JSON.parse(readFileSync(join(top, 'cli/package.json'), 'utf8')).version;
}

/** When a commit was made: the time of all that is packaged of it. Seconds since 1970. @param {string} commit */
export function commitTime(commit) {
  return Number(git('log', '-1', '--format=%ct', commit).toString().trim());
}

/**
 * Writes both archives, the same bytes from the same commit.
 * @param {string} commit
 * @param {string} source where the source goes; a `.tar.gz` with the folder `auxctl-VERSION`
 * @param {string} libraries the same, with the folder `libraries`
 * @param {readonly string[]} [more] libraries that the distribution does not have
 * @returns {Library[]} what is in the second
 */
export function writeSources(commit, source, libraries, more = []) {
  writeFileSync(source, gzipped(git('archive', '--format=tar', `--prefix=auxctl-${toolVersion()}/`, commit)));
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-libraries-'));
  try {
    const packed = [...[...BUNDLED, ...more].map((name) => [name, name]), ...SPEAKERS].map(([name, installedAs]) => copyLibrary(name, installedAs, join(folder, 'libraries')));
    const time = `@${commitTime(commit)}`;
    const tar = execFileSync('tar', ['--create', '--directory', folder, '--format=ustar', '--sort=name', `--mtime=${time}`, '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX', 'libraries'], { maxBuffer: MOST_BYTES });
    writeFileSync(libraries, gzipped(tar));
    return packed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of esbuild only what speaks to the program: the program itself is the distribution's. */
function copyLibrary(name, installedAs, into) {
  const from = libraryFolder(installedAs);
  const isSpeaker = SPEAKERS.has(name);
  mkdirSync(join(into, name), { recursive: true });
  const files = isSpeaker ? ['package.json', 'LICENSE.md', 'lib/main.js'] : [''];
  for (const file of files) cpSync(join(from, file), join(into, name, file), { recursive: true, dereference: true, filter: (path) => basename(path) !== 'node_modules' });
  const { version, license, author = '' } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const holder = typeof author === 'string' ? author : author.name;
  return { name, version, license, copyright: copyrightOf(from) ?? holder };
}

/** Where a library is installed for whoever in the workspace uses it. */
function libraryFolder(name) {
  for (const user of ['.', 'cli', 'core', 'schemas', 'native']) {
    const paths = createRequire(join(top, user, 'package.json')).resolve.paths(name) ?? [];
    for (const path of paths) {
      try {
        return realpathSync(join(path, name));
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
    }
  }
  throw new TypeError(`${name} is not installed: pnpm install`);
}

function copyrightOf(folder) {
  for (const file of ['LICENSE', 'LICENSE.md']) {
    try {
      const [, holder] = /^(?:\(c\) )?Copyright (?:\(c\) )?(.*)$/im.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
      if (holder !== undefined) return holder.trim();
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

function git(...words) {
  return execFileSync('git', words, { cwd: top, maxBuffer: MOST_BYTES });
}

/** Node.js writes no time and no file name into the header. */
function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 });
}
