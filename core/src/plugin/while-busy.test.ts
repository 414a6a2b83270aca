import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { IdentityQueries } from './types.js';
import { whileBusy } from './while-busy.js';

const names = { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] };
const queries: IdentityQueries = { call: async () => sleep(60, {}), readRegister: async () => ({}), kernelFile: () => undefined, device: { address: 'sim-p-0', bus: 'sim', names, aliases: [] } };

test('a plugin has as long as its queries take, and no longer than the deadline between them', async () => {
  const slow = async ({ call }: IdentityQueries): Promise<string> => {
    for (let count = 0; count < 3; count += 1) await call('X', {});
    return 'done';
  };
  expect(await whileBusy('p', queries, { timeoutMs: 40 }, slow)).toBe('done');
  await expect(whileBusy('p', queries, { timeoutMs: 20 }, () => new Promise(() => undefined))).rejects.toMatchObject({ code: 'ERR_PLUGIN', message: 'plugin p did nothing for 20 ms' });
});

test('the caller can give up', async () => {
  const controller = new AbortController();
  const waiting = expect(whileBusy('p', queries, { signal: controller.signal }, () => new Promise(() => undefined))).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  controller.abort();
  await waiting;
});

test('what the plugin says is passed on', async () => {
  await expect(whileBusy('p', queries, { timeoutMs: 1000 }, async () => Promise.reject(new TypeError('x')))).rejects.toThrow('x');
});
