import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unpackRoot } from '../../core/src/system/sysfs.fixture.js';
import { run } from './support/auxctl.js';

const gateway = (...words: string[]) => run([...words, '--sim', 'mlx5', '--transport', 'vsc']);

describe('--transport vsc', () => {
  it('reads registers of a simulated device through its configuration space', async () => {
    const direct = await run(['reg', 'read', 'sim-mlx5-0', 'PAOS', 'local_port=1', '--json', '--sim', 'mlx5']);
    const { status, stdout } = await gateway('reg', 'read', 'sim-mlx5-0', 'PAOS', 'local_port=1', '--json');
    expect([status, JSON.parse(stdout)]).toEqual([0, JSON.parse(direct.stdout)]);
  });

  it('is what list and info show', async () => {
    expect(JSON.parse((await gateway('list', '--json', '--root', '/nonexistent')).stdout)).toMatchObject({ devices: [{ transport: 'vsc', firmware: '22.43.1014' }] });
    expect(JSON.parse((await gateway('info', 'sim-mlx5-0', '--json')).stdout)).toMatchObject({ device: { transport: 'vsc' }, channel: { maxRequestBytes: 828 } });
  });

  it.each([[['call', 'sim-mlx5-0', 'QUERY_ISSI'], 4, 'ERR_NOT_CARRIED'], [['reg', 'read', 'sim-mlx5-0', 'PAOS', 'local_port=9'], 5, 'ERR_FIRMWARE_STATUS'], [['reg', 'write', 'sim-mlx5-0', 'NODE_DESC', 'node_description=x'], 4, 'ERR_NOT_ALLOWED']])('%j ends with status %i', async (words, wanted, code) => {
    const { status, stderr } = await gateway(...words, '--json', '-q');
    expect([status, JSON.parse(stderr)]).toMatchObject([wanted, { code }]);
  });
});

describe('a function without a control node', () => {
  /** One configuration space whose list has nothing but a vendor-specific capability. */
  const config = new Uint8Array(256);
  config.set([0xb3, 0x15, 0x1f, 0x10, 0, 0, 0x10]);
  config.set([0x40], 0x34);
  config.set([0x09, 0, 0x18, 0x02], 0x40);

  it('is reached through its configuration space, where it has a gateway', async () => {
    using root = unpackRoot('unbound');
    writeFileSync(`${root.path}/sys/bus/pci/devices/0000:05:00.0/config`, config);
    const { stdout } = await run(['list', '--root', root.path, '--no-firmware', '--json']);
    const { devices } = JSON.parse(stdout) as { devices: { address: string; transport: string | null }[] };
    expect(devices.filter(({ address }) => /^0000:0[58]/.test(address)).map(({ transport }) => transport)).toEqual(['vsc', 'fwctl']);
    const { status, stderr } = await run(['reg', 'read', '05:00.0', 'NODE_DESC', '--root', root.path, '--json']);
    expect([status, JSON.parse(stderr)]).toMatchObject([3, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('recovery') as string }]);
  });

  it('is refused under lockdown, before its configuration space is opened', async () => {
    using root = unpackRoot('unbound');
    mkdirSync(`${root.path}/sys/kernel/security`, { recursive: true });
    writeFileSync(`${root.path}/sys/kernel/security/lockdown`, 'none [integrity] confidentiality');
    const { status, stderr } = await run(['reg', 'read', '05:00.0', 'NODE_DESC', '--root', root.path, '--json']);
    expect([status, JSON.parse(stderr)]).toMatchObject([4, { code: 'ERR_PERMISSION' }]);
  });
});
