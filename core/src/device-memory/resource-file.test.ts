import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Native, NativeChannel, OpenOptions } from '../native.js';
import { openResourceFile } from './resource-file.js';

const ADDRESS = '0000:3b:00.0';
let root: string;
let log: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'auxctl-resource-'));
  log = [];
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), 'enable'), '1\n');
});
afterEach(() => { rmSync(root, { recursive: true }); });

const folder = (): string => join(root, 'sys/bus/pci/devices', ADDRESS);
const failure = (code: string): Error => Object.assign(new TypeError(code), { code });

async function open(failing: Readonly<Record<string, string>> = {}) {
  const step = async <T>(name: string, value: T): Promise<T> => {
    log.push(name);
    const code = failing[name];
    if (code !== undefined) throw failure(code);
    return Promise.resolve(value);
  };
  const channel = {
    lock: async (mode: string) => step(`lock ${mode}`, undefined),
    sizeBytes: async () => step('size', 8192n),
    map: async ({ lengthBytes, protection }: { lengthBytes: number; protection: string }) => step('map', { lengthBytes, protection, close: () => { log.push('unmap'); } }),
    close: async () => step('close', undefined),
  } as unknown as NativeChannel;
  const native = { openChannel: async (path: string, { access }: OpenOptions) => step('open', channel).finally(() => { log.push(`${path} ${access}`); }) } as unknown as Native;
  return openResourceFile({ native: async () => Promise.resolve(native), address: ADDRESS, bar: 2, root });
}

describe('a BAR by the kernel\'s file of it', () => {
  test('is locked and mapped whole, and closed in order', async () => {
    const source = await open();
    expect(log.splice(0)).toEqual(['open', `${folder()}/resource2 read-write`, 'lock exclusive', 'size', 'map']);
    expect([source.memory.lengthBytes, source.gone.aborted]).toEqual([8192, false]);
    await source.close();
    expect(log).toEqual(['unmap', 'close']);
  });

  test.each<[string, () => void, object]>([
    ['that a driver has', () => { symlinkSync('../../../../bus/pci/drivers/acme_core', join(folder(), 'driver')); }, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('acme_core has') }],
    ['that is not enabled', () => { writeFileSync(join(folder(), 'enable'), '0\n'); }, { code: 'ERR_NO_TRANSPORT', hint: expect.stringContaining(`echo 1 > /sys/bus/pci/devices/${ADDRESS}/enable`) }],
    ['that has gone', () => { rmSync(folder(), { recursive: true }); }, { code: 'ERR_DEVICE_GONE' }],
    ['under lockdown', () => {
      mkdirSync(join(root, 'sys/kernel/security'), { recursive: true });
      writeFileSync(join(root, 'sys/kernel/security/lockdown'), 'none [integrity] confidentiality');
    }, { code: 'ERR_PERMISSION', message: expect.stringContaining('locked down (integrity)') }],
  ])('of a function %s is not opened', async (_what, arrange, error) => {
    arrange();
    await expect(open()).rejects.toMatchObject({ device: ADDRESS, ...error });
    expect(log).toEqual([]);
  });

  test.each<[Record<string, string>, string]>([
    [{ open: 'ENOENT' }, 'ERR_NO_TRANSPORT'], [{ open: 'EACCES' }, 'ERR_PERMISSION'], [{ 'lock exclusive': 'ERR_NATIVE_TIMEOUT' }, 'ERR_TRANSPORT_TIMEOUT'],
    [{ 'lock exclusive': 'ERR_NATIVE_ABORTED' }, 'ERR_ABORTED'], [{ map: 'EINVAL' }, 'ERR_NO_TRANSPORT'], [{ map: 'EPERM' }, 'ERR_PERMISSION'],
  ])('whose opening fails (%j) is %s, and nothing stays open', async (failing, code) => {
    await expect(open(failing)).rejects.toMatchObject({ code, device: ADDRESS });
    expect(log.includes('close')).toBe(!('open' in failing));
  });
});
