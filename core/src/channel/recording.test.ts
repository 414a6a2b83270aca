import { afterEach, describe, expect, it } from 'vitest';
import { TransportError, UsageError } from '../errors/classes.js';
import type { DeviceChannel } from './channel.js';
import type { CommandIntent, CommandRecorder, CommandResult } from './recorder.js';
import { openSmall, SmallDevice } from './small-device.fixture.js';

/** Keeps what it is told, with how much the device had received by then. */
class Notebook implements CommandRecorder {
  readonly begun: (CommandIntent & { readonly sentBefore: number })[] = [];
  readonly ended: { readonly results: readonly CommandResult[]; readonly sentBefore: number }[] = [];
  refusal: Error | undefined;
  readonly #small: SmallDevice;

  constructor(small: SmallDevice) {
    this.#small = small;
  }

  async begin(intents: readonly CommandIntent[]) {
    await Promise.resolve();
    if (this.refusal !== undefined) throw this.refusal;
    const sentBefore = this.#small.opcodes.filter((opcode) => opcode === 2).length;
    this.begun.push(...intents.map((intent) => ({ ...intent, sentBefore })));
    return { end: async (results: readonly CommandResult[]) => { this.ended.push({ results, sentBefore: this.#small.opcodes.filter((opcode) => opcode === 2).length }); await Promise.resolve(); } };
  }
}

describe('a command that can change the device', () => {
  const allow = { allow: 'invasive' } as const;
  const write = Uint8Array.of(2, 7, 0, 9);
  const channels: DeviceChannel[] = [];
  afterEach(async () => { for (const channel of channels.splice(0)) await channel.close(); });

  const open = async (parts: Parameters<typeof openSmall>[1] = {}) => {
    const small = new SmallDevice();
    const notebook = new Notebook(small);
    const channel = await openSmall(small, parts, { recorder: notebook });
    channels.push(channel);
    return { small, notebook, channel };
  };

  it('is recorded before it is sent and after its answer, with the fields that change', async () => {
    const { notebook, channel } = await open({ identify: async () => Promise.resolve([{ name: 'firmware', value: '7' }, { name: 'serial', value: 'S1' }]) });
    await channel.registers.write(await channel.registers.prepareWrite('LAMP', { state: 3 }, allow), allow);
    expect(notebook.begun).toMatchObject([{
      sentBefore: 0, command: 'LAMP', register: 'LAMP', effect: 'configure', scope: 'configuration', plugin: 'small', transport: 'sim', firmware: '7', serial: 'S1',
      request: Uint8Array.of(2, 7, 3, 50), fields: { state: '3', brightness: '50' }, changes: [{ field: 'state', before: '1', after: '3' }], secrets: [],
    }]);
    expect(notebook.ended).toEqual([{ sentBefore: 1, results: [{ ok: true, replyLengthBytes: 3 }] }]);
  });

  it('is recorded by every way that leads to the device', async () => {
    const { notebook, channel } = await open();
    await channel.rpc(write, { ...allow, replyLengthBytes: 3 });
    await channel.call('WRITE', { which: 7 }, allow);
    await channel.rpcBatch([{ request: Uint8Array.of(3, 0, 0, 0), replyLengthBytes: 3, scope: 'debug-read-only' }, { request: write, replyLengthBytes: 3, scope: 'configuration' }, { request: write, replyLengthBytes: 3, scope: 'configuration' }], allow);
    await channel.callBatch([await channel.prepare('WRITE', { which: 7 }, allow), await channel.prepareCapability('NONE', 'current').catch(async () => channel.registers.prepareRead('LAMP'))]);
    expect(notebook.begun.map(({ command, sentBefore }) => [command, sentBefore])).toEqual([['WRITE', 0], ['WRITE', 1], ['WRITE', 2], ['WRITE', 2], ['WRITE', 4]]);
    expect(notebook.begun.map(({ register, fields }) => [register, fields?.['brightness']])).toEqual([['LAMP', '9'], ['LAMP', undefined], ['LAMP', '9'], ['LAMP', '9'], ['LAMP', undefined]]);
    expect(notebook.ended.map(({ results }) => results.length)).toEqual([1, 1, 2, 1]);
  });

  it('is recorded by number where no plugin knows it', async () => {
    const { notebook, channel } = await open();
    await channel.rpc(Uint8Array.of(0x7f, 1, 2, 3), { ...allow, scope: 'debug-write-full', replyLengthBytes: 3 });
    expect(notebook.begun).toMatchObject([{ command: '0x7f', effect: 'invasive', scope: 'debug-write-full', secrets: [] }]);
    expect(notebook.begun[0]?.fields).toBeUndefined();
  });

  it('is not sent when it cannot be recorded', async () => {
    const { small, notebook, channel } = await open();
    const prepared = await channel.registers.prepareWrite('LAMP', { state: 3 }, allow);
    notebook.refusal = new UsageError('ERR_JOURNAL', 'the disk is full');
    const refused = { code: 'ERR_JOURNAL' };
    await expect(channel.registers.write(prepared, allow)).rejects.toMatchObject(refused);
    await expect(channel.call('WRITE', { which: 7 }, allow)).rejects.toMatchObject(refused);
    await expect(channel.rpc(write, { ...allow, replyLengthBytes: 3 })).rejects.toMatchObject(refused);
    await expect(channel.rpcBatch([{ request: Uint8Array.of(3, 0, 0, 0), replyLengthBytes: 3, scope: 'debug-read-only' }, { request: write, replyLengthBytes: 3, scope: 'configuration' }], allow)).rejects.toMatchObject(refused);
    await expect(channel.callBatch([await channel.prepare('WRITE', { which: 7 }, allow)])).rejects.toMatchObject(refused);
    expect(small.opcodes).toEqual([1]);
  });

  it('is recorded with what the device said, also where that is a refusal', async () => {
    const { small, notebook, channel } = await open();
    small.status = 4;
    await expect(channel.call('WRITE', { which: 7 }, allow)).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS' });
    expect(await channel.rpc(write, { ...allow, replyLengthBytes: 3 })).toHaveLength(3);
    small.status = 0xf0;
    await channel.rpcBatch([{ request: write, replyLengthBytes: 3, scope: 'configuration' }], allow);
    expect(notebook.ended.map(({ results: [result] }) => (result?.ok === false ? [result.error.code, result.replyLengthBytes] : []))).toEqual([['ERR_FIRMWARE_STATUS', 3], ['ERR_FIRMWARE_STATUS', 3], ['ERR_DELIVERY', 3]]);
  });

  it('is recorded as failed when it is not delivered, or its answer is no success to the plugin', async () => {
    const { small, notebook, channel } = await open({ checkReply: () => { throw new UsageError('ERR_REPLY', 'it says no'); } });
    await expect(channel.call('WRITE', { which: 7 }, allow)).rejects.toMatchObject({ code: 'ERR_REPLY' });
    small.execute = () => { throw new TransportError('ERR_DEVICE_GONE', 'gone'); };
    await expect(channel.rpc(write, { ...allow, replyLengthBytes: 3 })).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
    expect(notebook.ended.map(({ results: [result] }) => (result?.ok === false ? [result.error.code, result.replyLengthBytes] : []))).toEqual([['ERR_REPLY', 3], ['ERR_DEVICE_GONE', undefined]]);
  });

  it('is recorded without the firmware\'s version when the device does not say it', async () => {
    const { notebook, channel } = await open({ identify: async () => Promise.reject(new TransportError('ERR_TRANSPORT_TIMEOUT', 'no')) });
    await channel.call('WRITE', { which: 7 }, allow);
    expect(notebook.begun).toMatchObject([{ command: 'WRITE' }]);
    expect(notebook.begun[0]?.firmware).toBeUndefined();
  });

  it('is the only kind that is recorded', async () => {
    const { notebook, channel } = await open();
    notebook.refusal = new UsageError('ERR_JOURNAL', 'never asked');
    await channel.registers.read('LAMP');
    await channel.registers.readMany([{ name: 'LAMP', index: {} }]);
    await channel.call('ASK');
    await channel.rpc(Uint8Array.of(1, 7, 0, 0), { replyLengthBytes: 3 });
    await channel.rpcBatch([{ request: Uint8Array.of(3, 0, 0, 0), replyLengthBytes: 3, scope: 'debug-read-only' }]);
    await channel.info();
    expect(notebook).toMatchObject({ begun: [], ended: [] });
  });

  it('cannot be slipped in as a copy of one that was checked', async () => {
    const { small, channel } = await open();
    const call = await channel.prepare('WRITE', { which: 7 }, allow);
    await expect(channel.callBatch([{ ...call, request: { ...call.request } }])).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
    expect(small.sent).toEqual([]);
  });
});
