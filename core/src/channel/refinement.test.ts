import { expect, test } from 'vitest';
import { SystemCallError } from '../errors/classes.js';
import type { Plugin, RegisterAccess } from '../plugin/types.js';
import { openSmall, SmallDevice } from './small-device.fixture.js';

const RAW_WRITE = Uint8Array.of(2, 7, 0, 0);

/** A plugin that asks the device, once a channel, and then calls every write invasive. */
function strict(asked: string[] = []): Partial<Plugin> {
  return {
    refinePlan: async (plan, request, { call, remember }) => {
      const answer = await remember('word', async () => {
        asked.push(plan.command);
        return (await call('ASK', {}))['data'];
      });
      return request[0] === 2 && answer instanceof Uint8Array ? { ...plan, effect: 'invasive', leastScope: 'debug-write' } : plan;
    },
  };
}

/** What the small device's manifest says of its register, as code. */
function lampAccess(): RegisterAccess {
  return {
    read: (_register, data) => ({ command: 'READ', fields: { data } }), write: (_register, data) => ({ command: 'WRITE', fields: { data } }),
    image: ({ data }) => (data instanceof Uint8Array ? data : new Uint8Array()), target: () => undefined, readBack: true,
  };
}

test('a plan is refined by what the device says, which is asked once and with the least scope', async () => {
  const small = new SmallDevice();
  const asked: string[] = [];
  await using channel = await openSmall(small, strict(asked));
  expect(await channel.plan(RAW_WRITE)).toEqual({ command: 'WRITE', effect: 'invasive', leastScope: 'debug-write' });
  await channel.registers.read('LAMP');
  expect(asked).toHaveLength(1);
  expect(small.sent.map(({ request: [opcode], scope }) => [opcode, scope])).toEqual([[3, 'debug-read-only'], [1, 'configuration']]);
});

test('what a refined plan forbids is not sent, by name and as bytes', async () => {
  const small = new SmallDevice();
  await using channel = await openSmall(small, strict());
  await expect(channel.registers.prepareWrite('LAMP', { state: 2 }, { allow: 'configure' })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
  const prepared = await channel.registers.prepareWrite('LAMP', { state: 2 }, { allow: 'invasive' });
  expect(prepared.plan).toEqual({ command: 'LAMP', effect: 'invasive', leastScope: 'debug-write' });
  await expect(channel.registers.write(prepared, { allow: 'configure' })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
  await expect(channel.rpc(RAW_WRITE, { replyLengthBytes: 3, allow: 'configure' })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect(small.opcodes).not.toContain(2);
  await channel.registers.write(prepared, { allow: 'invasive' });
  expect(small.sent.find(({ request: [opcode] }) => opcode === 2)?.scope).toBe('debug-write');
});

test('a rehearsal asks nothing', async () => {
  const small = new SmallDevice();
  await using channel = await openSmall(small, strict(), { isRehearsal: true });
  expect(await channel.plan(RAW_WRITE)).toMatchObject({ effect: 'configure' });
  expect(small.sent).toEqual([]);
});

test('a plugin fills in what a request leaves out, with questions that are not completed themselves', async () => {
  const small = new SmallDevice();
  const seen: [command: string, canAsk: boolean][] = [];
  const completeRequest: Plugin['completeRequest'] = async (command, fields, queries) => {
    seen.push([command, queries !== undefined]);
    if (command !== 'WRITE' || queries === undefined) return fields;
    expect([queries.device.address, queries.layouts.names('register')]).toEqual(['small-0', ['LAMP']]);
    return { which: Number(((await queries.call('ASK', {}))['data'] as Uint8Array)[0]), ...fields };
  };
  await using channel = await openSmall(small, { completeRequest });
  const call = await channel.prepare('WRITE', {}, { allow: 'configure' });
  expect([[...call.request.request], call.plan.effect]).toEqual([[2, 9, 0, 0], 'configure']);
  expect((await channel.prepare('WRITE', { which: 3 }, { allow: 'configure' })).request.request[1]).toBe(3);
  expect(seen.slice(0, 2)).toEqual([['WRITE', true], ['ASK', false]]);
  await using offline = await openSmall(new SmallDevice(), { completeRequest }, { isRehearsal: true });
  expect((await offline.prepare('WRITE', {}, { allow: 'configure' })).request.request[1]).toBe(0);
});

test('a write is read back where the plugin says that it shows, or not at all', async () => {
  const small = new SmallDevice();
  small.stuck = [1];
  let isVisible = false;
  await using channel = await openSmall(small, { registers: { ...lampAccess(), writePlace: async (register, fields) => Promise.resolve({ index: register.name === 'LAMP' ? fields : {}, isVisible }) } });
  const write = async () => channel.registers.write(await channel.registers.prepareWrite('LAMP', { brightness: 20 }, { allow: 'configure' }), { allow: 'configure' });
  const before = small.sent.length;
  expect((await write()).fields).toEqual({ state: 1, brightness: 50 });
  expect(small.opcodes.slice(before)).toEqual([1, 2]);
  isVisible = true;
  await expect(write()).rejects.toMatchObject({ code: 'ERR_VERIFY' });
});

test('a question that failed is asked again', async () => {
  const small = new SmallDevice();
  await using channel = await openSmall(small, strict());
  small.status = 5;
  await expect(channel.plan(RAW_WRITE)).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS' });
  small.status = 0;
  expect(await channel.plan(RAW_WRITE)).toMatchObject({ effect: 'invasive' });
});

test('a reply that only looks like success is what the plugin says it is', async () => {
  const checkReply: Plugin['checkReply'] = (command, request, { data }) => {
    expect([command, request[0]]).toEqual(['ASK', 3]);
    if (data instanceof Uint8Array && data[0] === 9) throw new SystemCallError('ERR_DELIVERY', 'nothing came back', 'EIO');
  };
  await using channel = await openSmall(new SmallDevice(), { checkReply });
  await expect(channel.call('ASK')).rejects.toMatchObject({ code: 'ERR_DELIVERY', errno: 'EIO' });
});

test('a status of the host is a failure of delivery, with its errno; another one is the firmware\'s', async () => {
  const small = new SmallDevice();
  await using channel = await openSmall(small);
  small.status = 0xf0;
  await expect(channel.call('ASK')).rejects.toMatchObject({ code: 'ERR_DELIVERY', layer: 'system-call', errno: 'EBUSY', message: 'ASK did not reach the firmware (EBUSY): The driver gave up.' });
  small.status = 0xf1;
  await expect(channel.call('ASK')).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', status: 0xf1n });
});

test('a write is read back, and what was not taken is named', async () => {
  const small = new SmallDevice();
  await using channel = await openSmall(small);
  const write = async (fields: object) => channel.registers.write(await channel.registers.prepareWrite('LAMP', { ...fields }, { allow: 'configure' }), { allow: 'configure' });
  expect((await write({ state: 3, brightness: 60 })).fields).toEqual({ state: 3, brightness: 60 });
  small.stuck = [1];
  await expect(write({ state: 4, brightness: 70 })).rejects.toMatchObject({ code: 'ERR_VERIFY', exitStatus: 5, message: 'LAMP: the device accepted the write, and brightness is not as written' });
  expect((await write({ state: 5 })).fields).toEqual({ state: 5, brightness: 60 });
});
