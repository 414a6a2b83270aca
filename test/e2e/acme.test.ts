import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checked, folder, run, top, type Ended } from './support/auxctl.js';

const acme = join(top, 'examples/acme');
const place = folder();
const plugin = place.at('acme');

/** Builds it where its sources are, and takes away what an installed plugin has, and no more. */
beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'build', '--', '--out-dir', place.at('acme/dist')], { cwd: acme, stdio: 'pipe' });
  for (const name of ['manifest.json', 'layouts', 'package.json']) cpSync(join(acme, name), join(plugin, name), { recursive: true });
}, 120_000);
afterAll(() => { place[Symbol.dispose](); });

const tool = async (...words: readonly string[]): Promise<Ended> => run(['--plugin', plugin, '--sim', 'acme:2', ...words]);

describe('a plugin that is not built in, far from its sources', () => {
  it('is one file beside its data, and in good order', async () => {
    expect(readdirSync(join(plugin, 'dist'))).toEqual(['index.js']);
    expect(existsSync(join(plugin, 'node_modules'))).toBe(false);
    expect(await run(['plugin', 'check', plugin])).toMatchObject({ status: 0 });
  });

  it('says who its devices are', async () => {
    expect((await tool('info', 'sim-acme-1')).stdout).toMatch(/product +Acme Anvil\nfirmware +1\.4\.1\nserial +ANVIL-1\n/);
  });

  it('reads, writes and refuses', async () => {
    expect((await tool('reg', 'read', 'sim-acme-0', 'LAMP')).stdout).toMatch(/state +on \(1\)\nbrightness +80 %\nhours +12 h\n/);
    expect((await tool('reg', 'read', 'sim-acme-0', 'CLIMATE', 'sensor=1')).stdout).toMatch(/temperature +-0\.6 C/);
    expect(await tool('reg', 'write', 'sim-acme-0', 'LAMP', 'state=blink')).toMatchObject({ status: 4, stdout: expect.stringMatching(/^$|blink/) as string });
    expect(await tool('reg', 'write', 'sim-acme-0', 'LAMP', 'state=blink', '--allow', 'configure', '--yes')).toMatchObject({ status: 0 });
    expect(await tool('call', 'sim-acme-0', 'FACTORY_RESET', 'confirmation=0xacce')).toMatchObject({ status: 4 });
    expect(await tool('call', 'sim-acme-0', 'FACTORY_RESET', 'confirmation=1', '--allow', 'invasive', '--yes')).toMatchObject({ status: 5, stderr: expect.stringContaining('BAD_VALUE') as string });
    expect(await tool('call', 'sim-acme-0', 'FACTORY_RESET', 'confirmation=0xacce', '--allow', 'invasive', '--yes')).toMatchObject({ status: 0 });
    expect(await tool('call', 'sim-acme-0', 'SELF_TEST', 'duration=20000')).toMatchObject({ status: 5, stderr: expect.stringContaining('BAD_VALUE') as string });
    expect((await tool('caps', 'sim-acme-0', 'FEATURES')).stdout).toContain('DIM');
  });

  it('tells the errors of its own copy of the core as what they are', async () => {
    const root = place.at('root');
    const path = join(root, 'sys/bus/pci/devices/0000:05:00.0');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'uevent'), 'PCI_CLASS=88000\nPCI_ID=F00D:0001\nPCI_SUBSYS_ID=F00D:0001\nPCI_SLOT_NAME=0000:05:00.0\n');
    writeFileSync(join(path, 'revision'), '0x01\n');
    const { status, stderr } = await run(['--plugin', plugin, '--root', root, 'info', '05:00.0', '--json']);
    expect(status).toBe(3);
    expect(checked(stderr)).toMatchObject({ code: 'ERR_NO_TRANSPORT', device: '0000:05:00.0', hint: expect.stringContaining('echo vfio-pci > /sys/bus/pci/devices/0000:05:00.0/driver_override') as string });
  });
});
