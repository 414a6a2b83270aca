import { describe, expect, it } from 'vitest';
import { createObjects } from '../../driver-objects.js';
import { TestModel, hex } from '../../test-support.js';
import { bitsAt, quadAt } from '../../wire.js';
import { OBJECT_KINDS } from '../objects/kinds.js';
import { REFUSAL } from '../refusal.js';
import { COMMANDS } from './index.js';

const MKEY_CONTEXT = `00000c01 ffffff00 ${'00'.repeat(4)} 00000001 0000000040000000 0000000000010000 ${'00'.repeat(32)}`;

describe('objects', () => {
  it('are shown as they were made, the list behind the context included', () => {
    const model = TestModel.operational();
    expect(bitsAt(model.send({ opcode: 0x800 }).reply, 8, 23, 0)).toBe(1);
    const list = '00000000 40000000 00000000 40001000';
    const rest = `0000000000000000 ${MKEY_CONTEXT} ${'00'.repeat(16)} 00000001 ${'00'.repeat(172)} ${list}`;
    const made = model.send({ opcode: 0x200, rest, lengthBytes: 288 });
    expect([made.status, bitsAt(made.reply, 8, 23, 0)]).toEqual([0, 0x200]);
    const { reply } = model.send({ opcode: 0x201, rest: '00000200', replyBytes: 304 });
    expect(hex(reply.subarray(0x10, 0x50))).toBe(MKEY_CONTEXT.replaceAll(' ', ''));
    expect(hex(reply.subarray(0x50, 0x110))).toBe('00'.repeat(0xc0));
    expect(hex(reply.subarray(0x110, 0x120))).toBe(list.replaceAll(' ', ''));
  });

  it('are gone once they are destroyed, and with the driver', () => {
    const model = TestModel.operational();
    for (const expected of [1, 2]) expect(bitsAt(model.send({ opcode: 0x816 }).reply, 8, 23, 0)).toBe(expected);
    expect(model.send({ opcode: 0x817, rest: '00000001' }).status).toBe(0);
    expect(model.send({ opcode: 0x817, rest: '00000001' })).toMatchObject(REFUSAL.objectUnknown);
    expect(bitsAt(model.send({ opcode: 0x816 }).reply, 8, 23, 0)).toBe(1);
    createObjects(TestModel.operational().firmware);
    const used = TestModel.operational();
    createObjects(used.firmware);
    expect(used.send({ opcode: 0x402, rest: '00000001', replyBytes: 272 }).status).toBe(0);
    used.send({ opcode: 0x103 });
    used.send({ opcode: 0x102, lengthBytes: 32 });
    expect(used.send({ opcode: 0x402, rest: '00000001', replyBytes: 272 })).toMatchObject(REFUSAL.objectUnknown);
  });

  it.each(OBJECT_KINDS.flatMap(({ name, query }) => (query === undefined ? [] : [[name, query] as const])))('%s: a number that nobody made is a bad resource', (_name, { opcode, requestBytes, replyBytes }) => {
    const model = TestModel.operational();
    expect(model.send({ opcode, lengthBytes: requestBytes, replyBytes })).toMatchObject(REFUSAL.objectUnknown);
    const uid = model.openContext();
    expect(model.send({ opcode, uid, lengthBytes: requestBytes, replyBytes })).toMatchObject(REFUSAL.objectUnknown);
  });

  it('whose number the creator chooses are bounded, and can be replaced', () => {
    const model = TestModel.operational();
    const set = (index: number) => model.send({ opcode: 0x829, rest: `${'00'.repeat(12)}${index.toString(16).padStart(8, '0')}`, lengthBytes: 64 });
    for (let index = 0; index < 128; index++) expect(set(index).status).toBe(0);
    expect(set(5).status).toBe(0);
    expect(set(128)).toMatchObject(REFUSAL.objectLimit);
  });

  it('are made and destroyed by the driver alone', () => {
    const model = TestModel.operational();
    const uid = model.openContext();
    for (const { create, destroy } of OBJECT_KINDS) {
      for (const { opcode, requestBytes, replyBytes } of [create, destroy]) expect(model.send({ opcode, uid, lengthBytes: requestBytes, replyBytes })).toMatchObject(REFUSAL.driverOnly);
    }
  });

  it('have opcodes of their own', () => {
    const opcodes = OBJECT_KINDS.flatMap(({ create, destroy, query }) => [create, destroy, ...(query === undefined ? [] : [query])]).map(({ opcode, name }) => [opcode, name]);
    expect(new Set(opcodes.map(([opcode]) => opcode)).size).toBe(opcodes.length);
    for (const [opcode, name] of opcodes) expect(COMMANDS.get(Number(opcode))?.name).toBe(name);
  });
});

describe('counters', () => {
  const after = (ms: number): TestModel => {
    const model = TestModel.operational();
    createObjects(model.firmware);
    model.nowMs += ms;
    return model;
  };

  it('of queues count what was received, from the last clearing on', () => {
    const model = after(86_400_000);
    const read = (clear: string) => model.send({ opcode: 0x773, rest: `${'00'.repeat(16)}${clear}00000001`, lengthBytes: 32, replyBytes: 256 }).reply;
    const first = read('80000000');
    expect([bitsAt(first, 0x30, 31, 0), bitsAt(first, 0x20, 31, 0)]).toEqual([27_870, 96_000]);
    expect(bitsAt(read('00000000'), 0x30, 31, 0)).toBe(0);
    expect(model.send({ opcode: 0x773, rest: `${'00'.repeat(20)}00000002`, lengthBytes: 32, replyBytes: 256 })).toMatchObject(REFUSAL.objectUnknown);
  });

  it('of the virtual port count what was dropped and refused', () => {
    const model = after(60_000);
    const read = (): Uint8Array => model.send({ opcode: 0x76f, replyBytes: 528 }).reply;
    const before = read();
    for (let count = 0; count < 3; count++) model.send({ opcode: 0x999 });
    model.writeRegister(0x5006, 16, '00010200 80000000');
    expect(bitsAt(read(), 0x44, 31, 0) - bitsAt(before, 0x44, 31, 0)).toBe(3);
    expect(quadAt(read(), 0x30)).toBe(17n);
    const discards = model.readRegister(0x5008, 256, '00010006').reply;
    expect(quadAt(discards, 8 + 0x38)).toBe(17n);
    expect(quadAt(read(), 0x20)).toBe(quadAt(discards, 8));
  });

  it('of flows are as many as asked for', () => {
    const model = after(60_000);
    const one = model.send({ opcode: 0x93b, rest: `${'00'.repeat(16)}0000000100000001`, lengthBytes: 32, replyBytes: 32 });
    expect([one.status, quadAt(one.reply, 0x18) > quadAt(one.reply, 0x10)]).toEqual([0, true]);
    expect(model.send({ opcode: 0x93b, rest: `${'00'.repeat(16)}0000000200000001`, lengthBytes: 32, replyBytes: 48 })).toMatchObject(REFUSAL.objectUnknown);
    expect(model.send({ opcode: 0x93b, rest: `${'00'.repeat(16)}0000000200000001`, lengthBytes: 32, replyBytes: 32 })).toMatchObject(REFUSAL.replyLength);
  });
});

describe('congestion control', () => {
  it('is switched for one priority of one side', () => {
    const model = TestModel.operational();
    const uid = model.openContext();
    const read = (which: string): number => bitsAt(model.send({ opcode: 0x822, rest: which }).reply, 0xc, 31, 30);
    expect(read('00000031')).toBe(2);
    expect(model.send({ opcode: 0x823, uid, rest: '00000031 40000000' }).status).toBe(0);
    expect([read('00000031'), read('00000041'), read('00000032')]).toEqual([1, 2, 2]);
    expect(model.send({ opcode: 0x823, uid, rest: '00000033 40000000' })).toMatchObject(REFUSAL.vport);
  });
});
