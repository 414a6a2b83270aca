import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpackRoot } from '../../core/src/system/sysfs.fixture.js';
import { faulty, folder, json, jsonError, line, run } from './support/auxctl.js';

describe('list', () => {
  it('shows simulated devices with their firmware', async () => {
    const { stdout, stderr, status } = await run(['list', '--sim', 'mlx5:2', '--root', '/nonexistent']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^ADDRESS +NAMES +PRODUCT +DRIVER +PLUGIN +TRANSPORT +FIRMWARE\nsim-mlx5-0 .* NVIDIA ConnectX-6 Dx +- +mlx5 +sim +\d+\.\d+\.\d+\nsim-mlx5-1 .*\n$/);
  });

  it('shows the devices of a system tree, the simulated ones after them', async () => {
    using root = unpackRoot('two-ports');
    const { devices, system } = await json(`list --no-firmware --root ${root.path} --sim mlx5`);
    expect(devices).toMatchObject([
      { address: '0000:3b:00.0', bus: 'pci', driver: 'mlx5_core', plugin: 'mlx5', transport: 'fwctl', node: '/dev/fwctl/fwctl0', pciId: '15b3:101d', product: 'ConnectX-6 Dx', firmware: null, problem: null },
      { address: '0000:3b:00.1', names: { fwctl: ['fwctl1'], netdev: ['ens1f1np1'], rdma: ['mlx5_1'] } },
      { address: 'sim-mlx5-0', bus: 'sim', driver: null, transport: 'sim' },
    ]);
    expect(system).toEqual({ taint: 0, taintReasons: [], lockdown: 'none' });
    expect((await run(['list', '-v', '--no-firmware', '--root', root.path])).stdout).toMatch(/mlx5_core\.fwctl\.0[^]*\nkernel: not tainted, lockdown none\n$/);
  });

  it('says so when the kernel is tainted or locked down', async () => {
    using root = unpackRoot('other-nic');
    expect((await run(['list', '--no-firmware', '--root', root.path])).stdout).toMatch(/kernel: tainted \d+ \(.*fwctl.*\), lockdown integrity\n$/);
  });

  it('shows a device that does not answer without its firmware, and why', async () => {
    const { devices } = await json(`list --root /nonexistent --plugin ${faulty} --sim faulty:7 --timeout 200ms`);
    expect((devices as { firmware: string | null; problem: string | null }[]).map(({ firmware, problem }) => firmware ?? problem)).toEqual([
      '1.2', 'no answer within 200 ms', 'the device was removed', expect.stringMatching(/1 bytes/), expect.stringMatching(/BROKEN/), 'plugin faulty failed in its transport\'s rpc: the plugin has a fault', '1.4294967295',
    ]);
  });

  it('takes a version that the kernel knows where the firmware does not tell it', async () => {
    using root = unpackRoot('two-ports');
    writeFileSync(join(root.path, 'sys/class/infiniband/mlx5_1/fw_ver'), '22.28.1002\n');
    const { devices } = await json(`list --root ${root.path}`);
    expect((devices as { firmware: unknown }[]).map(({ firmware }) => firmware)).toEqual([null, '22.28.1002']);
    expect((await line(`list -v --root ${root.path}`)).stderr).toContain('the firmware version is from /sys/class/infiniband/mlx5_1/fw_ver');
  });

  it('shows simulated devices of a profile', async () => {
    const { devices } = await json('list --sim mlx5,mlx5@minimal:2 --root /nonexistent');
    expect((devices as { address: unknown; firmware: unknown }[]).map(({ address, firmware }) => [address, firmware])).toEqual([['sim-mlx5-0', '22.43.1014'], ['sim-mlx5-1', null], ['sim-mlx5-2', null]]);
    expect(await jsonError('list --sim mlx5@minimla --root /nonexistent')).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: 'Did you mean minimal?' });
  });

  it('opens no node of this machine for a device of another tree', async () => {
    using root = unpackRoot('two-ports');
    const { devices } = await json(`list --root ${root.path}`);
    expect(devices).toMatchObject([{ firmware: null, problem: expect.stringMatching(new RegExp(root.path)) as string }, {}]);
  });

  it('finds nothing without a complaint', async () => {
    const { stdout, stderr, status } = await run(['list', '--root', '/nonexistent']);
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
    expect(stderr).toBe('note: no control-capable device was found; auxctl doctor says why, auxctl demo needs none\n');
    expect((await run(['list', '-q', '--root', '/nonexistent'])).stderr).toBe('');
    expect(await json('list --root /nonexistent')).toMatchObject({ devices: [], system: { taint: null, lockdown: null } });
  });
});

describe('info', () => {
  it('shows who a device is, by any of its names', async () => {
    for (const name of ['sim-mlx5-1', 'simeth1', 'simrdma1']) {
      const { stdout, status } = await run(['info', name, '--sim', 'mlx5:2']);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^address +sim-mlx5-1\nproduct +NVIDIA ConnectX-6 Dx\nfirmware +\d+\.\d+\.\d+\npsid +\S+\n/);
    }
    expect(await json('info sim-mlx5-0')).toMatchObject({
      device: { address: 'sim-mlx5-0', transport: 'sim', product: 'ConnectX-6 Dx' },
      identity: [{ name: 'firmware' }, { name: 'psid' }, { name: 'serial' }, { name: 'part number' }, { name: 'node' }],
      channel: { maxRequestBytes: 2_097_152 },
    });
    expect((await line('info sim-faulty-0 -v')).stdout).toMatch(/^driver data +0102$/m);
  });

  it('says what is missing', async () => {
    using root = unpackRoot('unbound');
    expect(await jsonError(`info acme_npu.fwctl.0 --root ${root.path}`)).toMatchObject({ code: 'ERR_NO_TRANSPORT', status: 3, message: 'no plugin is for acme_npu.fwctl.0', hint: expect.stringContaining('auxiliary:acme_npu.fwctl') as string });
    expect(await jsonError('info sim-faulty-2')).toMatchObject({ code: 'ERR_DEVICE_GONE', status: 3 });
  });
});

describe('caps', () => {
  it('shows which sets there are', async () => {
    expect((await line('caps sim-mlx5-0')).stdout).toMatch(/^NAME +SUPPORTED +FIELDS +BELOW MAXIMUM +TITLE\n[^]*^GENERAL +yes +\d{3} +\d+ +General capabilities$/m);
    expect((await line('caps sim-faulty-0')).stdout).toBe('NAME   SUPPORTED  FIELDS  BELOW MAXIMUM  TITLE\nBASIC  yes             2              1  Basic capabilities\nEXTRA  no                                Capabilities that it does not have\n');
    expect(await json('caps sim-faulty-0')).toMatchObject({ sets: [{ name: 'BASIC', isSupported: true, current: { queues: { value: 8 } }, maximum: { queues: { value: 16 } } }, { name: 'EXTRA', isSupported: false, problem: expect.stringContaining('BROKEN') as string }] });
  });

  it('shows one set, current and maximum', async () => {
    expect((await line('caps sim-faulty-0 basic')).stdout).toBe('CAPABILITY  CURRENT  MAXIMUM\nqueues      8        16\nports       2        2\n');
    expect((await line('caps sim-faulty-0 BASIC --changed')).stdout).toBe('CAPABILITY  CURRENT  MAXIMUM\nqueues      8        16\n');
    expect((await line('caps sim-faulty-0 --changed')).stdout).toBe('SET    CAPABILITY  CURRENT  MAXIMUM\nBASIC  queues      8        16\n');
    expect((await line('caps sim-mlx5-0 QOS --changed'))).toMatchObject({ status: 0, stdout: '', stderr: 'note: every field is at its maximum\n' });
    expect((await line('caps sim-faulty-0 BASIC --fields ports')).stdout).toBe('CAPABILITY  CURRENT  MAXIMUM\nports       2        2\n');
    const { sets } = await json('caps sim-mlx5-0 GENERAL');
    expect(Object.keys((sets as { current: object }[])[0]?.current ?? {}).length).toBeGreaterThan(300);
    expect(await jsonError('caps sim-faulty-0 EXTRA')).toMatchObject({ code: 'ERR_FIRMWARE_STATUS', status: 5, details: { status: '0x7', statusName: 'BROKEN' } });
  });
});

describe('doctor', () => {
  it('says what stands in the way and what to do', async () => {
    using root = unpackRoot('unbound');
    const { stdout, status, stderr } = await run(['doctor', '--root', root.path]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^problem +\S.*\n +-> \S/m);
    expect(await json(`doctor --root ${root.path}`)).toMatchObject({ ok: false });
    expect(await json('doctor')).toMatchObject({ schema: 'auxctl.doctor/1' });
  });

  it('gives the kernel modules of plugins as data', async () => {
    using root = folder();
    writeFileSync(root.at('x'), '');
    expect(JSON.stringify(await json(`doctor --root ${root.path}`))).toContain('findings');
  });
});
