import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NodeDevices } from './devices.js';
import { Processes } from './process.js';

const root = mkdtempSync(join(tmpdir(), 'auxctl-proc-'));
afterAll(() => { rmSync(root, { recursive: true }); });

function addProcess(thread: number, { name = 'x', startTicks = 500, loginUid = '4294967295', open = [] as string[] } = {}): void {
  const folder = join(root, 'proc', String(thread));
  mkdirSync(join(folder, 'fd'), { recursive: true });
  writeFileSync(join(folder, 'status'), `Name:\t${name}\nTgid:\t80\nPid:\t${thread}\nPPid:\t7\nUid:\t1000\t0\t0\t0\n`);
  writeFileSync(join(folder, 'stat'), `${thread} (${name}) S 7 ${Array.from({ length: 17 }, () => '0').join(' ')} ${startTicks} 9 9\n`);
  writeFileSync(join(folder, 'cmdline'), 'prog\0two words\0\0');
  writeFileSync(join(folder, 'loginuid'), loginUid);
  symlinkSync('/usr/bin/prog', join(folder, 'exe'));
  open.forEach((target, index) => { symlinkSync(target, join(folder, 'fd', String(index))); });
}

describe('a process', () => {
  const processes = new Processes(root);

  it('is told with all that the kernel says, whatever it calls itself', () => {
    addProcess(81, { name: 'a) S 1 (b 3 4 5', loginUid: '1001', open: ['/dev/fwctl/fwctl3', '/dev/null', '/dev/fwctl/fwctl10', '/dev/fwctl/fwctl3', '/tmp/dev/fwctl/fwctl4', '/dev/fwctl/fwctl5 (deleted)'] });
    expect(processes.facts(81, 5000)).toEqual({ pid: 80, parent: 7, executable: '/usr/bin/prog', commandLine: ['prog', 'two words', ''], user: { uid: 1000, loginUid: 1001 } });
    expect(processes.openNodes(81)).toEqual(['fwctl10', 'fwctl3']);
    expect([processes.isRunning({ pid: 81, startTicks: '500' }), processes.isRunning({ pid: 81, startTicks: '501' }), processes.isRunning({ pid: 9, startTicks: '500' })]).toEqual([true, false, false]);
  });

  it('that has gone, or has its number from one that has, is none', () => {
    addProcess(82, { startTicks: 502 });
    expect([processes.facts(82, 5000), processes.facts(83, 5000), processes.openNodes(83)]).toEqual([undefined, undefined, []]);
    expect(processes.facts(82, 5020)).toMatchObject({ user: { uid: 1000 } });
  });

  it('knows itself', () => {
    const real = new Processes();
    const facts = real.facts(process.pid, real.uptimeMs());
    expect(facts).toMatchObject({ pid: process.pid, parent: process.ppid, executable: process.execPath, user: { uid: process.getuid?.() } });
    const startTicks = real.startTicks(process.pid) ?? '';
    expect(real.isRunning({ pid: process.pid, startTicks })).toBe(true);
    expect(real.facts(process.pid, Number(startTicks) * 10 - 100)).toBeUndefined();
  });
});

describe('the device that a command went to', () => {
  const folder = join(root, 'sys/class/fwctl');
  mkdirSync(folder, { recursive: true });
  for (const [node, place] of [['fwctl0', 'a'], ['fwctl1', 'b']] as const) symlinkSync(`../../devices/${place}/fwctl/${node}`, join(folder, node));
  const warnings: string[] = [];
  let searches = 0;
  const device = (address: string) => ({ address, bus: 'pci', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: [], driver: 'drv', pci: { vendorId: 0x1af4, deviceId: 0x12, subsystemVendorId: 0, subsystemId: 0, revision: 0, classCode: 0 } } as const);
  const devices = new NodeDevices(root, (node) => {
    searches += 1;
    return Promise.resolve({ device: device(node === 'fwctl0' ? '0000:01:00.0' : '0000:02:00.0') });
  }, (text) => warnings.push(text));

  it('is the one that the request names, and is looked for once', async () => {
    for (let count = 0; count < 3; count++) {
      const seen = devices.look('fwctl0', () => { throw new TypeError('not to be asked'); });
      expect(await devices.meant(seen)).toEqual({ device: { address: '0000:01:00.0', pci: '1af4:0012', driver: 'drv', node: 'fwctl0', source: 'kernel' }, plugin: undefined, namer: undefined });
    }
    expect(searches).toBe(1);
  });

  it.each(['', 'fwctl', 'fwctl9', '../fwctl0', 'fwctl0\n', 'garbage\uFFFD'])('is the only one that the process has open where the request says %j', async (named) => {
    expect((await devices.meant(devices.look(named, () => ['fwctl1']))).device).toMatchObject({ address: '0000:02:00.0', node: 'fwctl1', source: 'open-files' });
  });

  it('is not known when there are several, or none', async () => {
    expect((await devices.meant(devices.look('x', () => ['fwctl0', 'fwctl1', 'fwctl8']))).device).toEqual({ source: 'unknown', candidates: ['0000:01:00.0', '0000:02:00.0', 'fwctl8'] });
    expect((await devices.meant(devices.look('x', () => []))).device).toEqual({ source: 'unknown' });
  });

  it('is not that which got its number since', async () => {
    const seen = devices.look('fwctl0', () => []);
    rmSync(join(folder, 'fwctl0'));
    expect((await devices.meant(seen)).device).toEqual({ node: 'fwctl0', source: 'kernel' });
    symlinkSync('../../devices/c/fwctl/fwctl0', join(folder, 'fwctl0'));
    expect((await devices.meant(seen)).device).toEqual({ node: 'fwctl0', source: 'kernel' });
    expect(warnings).toEqual([]);
  });

  it('without a name for its commands is told once when its plugin is broken', async () => {
    const broken = new NodeDevices(root, () => Promise.reject(new TypeError('no')), (text) => warnings.push(text));
    for (let count = 0; count < 2; count++) expect((await broken.meant(broken.look('fwctl1', () => []))).device).toEqual({ node: 'fwctl1', source: 'kernel' });
    expect(warnings).toEqual(['commands to fwctl1 are recorded without names: no']);
  });
});
