import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLineValue } from './command-line.js';
import { parseConfig } from './kernel-config.js';
import type { FileProblem } from './rooted-files.js';
import { kernelSecurity } from './security.js';
import { systemState } from './state.js';
import { emptyRoot, unpackRoot } from './sysfs.fixture.js';
import { decodeTaint, hasTaintBit, TAINT_FLAGS } from './taint.js';

const HOST = { arch: 'x64', machine: 'x86_64' };

function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

describe('systemState', () => {
  it('reads a sound system', () => {
    using root = unpackRoot('other-nic');
    const problems: FileProblem[] = [];
    const state = systemState({ root: root.path, identity: HOST, onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
    expect(state).toMatchObject({
      release: '7.2.13',
      taint: { value: 0x80200, flags: [{ letter: 'W' }, { letter: 'J', bit: 19 }], unknownBits: [] },
      panicOnTaint: 0x80000,
      lockdown: 'integrity',
      config: { source: '/proc/config.gz' },
      process: { isCompat: false, hasRawIo: true, isInitialUserNamespace: true, container: undefined },
    });
    expect(state.config?.options).toEqual({ FWCTL: 'm', FWCTL_MLX5: 'm', FWCTL_BNXT: 'y', FWCTL_PDS: 'n' });
    expect(state.nodes?.map(({ path, exists }) => `${path} ${exists}`)).toEqual(['/dev/fwctl/fwctl2 false', '/dev/fwctl/fwctl9 false', '/dev/fwctl/fwctl10 false']);
  });

  it('reads what a kernel 7.2 says of itself', () => {
    using root = unpackRoot('lab');
    const problems: FileProblem[] = [];
    const state = systemState({ root: root.path, identity: HOST, options: ['CXL_FEATURES'], onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
    expect(state).toMatchObject({ release: '7.2.13-fwctl', taint: { value: 0 }, panicOnTaint: 0, lockdown: 'none', process: { hasRawIo: true, isInitialUserNamespace: undefined } });
    expect(state.config?.options).toEqual({ FWCTL: 'y', FWCTL_BNXT: 'y', FWCTL_MLX5: 'y', FWCTL_PDS: 'y', CXL_FEATURES: 'y' });
  });

  it('reads a restricted process in a container', () => {
    using root = unpackRoot('unbound');
    const { process } = systemState({ root: root.path, identity: { arch: 'ia32', machine: 'x86_64' } });
    expect(process).toEqual({ arch: 'ia32', isCompat: true, hasRawIo: false, isInitialUserNamespace: false, container: 'podman' });
  });

  it('knows nothing of an empty tree, and says so without complaint', () => {
    using root = emptyRoot();
    const problems: FileProblem[] = [];
    expect(systemState({ root: root.path, modules: ['acme_fwctl'], identity: HOST, onProblem: (problem) => problems.push(problem) })).toEqual({
      release: undefined, config: undefined, taint: undefined, panicOnTaint: 0, lockdown: 'unavailable', nodes: undefined, modules: { acme_fwctl: 'unknown' },
      process: { arch: 'x64', isCompat: false, hasRawIo: undefined, isInitialUserNamespace: undefined, container: undefined },
    });
    expect(problems).toEqual([]);
  });

  it('skips what is malformed and reports it', () => {
    using root = unpackRoot('broken');
    const problems: FileProblem[] = [];
    const state = systemState({ root: root.path, identity: HOST, onProblem: (problem) => problems.push(problem) });
    expect(state).toMatchObject({ release: undefined, taint: undefined, lockdown: 'unavailable', config: undefined });
    expect(problems.map(({ type, path }) => `${type} ${path}`)).toEqual(['malformed /proc/sys/kernel/osrelease', 'malformed /proc/config.gz', 'malformed /proc/sys/kernel/tainted', 'malformed /sys/kernel/security/lockdown']);
  });

  it('does not unpack a configuration without end', () => {
    using root = emptyRoot();
    write(root.path, { 'proc/config.gz': gzipSync(Buffer.alloc(9 * 1024 * 1024)) });
    const problems: FileProblem[] = [];
    expect(systemState({ root: root.path, onProblem: (problem) => problems.push(problem) }).config).toBeUndefined();
    expect(problems).toEqual([{ type: 'malformed', path: '/proc/config.gz', detail: 'not a compressed configuration' }]);
  });

  it.each(['boot/config-6.18.4-amd64', 'lib/modules/6.18.4-amd64/config'])('finds the configuration in %s', (path) => {
    using root = emptyRoot();
    write(root.path, { 'proc/sys/kernel/osrelease': '6.18.4-amd64\n', [path]: 'CONFIG_FWCTL=y\nCONFIG_ACME_FEATURES=y\nCONFIG_OTHER=y\n' });
    expect(systemState({ root: root.path, options: ['ACME_FEATURES'] }).config).toEqual({ source: `/${path}`, options: { FWCTL: 'y', ACME_FEATURES: 'y' } });
  });

  it('says where each module is', () => {
    using root = emptyRoot();
    write(root.path, {
      'proc/sys/kernel/osrelease': '6.18.4\n',
      'lib/modules/6.18.4/modules.builtin': 'kernel/drivers/fwctl/fwctl.ko\n',
      'lib/modules/6.18.4/modules.dep': 'kernel/drivers/fwctl/acme/acme_fwctl.ko.zst: kernel/drivers/net/acme-core.ko\nkernel/drivers/net/acme-core.ko:\nkernel/drivers/net/other.ko.xz:\n',
      'sys/module/acme_core/initstate': 'live\n',
      'sys/bus/auxiliary/drivers/acme_built.control/bind': '',
      'sys/bus/pci/drivers/acme_pci/bind': '',
    });
    expect(systemState({ root: root.path, modules: ['fwctl', 'acme_fwctl', 'acme-core', 'acme_core', 'acme_built', 'acme_pci', 'acme'] }).modules).toEqual({
      fwctl: 'built-in', acme_fwctl: 'installed', 'acme-core': 'loaded', acme_core: 'loaded', acme_built: 'loaded', acme_pci: 'loaded', acme: 'absent',
    });
  });

  it('reads the permissions of nodes without opening them', () => {
    using root = emptyRoot();
    write(root.path, { 'dev/fwctl/fwctl0': '', 'sys/class/fwctl/fwctl0/dev': '', 'sys/class/fwctl/fwctl1/dev': '', 'sys/class/fwctl/version': '' });
    symlinkSync('fwctl2', join(root.path, 'dev/fwctl/fwctl2'));
    mkdirSync(join(root.path, 'sys/class/fwctl/fwctl2'));
    chmodSync(join(root.path, 'dev/fwctl/fwctl0'), 0o640);
    const [first, second, third, ...rest] = systemState({ root: root.path }).nodes ?? [];
    expect(first).toEqual({ path: '/dev/fwctl/fwctl0', exists: true, mode: 0o640, uid: process.getuid?.(), gid: process.getgid?.(), isPermitted: true });
    expect(second).toEqual({ path: '/dev/fwctl/fwctl1', exists: false, mode: undefined, uid: undefined, gid: undefined, isPermitted: false });
    expect(third).toMatchObject({ exists: true, mode: undefined, isPermitted: false });
    expect(rest).toEqual([]);
  });

  it('reads this machine without a problem', () => {
    const problems: FileProblem[] = [];
    const state = systemState({ onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
    expect(state.release).toMatch(/^\d+\.\d+/);
    expect(state.taint).toBeDefined();
    expect(state.process).toMatchObject({ arch: process.arch, isCompat: false });
  });
});

describe('kernelSecurity', () => {
  it('reads taint, lockdown and panic_on_taint alone', () => {
    using root = unpackRoot('two-ports');
    expect(kernelSecurity({ root: root.path })).toEqual({ taint: { value: 0, flags: [], unknownBits: [] }, panicOnTaint: 0x80000, lockdown: 'none' });
  });
});

describe('the taint word', () => {
  it('has the kernel\'s twenty flags', () => {
    expect(TAINT_FLAGS.map(({ letter }) => letter).join('')).toBe('PFSRMBUDAWCIOELKXTNJ');
    expect(TAINT_FLAGS.every(({ bit }, index) => bit === index)).toBe(true);
  });

  it('is taken apart without loss', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => {
      const { flags, unknownBits } = decodeTaint(value);
      expect([...flags.map(({ bit }) => bit), ...unknownBits].reduce((sum, bit) => sum + 2 ** bit, 0)).toBe(value);
    }));
  });

  it('tests single bits beyond the thirty-second', () => {
    expect([hasTaintBit(2 ** 40, 40), hasTaintBit(2 ** 40, 8), hasTaintBit(0, 0)]).toEqual([true, false, false]);
  });
});

describe('commandLineValue', () => {
  it.each([
    ['quiet panic_on_taint=0x80000', '0x80000'],
    ['panic-on-taint=80000,nousertaint ro', '80000,nousertaint'],
    ['panic_on_taint=1 panic_on_taint=2', '2'],
    ['panic_on_taint="8 0"', '8 0'],
    ['"panic_on_taint=8 0"', '8 0'],
    ['dyndbg="file a.c +p" panic_on_taint=a=b', 'a=b'],
    ['quiet -- panic_on_taint=1', undefined],
    ['xpanic_on_taint=1 panic_on_taint', undefined],
    ['unfinished="panic_on_taint=1', undefined],
    ['', undefined],
  ])('%s', (line, expected) => {
    expect(commandLineValue(line, 'panic_on_taint')).toBe(expected);
  });
});

describe('parseConfig', () => {
  it('takes options of the subsystem and those asked for', () => {
    const text = 'CONFIG_FWCTL=m\n# CONFIG_FWCTL_ACME is not set\nCONFIG_CXL="text"\nCONFIG_A=y\nCONFIG_B=m\n#CONFIG_FWCTL_X=y\n CONFIG_FWCTL_Y=y\n';
    expect(parseConfig(text, ['B'])).toEqual({ FWCTL: 'm', FWCTL_ACME: 'n', B: 'm' });
  });
});
