import { describe, expect, it } from 'vitest';
import { scanDevices } from '../bus/scan.js';
import type { Device } from '../device/types.js';
import { diagnose } from './diagnose.js';
import type { DiagnosisInput, ModuleHint } from './diagnosis.js';
import type { Finding } from './finding.js';
import type { FileProblem } from './rooted-files.js';
import { systemState, type SystemState } from './state.js';
import { unpackRoot } from './sysfs.fixture.js';
import { decodeTaint } from './taint.js';

const HINTS: readonly ModuleHint[] = [
  { alias: 'pci:acde:*', module: 'acme_core' },
  { alias: 'auxiliary:acme_core.fwctl', module: 'acme_fwctl', option: 'FWCTL_ACME' },
];

const SOUND: SystemState = {
  release: '6.18.4',
  config: { source: '/proc/config.gz', options: { FWCTL: 'm', FWCTL_ACME: 'm' } },
  taint: decodeTaint(0),
  panicOnTaint: 0,
  lockdown: 'none',
  nodes: [{ path: '/dev/fwctl/fwctl0', exists: true, mode: 0o600, uid: 0, gid: 0, isPermitted: true }],
  modules: { acme_core: 'loaded', acme_fwctl: 'loaded' },
  process: { arch: 'x64', isCompat: false, hasRawIo: true, isInitialUserNamespace: true, container: undefined },
};

const NAMES: Device['names'] = { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] };

function device(fields: Partial<Device>): Device {
  return { address: '0000:05:00.0', bus: 'pci', names: NAMES, aliases: ['pci:acde:0001'], ...fields };
}

const READY = device({ driver: 'acme_core', auxiliaryDriver: 'acme_fwctl.acme_fwctl', node: '/dev/fwctl/fwctl0', names: { ...NAMES, auxiliary: ['acme_core.fwctl.0'], fwctl: ['fwctl0'] } });
const UNBOUND = device({ driver: 'acme_core', names: { ...NAMES, auxiliary: ['acme_core.fwctl.0'] }, aliases: ['auxiliary:acme_core.fwctl', 'pci:acde:0001'] });

function found(system: Partial<SystemState>, devices: readonly Device[] = [READY], rest: Partial<DiagnosisInput> = {}): Finding[] {
  return diagnose({ system: { ...SOUND, ...system }, devices, modules: HINTS, ...rest });
}

function only(findings: readonly Finding[]): Finding | undefined {
  const wrong = findings.filter(({ severity }) => severity !== 'ok');
  expect(wrong.length).toBeLessThanOrEqual(1);
  return wrong[0];
}

describe('diagnose', () => {
  it('names the plugin that is not installed, where none that is installed fits as well', () => {
    const remedy = 'Install it: acme is its package.';
    const installed = (match: string) => ({ manifest: { name: 'any', match: [match] } });
    const missing = { manifest: { name: 'acme', match: ['auxiliary:acme_core.fwctl', 'pci:acde:*'] }, remedy };
    const codes = (...plugins: NonNullable<DiagnosisInput['plugins']>): string[] => found({}, [READY], { plugins }).map(({ code }) => code);
    expect(found({}, [READY], { plugins: [installed('pci:*'), missing] })).toContainEqual({ severity: 'problem', code: 'plugin-missing', device: READY.address, remedy, message: '0000:05:00.0 is a device of plugin acme, which is not installed.' });
    expect(codes(missing, installed('pci:acde:0001'))).not.toContain('plugin-missing');
    expect(codes(installed('pci:*'))).not.toContain('plugin-missing');
    expect(codes({ ...missing, manifest: { name: 'other', match: ['pci:1234:*'] } })).not.toContain('plugin-missing');
  });

  it('finds nothing wrong with a sound system', () => {
    expect(found({}).map(({ severity, code }) => `${severity} ${code}`)).toEqual(['ok fwctl-present', 'ok device-ready', 'ok addon-present']);
  });

  it.each<[string, Partial<SystemState>, Partial<Finding>]>([
    ['an old kernel', { release: '6.12.57+deb13-amd64', nodes: undefined }, { code: 'kernel-too-old', message: 'Linux 6.12.57+deb13-amd64 is older than fwctl, which came with 6.15.' }],
    ['an older major release', { release: '5.99', nodes: undefined }, { code: 'kernel-too-old' }],
    ['a kernel built without fwctl', { nodes: undefined, config: { source: '/boot/config-6.18.4', options: { FWCTL: 'n' } } }, { code: 'fwctl-not-configured', remedy: 'Use a kernel that was built with CONFIG_FWCTL, CONFIG_FWCTL_ACME.' }],
    ['a kernel whose configuration does not know fwctl', { nodes: undefined, release: undefined, config: { source: '/proc/config.gz', options: {} } }, { code: 'fwctl-not-configured', message: 'This kernel was built without fwctl (/proc/config.gz).' }],
    ['fwctl as a module that is not loaded', { nodes: undefined, release: '6.15.0' }, { code: 'fwctl-not-loaded', remedy: 'Load it: modprobe fwctl; then the module for the device, as said below.' }],
    ['nothing known but that the class is not there', { nodes: undefined, release: undefined, config: undefined }, { code: 'fwctl-not-loaded' }],
  ])('tells of %s', (_, system, expected) => {
    expect(found(system, []).filter(({ severity }) => severity === 'problem')).toMatchObject([expected]);
  });

  it('believes a class that is there more than a release', () => {
    expect(only(found({ release: '5.14.0-611.el9', config: undefined }))).toBeUndefined();
  });

  it.each<[string, Device, Partial<SystemState>, Partial<Finding>]>([
    ['a function without a driver', device({}), { modules: { acme_core: 'installed' } }, { code: 'no-driver', remedy: 'Load the module: modprobe acme_core' }],
    ['a function whose module did not bind', device({}), {}, { code: 'no-driver', remedy: 'Its driver is there; have it try: echo 0000:05:00.0 > /sys/bus/pci/drivers_probe. The kernel\'s log says why: dmesg | grep -F 0000:05:00.0' }],
    ['a function given to another driver', device({ driver: 'vfio-pci' }), {}, { severity: 'note', code: 'other-driver', message: '0000:05:00.0 is bound to vfio-pci; its firmware is reached through acme_core.' }],
    ['a driver that made no auxiliary device', device({ driver: 'acme_core' }), {}, { code: 'no-auxiliary' }],
    ['an auxiliary device whose module is not loaded', UNBOUND, { modules: { acme_fwctl: 'installed' } }, { code: 'auxiliary-unbound', remedy: 'Load the module: modprobe acme_fwctl' }],
    ['an auxiliary device whose module may be missing', UNBOUND, { modules: {} }, { code: 'auxiliary-unbound', remedy: 'Load the module: modprobe acme_fwctl' }],
    ['an auxiliary device whose module was not built', UNBOUND, { modules: { acme_fwctl: 'absent' } }, { code: 'auxiliary-unbound', remedy: 'This kernel has no module acme_fwctl: use one that was built with CONFIG_FWCTL_ACME=m.' }],
    ['an auxiliary device whose option is off', UNBOUND, { modules: {}, config: { source: '/proc/config.gz', options: { FWCTL: 'y', FWCTL_ACME: 'n' } } }, { code: 'auxiliary-unbound', remedy: 'This kernel has no module acme_fwctl: use one that was built with CONFIG_FWCTL_ACME=m.' }],
    ['an auxiliary device whose module did not bind', UNBOUND, {}, { code: 'auxiliary-unbound', remedy: 'Its driver is there; have it try: echo acme_core.fwctl.0 > /sys/bus/auxiliary/drivers_probe. The kernel\'s log says why: dmesg | grep -F acme_core.fwctl.0' }],
    ['a bound auxiliary device without a node', { ...UNBOUND, auxiliaryDriver: 'acme_fwctl.acme_fwctl' }, {}, { code: 'no-control-node' }],
    ['a node that is not in /dev', READY, { nodes: [{ path: '/dev/fwctl/fwctl0', exists: false, mode: undefined, uid: undefined, gid: undefined, isPermitted: false }] }, { code: 'node-missing', remedy: 'Let udev make it: udevadm trigger --action=add --subsystem-match=fwctl; or see that devtmpfs is mounted on /dev.' }],
    ['a node that is not this user\'s', READY, { nodes: [{ path: '/dev/fwctl/fwctl0', exists: true, mode: 0o600, uid: 0, gid: 0, isPermitted: false }] }, { code: 'node-permission', message: 'This user may not open /dev/fwctl/fwctl0 (mode 0600, owner 0, group 0).' }],
  ])('tells of %s', (_, each, system, expected) => {
    expect(only(found(system, [each]))).toMatchObject({ severity: 'problem', device: '0000:05:00.0', ...expected });
  });

  it('takes a driver by its own name where it is not the module\'s', () => {
    const modules = [{ alias: 'pci:acde:*', module: 'acme_core', driver: 'acme' }];
    expect(only(found({}, [device({ driver: 'acme' })], { modules }))).toMatchObject({ code: 'no-auxiliary' });
  });

  it('notes a node that went away meanwhile', () => {
    expect(only(found({ nodes: [] }))).toMatchObject({ severity: 'note', code: 'no-control-node', device: '0000:05:00.0' });
  });

  it('has nothing to say of a device that no hint is for', () => {
    expect(found({}, [device({ aliases: ['pci:1234:5678'], names: { ...NAMES, nvme: ['nvme0'] } })]).map(({ code }) => code)).toEqual(['fwctl-present', 'no-device', 'addon-present']);
  });

  it('notes a memory device without a control node, and a machine without devices', () => {
    expect(only(found({}, [device({ names: { ...NAMES, memdev: ['mem0'] } })]))).toMatchObject({ severity: 'note', code: 'no-control-node' });
    expect(only(found({}, []))).toMatchObject({ severity: 'note', code: 'no-device', remedy: 'To try the tool on simulated devices: auxctl demo' });
  });

  it.each<[string, Partial<SystemState>, Partial<Finding>]>([
    ['lockdown', { lockdown: 'integrity' }, { code: 'lockdown' }],
    ['the mark of a debug command', { taint: decodeTaint(0x80000) }, { code: 'tainted-by-fwctl' }],
    ['other marks, unknown ones too', { taint: decodeTaint(0x1001 + 2 ** 33) }, { code: 'tainted', message: 'The kernel is marked for reasons that have nothing to do with fwctl: a proprietary module was loaded (P), an out-of-tree module was loaded (O), bit 33.' }],
    ['a machine that stops at the mark', { panicOnTaint: 0x80001 }, { code: 'panic-on-taint' }],
    ['missing capabilities', { process: { ...SOUND.process, hasRawIo: false } }, { code: 'no-raw-io' }],
    ['a container', { process: { ...SOUND.process, container: 'docker' } }, { code: 'container' }],
  ])('notes %s', (_, system, expected) => {
    expect(only(found(system))).toMatchObject({ severity: 'note', ...expected });
  });

  it('says nothing of a stop at other marks', () => {
    expect(only(found({ panicOnTaint: 0x7ffff }))).toBeUndefined();
  });

  it('tells of a process of 32 bits, and of a missing addon', () => {
    expect(only(found({ process: { ...SOUND.process, arch: 'ia32', isCompat: true } }))).toMatchObject({ severity: 'problem', code: 'compat-process' });
    expect(only(found({}, [READY], { addonFailure: { message: 'the native addon is not built; build it with: make' } }))).toMatchObject({ severity: 'problem', code: 'addon-missing', message: 'No device can be opened: the native addon is not built; build it with: make' });
  });

  it('names the files that could not be used, a few of them, and not those that vanished', () => {
    const problem = (type: FileProblem['type'], index: number): FileProblem => ({ type, path: `/sys/${index}`, detail: 'EIO' });
    expect(only(found({}, [READY], { problems: [problem('vanished', 0)] }))).toBeUndefined();
    const problems = Array.from({ length: 7 }, (_, index) => problem('unreadable', index));
    expect(only(found({}, [READY], { problems }))?.message).toMatch(/\/sys\/4 \(unreadable: EIO\) and 2 more\.$/);
  });

  it('explains a whole machine, read from a tree', async () => {
    using root = unpackRoot('unbound');
    const wants = (aliases: readonly string[]): boolean => aliases.some((alias) => alias.startsWith('pci:15b3:'));
    const devices = await scanDevices({ root: root.path, wants });
    const modules = [{ alias: 'pci:15b3:*', module: 'mlx5_core' }, { alias: 'auxiliary:mlx5_core.fwctl', module: 'mlx5_fwctl' }];
    const system = systemState({ root: root.path, modules: modules.map(({ module }) => module), identity: { arch: 'x64', machine: 'x86_64' } });
    expect(diagnose({ system, devices, modules }).map(({ code, device: about }) => [code, about])).toEqual([
      ['fwctl-present', undefined],
      ['no-driver', '0000:05:00.0'],
      ['no-auxiliary', '0000:06:00.0'],
      ['auxiliary-unbound', '0000:07:00.0'],
      ['node-missing', '0000:08:00.0'],
      ['node-missing', 'acme_npu.fwctl.0'],
      ['addon-present', undefined],
      ['container', undefined],
      ['no-raw-io', undefined],
      ['tainted', undefined],
      ['panic-on-taint', undefined],
    ]);
  });
});
