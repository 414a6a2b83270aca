import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileProblem, RootedFiles } from './rooted-files.js';
import { emptyRoot } from './sysfs.fixture.js';

function open(root: string): { files: RootedFiles; problems: FileProblem[] } {
  const problems: FileProblem[] = [];
  return { files: new RootedFiles(root, (problem) => problems.push(problem)), problems };
}

describe('RootedFiles', () => {
  it('reads text without its end of line, and nothing where nothing is', () => {
    using root = emptyRoot();
    writeFileSync(join(root.path, 'a'), 'text \n\n');
    const { files, problems } = open(root.path);
    expect(files.text('/a')).toBe('text');
    expect(files.text('/b')).toBeUndefined();
    expect(files.text('/a/b')).toBeUndefined();
    expect(files.entries('/b')).toBeUndefined();
    expect(files.link('/b')).toBeUndefined();
    expect(problems).toEqual([]);
    expect(files.text('/b', { expected: true })).toBeUndefined();
    expect(problems).toEqual([{ type: 'vanished', path: '/b', detail: 'ENOENT' }]);
  });

  it.each([4096, 5000])('reads at most %i bytes and reports that there are more', (maxBytes) => {
    using root = emptyRoot();
    writeFileSync(join(root.path, 'exact'), 'x'.repeat(maxBytes));
    writeFileSync(join(root.path, 'more'), 'x'.repeat(maxBytes + 1));
    const { files, problems } = open(root.path);
    expect(files.text('/exact', { maxBytes })).toHaveLength(maxBytes);
    expect(problems).toEqual([]);
    expect(files.text('/more', { maxBytes })).toHaveLength(maxBytes);
    expect(problems).toEqual([{ type: 'oversized', path: '/more', detail: `more than ${maxBytes} bytes` }]);
  });

  it('reads a file to its end although the kernel hands it out in pieces', () => {
    const { files } = open('/');
    expect(files.text('/proc/self/maps', { maxBytes: 16 * 1024 * 1024 })?.length).toBeGreaterThan(4096);
  });

  it('hands out bytes that later reads leave alone', () => {
    using root = emptyRoot();
    writeFileSync(join(root.path, 'a'), 'first');
    writeFileSync(join(root.path, 'b'), 'other');
    const { files } = open(root.path);
    const bytes = files.bytes('/a');
    files.bytes('/b');
    expect(bytes?.toString()).toBe('first');
  });

  it('reports what is not what belongs there, and does not wait for a pipe', () => {
    using root = emptyRoot();
    mkdirSync(join(root.path, 'directory'));
    symlinkSync('loop', join(root.path, 'loop'));
    symlinkSync('/etc/passwd', join(root.path, 'absolute'));
    execFileSync('mkfifo', [join(root.path, 'pipe')]);
    const { files, problems } = open(root.path);
    expect(files.text('/directory')).toBeUndefined();
    expect(files.text('/loop')).toBeUndefined();
    expect(files.link('/absolute')).toBeUndefined();
    expect(files.link('/directory')).toBeUndefined();
    expect(files.text(`/${'x'.repeat(5000)}`)).toBeUndefined();
    expect(problems.map(({ type, detail }) => `${type} ${detail}`)).toEqual(['malformed EISDIR', 'malformed ELOOP', 'malformed an absolute link', 'malformed EINVAL', 'malformed ENAMETOOLONG']);
    expect(files.text('/pipe')).toBe('');
  });

  it('resolves a link by its text and never above the root', () => {
    using root = emptyRoot();
    mkdirSync(join(root.path, 'a/b'), { recursive: true });
    symlinkSync('../../c/d', join(root.path, 'a/b/link'));
    symlinkSync('../../../../../up', join(root.path, 'a/b/far'));
    const { files } = open(root.path);
    expect(files.link('/a/b/link')).toBe('/c/d');
    expect(files.link('/a/b/far')).toBe('/up');
  });

  it('cuts off a huge directory', () => {
    using root = emptyRoot();
    execFileSync('sh', ['-c', 'seq 1 65600 | xargs touch'], { cwd: root.path });
    const { files, problems } = open(root.path);
    expect(files.entries('/')).toHaveLength(65_536);
    expect(problems).toEqual([{ type: 'oversized', path: '/', detail: '65600 entries' }]);
  });

  it('reports what it may not read', ({ skip }) => {
    using root = emptyRoot();
    writeFileSync(join(root.path, 'secret'), '');
    chmodSync(join(root.path, 'secret'), 0);
    const { files, problems } = open(root.path);
    if (!withoutRights(() => files.text('/secret'))) skip('root reads everything, and this build of Node.js cannot lay its rights down (io_uring)');
    expect(problems).toEqual([{ type: 'unreadable', path: '/secret', detail: 'EACCES' }]);
  });
});

const NOBODY = 65_534;

/** Does it as a user who owns nothing; false where that cannot be had. */
function withoutRights(action: () => unknown): boolean {
  const isRoot = process.getuid?.() === 0;
  try {
    if (isRoot) process.seteuid?.(NOBODY);
  } catch {
    return false;
  }
  try {
    action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  return true;
}
