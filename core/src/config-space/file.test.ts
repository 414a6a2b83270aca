import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Native, NativeChannel, OpenOptions } from '../native.js';
import { openConfigSpaceFile } from './file.js';

const ADDRESS = '0000:3b:00.0';
let root: string;
let opened: [string, OpenOptions][];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'auxctl-config-'));
  opened = [];
});
afterEach(() => rmSync(root, { recursive: true }));

function lockDown(mode: string): void {
  mkdirSync(join(root, 'sys/kernel/security'), { recursive: true });
  writeFileSync(join(root, 'sys/kernel/security/lockdown'), ['none', 'integrity', 'confidentiality'].map((each) => (each === mode ? `[${each}]` : each)).join(' '));
}

const failure = (code: string) => Object.assign(new TypeError(code), { code, syscall: 'pwrite', path: 'config' });

/** Opens it with a shim whose channel is given, or whose opening fails. */
async function open(channel: Partial<NativeChannel> | Error = {}) {
  const native = {
    openChannel: async (path: string, options: OpenOptions) => {
      opened.push([path, options]);
      if (channel instanceof Error) throw channel;
      return channel as NativeChannel;
    },
  } as Partial<Native> as Native;
  return openConfigSpaceFile({ native: async () => native, address: ADDRESS, root, timeoutMs: 100 });
}

const step = { words: new Uint32Array(1), steps: [{ type: 'write' as const, offsetBytes: 0, word: 0 }] };

describe('the file of a configuration space', () => {
  it('is opened to be written, by a worker that survives the program', async () => {
    await open();
    expect(opened).toEqual([[join(root, 'sys/bus/pci/devices', ADDRESS, 'config'), { access: 'read-write', worker: 'survivor', timeoutMs: 100 }]]);
  });

  it.each(['integrity', 'confidentiality'])('is not even opened while the kernel is locked down for %s', async (mode) => {
    lockDown(mode);
    await expect(open()).rejects.toMatchObject({ code: 'ERR_PERMISSION', exitStatus: 4, message: expect.stringContaining(`locked down (${mode})`) as string, hint: expect.stringContaining('fwctl') as string });
    expect(opened).toEqual([]);
  });

  it('is opened where nothing is locked down', async () => {
    lockDown('none');
    await open();
    expect(opened).toHaveLength(1);
  });

  it('explains a refusal that comes with a later lockdown', async () => {
    const config = await open({ sequence: async () => ({ words: new Uint32Array(1), failure: { step: 0, error: failure('EPERM') } }) });
    lockDown('integrity');
    await expect(config.sequence(step)).rejects.toMatchObject({ code: 'ERR_PERMISSION', message: expect.stringContaining('locked down') as string });
  });

  it.each([['ENOENT', 'ERR_NO_TRANSPORT'], ['EACCES', 'ERR_PERMISSION'], ['EPERM', 'ERR_PERMISSION'], ['ERR_NATIVE_TIMEOUT', 'ERR_TRANSPORT_TIMEOUT'], ['EIO', 'ERR_SYSTEM_CALL']])('tells of %s at the opening as %s', async (code, wanted) => {
    await expect(open(failure(code))).rejects.toMatchObject({ code: wanted });
  });

  it.each([['ENODEV', 'ERR_DEVICE_GONE'], ['EPERM', 'ERR_PERMISSION'], ['ERR_NATIVE_CLOSED', 'ERR_CLOSED']])('tells of %s later as %s', async (code, wanted) => {
    const config = await open({ pread: async () => Promise.reject(failure(code)), sequence: async () => ({ words: new Uint32Array(1), failure: { step: 0, error: failure(code) } }) });
    await expect(config.read(0, 4)).rejects.toMatchObject({ code: wanted });
    await expect(config.sequence(step)).rejects.toMatchObject({ code: wanted });
  });

  it.each(['EAGAIN', 'ECANCELED', 'ENODATA'])('takes %s of a sequence for an answer', async (code) => {
    const result = { words: new Uint32Array(1), failure: { step: 0, error: failure(code) } };
    const config = await open({ sequence: async () => result });
    expect(await config.sequence(step)).toBe(result);
  });
});
