import { endianness } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RpcRequest, Transport } from '@auxctl/core';
import { TestModel, bytes, hex } from './test-support.js';
import { openSimTransport } from './transport.js';

const NOP = '080d0000000000000000000000000000';
const ask = (request: string, replyLengthBytes = 16): RpcRequest => ({ request: bytes(request), replyLengthBytes, scope: 'debug-read-only' });
const open = (): { model: TestModel; transport: Transport } => {
  const model = TestModel.operational();
  return { model, transport: openSimTransport(model.firmware, 'sim-mlx5-0') };
};

afterEach(() => {
  vi.useRealTimers();
});

describe('the in-process transport', () => {
  it('says of itself what the kernel\'s driver says', async () => {
    const { model, transport } = open();
    const { deviceType, data } = await transport.info();
    expect([deviceType, hex(data)]).toEqual([1, endianness() === 'LE' ? '0100000004000000' : '0000000100000004']);
    const second = openSimTransport(model.firmware, 'sim-mlx5-0');
    expect((await second.info()).data[endianness() === 'LE' ? 0 : 3]).toBe(2);
  });

  it('stamps its user context into every request, and leaves the caller\'s alone', async () => {
    const { model, transport } = open();
    const request = ask('080dbeef000000000000000000000000');
    expect(hex(await transport.rpc(request))).toBe('00'.repeat(16));
    expect(hex(model.log.at(-1)?.request)).toBe('080d0001000000000000000000000000');
    expect(hex(request.request)).toBe('080dbeef000000000000000000000000');
  });

  it('resolves with a refusal of the firmware, which is an answer', async () => {
    const { transport } = open();
    expect(hex(await transport.rpc(ask('01030000000000000000000000000000')))).toBe('020000000051a0060000000000000000');
    expect((await transport.rpc(ask('0101', 40))).length).toBe(40);
    expect((await transport.rpc(ask('', 0))).length).toBe(0);
  });

  it('carries a batch in order', async () => {
    const { model, transport } = open();
    const outcomes = await transport.rpcBatch([ask(NOP), ask('99990000000000000000000000000000'), ask(NOP, 20)]);
    expect(outcomes.map((outcome) => outcome.ok && [outcome.reply.length, outcome.reply[0]])).toEqual([[16, 0], [16, 2], [20, 0]]);
    expect(model.log.slice(-3).map(({ command }) => command)).toEqual(['NOP', '0x9999', 'NOP']);
    expect(await transport.rpcBatch([])).toEqual([]);
  });

  it('refuses messages over its limit before anything is sent', async () => {
    const { model, transport } = open();
    const sent = model.log.length;
    await expect(transport.rpc(ask(NOP, 2 * 1024 * 1024 + 1))).rejects.toMatchObject({ code: 'ERR_USAGE' });
    await expect(transport.rpc({ ...ask(NOP), request: new Uint8Array(2 * 1024 * 1024 + 1) })).rejects.toMatchObject({ code: 'ERR_USAGE' });
    expect(model.log.length).toBe(sent);
  });

  it('ends a call to a hanging firmware at its time-out, and works again afterwards', async () => {
    vi.useFakeTimers();
    const { model, transport } = open();
    model.firmware.faults.hang = true;
    const call = transport.rpc(ask(NOP), { timeoutMs: 250 });
    const batch = transport.rpcBatch([ask(NOP), ask(NOP)], { timeoutMs: 300 });
    const ends = Promise.all([
      expect(call).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT', device: 'sim-mlx5-0' }),
      expect(batch).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' }),
    ]);
    await vi.advanceTimersByTimeAsync(300);
    await ends;
    expect(vi.getTimerCount()).toBe(0);
    model.firmware.faults.hang = false;
    expect((await transport.rpc(ask(NOP)))[0]).toBe(0);
  });

  it('ends a call when its signal aborts, before or while it waits', async () => {
    vi.useFakeTimers();
    const { model, transport } = open();
    const sent = model.log.length;
    await expect(transport.rpc(ask(NOP), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(transport.info({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(model.log.length).toBe(sent);
    model.firmware.faults.hang = true;
    const abort = new AbortController();
    const call = transport.rpc(ask(NOP), { signal: abort.signal, timeoutMs: 1_000 });
    abort.abort(new DOMException('enough', 'AbortError'));
    await expect(call).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: { message: 'enough' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sets no timer for a call without a time-out, so that nothing keeps the process alive', async () => {
    vi.useFakeTimers();
    const { model, transport } = open();
    model.firmware.faults.hang = true;
    const call = transport.rpc(ask(NOP));
    expect(vi.getTimerCount()).toBe(0);
    await transport.close();
    await expect(call).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('ends its user context when it is closed, once', async () => {
    const { model, transport } = open();
    await transport.close();
    await transport.close();
    expect(model.log.filter(({ command }) => command === 'DESTROY_UCTX').map(({ status }) => status)).toEqual([0]);
    await expect(transport.rpc(ask(NOP))).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(transport.rpcBatch([ask(NOP)])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(transport.info()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('says that the device is gone after a tear-down or a reset', async () => {
    const { model, transport } = open();
    model.send({ opcode: 0x103 });
    await expect(transport.rpc(ask(NOP))).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
    const sent = model.log.length;
    await transport[Symbol.asyncDispose]();
    expect(model.log.length).toBe(sent);
  });

  it('cannot be opened on a firmware that hangs or has no context left', () => {
    const model = TestModel.operational('minimal');
    for (let count = 0; count < 4; count++) openSimTransport(model.firmware, 'sim-mlx5-0');
    expect(() => openSimTransport(model.firmware, 'sim-mlx5-0')).toThrow(expect.objectContaining({ code: 'ERR_NO_TRANSPORT' }));
    model.firmware.faults.hang = true;
    expect(() => openSimTransport(model.firmware, 'sim-mlx5-0')).toThrow(expect.objectContaining({ code: 'ERR_TRANSPORT_TIMEOUT' }));
  });
});
