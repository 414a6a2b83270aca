import { join } from 'node:path';
import { AuxctlError, InProcessConfigSpace, LayoutStore, openMailbox, type DeviceMemory, type MemorySource, type SimulatorFaults, type Transport } from '@auxctl/core';
import { expect, test } from 'vitest';
import { simulator } from '../sim/index.js';

/** The simulated function's BAR as memory: what a kernel and a bus would do in between. */
function plugIn(now: () => number): { readonly source: MemorySource; readonly faults: SimulatorFaults; readonly digest: () => string } {
  const simulated = simulator.create({ index: 7, now });
  const [bar] = simulated.pciDevice().regions;
  if (bar === undefined) throw new TypeError('the Anvil has no BAR');
  const memory: DeviceMemory = {
    lengthBytes: bar.sizeBytes,
    read32: (offsetBytes) => Buffer.from(bar.read(offsetBytes, 4)).readUInt32LE(),
    write32(offsetBytes, value) {
      const data = Buffer.alloc(4);
      data.writeUInt32LE(value);
      bar.write(offsetBytes, data);
    },
    barrier: () => undefined,
  };
  const close = async (): Promise<void> => Promise.resolve();
  return { source: { memory, gone: new AbortController().signal, close, [Symbol.asyncDispose]: close }, faults: simulated.faults, digest: () => simulated.digest() };
}

const layouts = new LayoutStore(join(import.meta.dirname, '../layouts'));

async function open(now: () => number = () => performance.now()) {
  const plugged = plugIn(now);
  return { ...plugged, transport: await openMailbox({ source: plugged.source, layout: await layouts.codec('structures', 'bar0', 'bar0'), device: 'anvil', kind: 'vfio' }) };
}

const send = async (transport: Transport, bytes: readonly number[], timeoutMs = 5000): Promise<Uint8Array> => (
  transport.rpc({ request: Uint8Array.from(bytes), replyLengthBytes: 1024, scope: 'configuration' }, { timeoutMs })
);

test('the mailbox of the Anvil carries commands, as its layout describes it', async () => {
  const { transport, digest } = await open();
  expect(transport.limits).toEqual({ maxRequestBytes: 1024, maxReplyBytes: 1024 });
  expect(Buffer.from(await send(transport, [1, 0, 0, 0, 0, 0, 0, 0])).toString('latin1', 8)).toBe('1.4.7'.padEnd(16, '\0') + 'ANVIL-7'.padEnd(16, '\0'));
  const before = digest();
  expect([...await send(transport, [2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 80, 12, 0]);
  expect(digest()).toBe(before);
  expect([...await send(transport, [3, 0, 1, 0, 0, 0, 0, 0, 2, 33, 0, 0])]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 33, 12, 0]);
  expect(digest()).not.toBe(before);
  expect([...await send(transport, [6, 0, 0xce, 0xac, 0, 0, 0, 0])]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(digest()).toBe(before);
});

test('what the firmware refuses is in the reply, what the mailbox refuses is an error', async () => {
  const { transport } = await open();
  expect((await send(transport, [9, 9, 0, 0, 0, 0, 0, 0]))[0]).toBe(1);
  expect((await send(transport, [5, 0, 0xff, 0xff, 0, 0, 0, 0]))[0]).toBe(4);
  await expect(send(transport, [])).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', statusName: 'BAD_LENGTH' });
  expect((await send(transport, [1]))[0]).toBe(2);
});

test('a slow command is waited for, and a firmware that hangs is not', async () => {
  let nowMs = 0;
  const { transport, faults } = await open(() => nowMs);
  const slow = send(transport, [5, 0, 200, 0, 0, 0, 0, 0]);
  expect(await Promise.race([slow, new Promise((resolve) => { setImmediate(() => { resolve('still listening'); }); })])).toBe('still listening');
  nowMs = 200;
  expect([...await slow].slice(8)).toEqual([0xb8, 1, 0, 0]);
  faults.hang = true;
  expect(await send(transport, [1, 0, 0, 0, 0, 0, 0, 0], 30).catch((error: unknown) => (error instanceof AuxctlError ? error.code : error))).toBe('ERR_TRANSPORT_TIMEOUT');
  await expect(send(transport, [1, 0, 0, 0, 0, 0, 0, 0])).rejects.toMatchObject({ code: 'ERR_TRANSPORT_STUCK' });
  faults.hang = false;
  expect((await send(transport, [4, 0, 0, 0, 0, 0, 0, 0]))[8]).toBe(0x21);
});

test('a reset gives the mailbox back and forgets no setting', async () => {
  const simulated = simulator.create({ index: 0, now: () => 0 });
  const [before, device] = [simulated.digest(), simulated.pciDevice()];
  device.reset();
  expect(simulated.digest()).toBe(before);
  expect(() => new InProcessConfigSpace(device, 'anvil')).not.toThrow();
  expect([...device.regions[0]?.read(0, 4) ?? []]).toEqual([...Buffer.from('AVIL')]);
});
