import { describe, expect, it } from 'vitest';
import { createObjects } from '../../driver-objects.js';
import { bytes, hex, TestModel } from '../../test-support.js';
import { bitsAt, dwordAt, flagAt, quadAt } from '../../wire.js';
import { REFUSAL } from '../refusal.js';

const MENU = 0xffff;
const INLINE_BYTES = 208;

/** A model whose driver has made a few objects of each kind. */
function furnished(): TestModel {
  const model = TestModel.operational();
  createObjects(model.firmware);
  return model;
}

const word = (value: number): string => value.toString(16).padStart(8, '0');

interface Asked {
  readonly index1?: number;
  readonly index2?: number;
  readonly counts?: number;
}

/** All pieces of an inline dump, joined; `between` runs after each. */
function dump(model: TestModel, type: number, { index1 = 0, index2 = 0, counts = 0 }: Asked = {}, between: () => void = () => undefined): Uint8Array {
  const pieces: Uint8Array[] = [];
  let request = `4000${word(type).slice(4)} 00000000 ${word(index1)} ${word(index2)} ${word(counts)} 00000000 0000000000000000`;
  for (;;) {
    const { status, reply } = model.readRegister(0xc000, 256, request);
    expect(status).toBe(0);
    expect(bitsAt(reply, 0, 19, 16)).toBe((pieces.length + 1) % 16);
    pieces.push(reply.slice(0x30, 0x30 + dwordAt(reply, 0x24)));
    if (!flagAt(reply, 0, 31)) return Buffer.concat(pieces);
    request = hex(reply.subarray(0, 0x20));
    between();
  }
}

/** Type and body of each segment, by their own lengths. */
function segments(stream: Uint8Array): { readonly type: number; readonly body: Uint8Array }[] {
  const found = [];
  for (let at = 0; at < stream.length;) {
    const length = bitsAt(stream, at, 31, 16) * 4;
    expect(length).toBeGreaterThan(0);
    found.push({ type: bitsAt(stream, at, 15, 0), body: stream.subarray(at + 4, at + length) });
    at += length;
  }
  return found;
}

const types = (stream: Uint8Array): number[] => segments(stream).map(({ type }) => type);
const contents = (stream: Uint8Array): Uint8Array[] => segments(stream).filter(({ type }) => type < 0xff00).map(({ body }) => body);
const text = (body: Uint8Array | undefined): string => Buffer.from(body?.subarray(12, 44) ?? []).toString('latin1').replaceAll('\0', '');

describe('a dump', () => {
  it('of the menu is as long as 45 records are, and frames it', () => {
    const stream = dump(TestModel.operational(), MENU);
    expect(stream.length).toBe(16 + 20 + 8 + 45 * 52 + 4);
    expect(hex(stream.subarray(0, 44))).toBe('0004fffe 00000001 00000212 162b03f6  0005fffa ffff0000 00000000 00000000 00000000  024bffff 0000002d'.replaceAll(' ', ''));
    expect(hex(stream.subarray(-4))).toBe('0001fffb');
    expect(hex(stream.subarray(44, 96))).toBe(`00030002${hex(Buffer.from('HW_CQPC'.padEnd(16, '\0') + 'QPN'.padEnd(16, '\0') + 'N/A'.padEnd(16, '\0')))}`);
  });

  it.each([[0x4000, 0x50b, 0x40, 464], [0x4020, 0x402, 1, 272], [0x4030, 0x201, 0x200, 304]])('%i shows what command %i answers', (type, opcode, number, replyBytes) => {
    const model = furnished();
    const [body] = contents(dump(model, type, { index1: number }));
    expect(hex(body?.subarray(12))).toBe(hex(model.send({ opcode, rest: word(number), replyBytes }).reply));
    expect(dwordAt(body ?? bytes(''), 4)).toBe(number);
  });

  it('of a queue pair refers to its queues, and these to theirs', () => {
    const model = furnished();
    const references = (type: number, index1: number): string[] => segments(dump(model, type, { index1 })).filter(({ type: each }) => each === 0xfffd).map(({ body }) => hex(body));
    const context = model.send({ opcode: 0x50b, rest: '00000040', replyBytes: 464 }).reply;
    const [sends, receives] = [bitsAt(context, 0x94, 23, 0), bitsAt(context, 0xb4, 23, 0)];
    expect(references(0x1000, 0x40)).toEqual([
      '00001001000000400000000000' + '00ffff', '00001002000000400000000000' + '00ffff', `00001200${word(sends)}0000000000000000`, `00001200${word(receives)}0000000000000000`,
    ]);
    expect(references(0x1200, sends)[0]).toBe(`00001201${word(sends)}000000000000ffff`);
  });

  it.each([
    ['one', { index1: 2 }, 1], ['some', { index1: 2, counts: 0x00030000 }, 3], ['as many as there are', { index1: 14, counts: 0x00090000 }, 2],
    ['all', { counts: 0xffff0000 }, 16], ['those in use', { counts: 0xfffe0000 }, 4],
  ])('has %s', (_what, asked, count) => {
    expect(contents(dump(TestModel.operational(), 0x1040, asked))).toHaveLength(count);
  });

  it('says what is not there', () => {
    const model = TestModel.operational();
    expect(segments(dump(model, 0x4000, { index1: 1 })).map(({ type, body }) => (type === 0xfffc ? text(body) : type))).toEqual([0xfffe, 0xfffa, 'object does not exist', 0xfffb]);
    expect(text(segments(dump(model, 0x1053, { counts: 0xfffe0000 }))[2]?.body)).toBe('no active objects');
    expect(text(segments(dump(model, 0x2020))[2]?.body)).toBe('num_of_obj1 is required');
    expect(types(dump(model, 0x1040, { index1: 99 }))).toEqual([0xfffe, 0xfffa, 0xfffc, 0xfffb]);
  });

  it('fits together whatever changes meanwhile, and beside others', () => {
    const model = TestModel.operational();
    const alone = dump(model, 0x4008);
    const beside = dump(model, 0x4008, {}, () => {
      model.nowMs += 1000;
      dump(model, 0x1030);
    });
    expect(beside.length).toBe(alone.length);
    expect(Math.max(...types(dump(model, 0x3001)))).toBe(0xfffe);
    expect(dump(model, 0x3001).length).toBeGreaterThan(4 * 24_576);
  });

  it('that is over cannot be gone on with, nor one that was left for 64 others', () => {
    const model = TestModel.operational();
    const first = model.readRegister(0xc000, 256, '4000ffff').reply;
    const number = quadAt(first, 0x18);
    for (let other = 0; other < 64; other++) model.readRegister(0xc000, 256, '4000ffff');
    expect(number >> 32n).toBe(1n);
    expect(model.readRegister(0xc000, 256, hex(first.subarray(0, 0x20)))).toMatchObject(REFUSAL.dumpOver);
  });
});

describe('a dump by way of a memory key', () => {
  const ADDRESS = 0x1234_5000n;

  function withKey(): { readonly model: TestModel; readonly ask: (key: number, sizeBytes: number, uid?: number) => ReturnType<TestModel['send']> } {
    const model = TestModel.operational();
    const domain = bitsAt(model.send({ opcode: 0x800 }).reply, 8, 23, 0);
    const index = bitsAt(model.send({ opcode: 0x200, rest: `0000000000000000 00000c00 ffffff00 00000000 ${word(0x80000000 + domain)}`, lengthBytes: 272 }).reply, 8, 23, 0);
    return {
      model,
      ask: (key, sizeBytes, uid = 0) => model.send({
        opcode: 0x805, uid, rest: `0000c000 00000000 0000ffff ${'00000000'.repeat(7)} ${word((index << 8) + key)} ${word(sizeBytes)} ${ADDRESS.toString(16).padStart(16, '0')}`, lengthBytes: 272, replyBytes: 272,
      }),
    };
  }

  it('is written into the driver\'s memory', () => {
    const { model, ask } = withKey();
    const { status, reply } = ask(0, 4096);
    expect({ status, length: dwordAt(reply, 0x34), more: flagAt(reply, 0x10, 31) }).toEqual({ status: 0, length: 2388, more: false });
    expect(model.memory).toEqual([{ address: ADDRESS, data: Uint8Array.from(dump(model, MENU)) }]);
  });

  it('comes in pieces of the size asked for', () => {
    const { model, ask } = withKey();
    const { reply } = ask(0, 1024);
    expect({ length: dwordAt(reply, 0x34), more: flagAt(reply, 0x10, 31) }).toEqual({ length: 1024, more: true });
    expect(model.memory[0]?.data.length).toBe(1024);
  });

  it('is refused without a key, and to everybody but the driver', () => {
    const { model, ask } = withKey();
    expect(model.readRegister(0xc000, 256, '0000ffff')).toMatchObject(REFUSAL.objectUnknown);
    expect(ask(0, 4096, model.openContext())).toMatchObject(REFUSAL.objectUnknown);
    expect(model.memory).toEqual([]);
  });

  it('is refused where the memory is not there', () => {
    const { model, ask } = withKey();
    model.firmware.attach(undefined);
    expect(ask(0, 4096)).toMatchObject(REFUSAL.objectUnknown);
  });
});

it('another function\'s resources are refused', () => {
  expect(TestModel.operational().readRegister(0xc000, 256, `6000ffff 00000001`)).toMatchObject(REFUSAL.otherFunction);
  expect(INLINE_BYTES).toBe(dwordAt(TestModel.operational().readRegister(0xc000, 256, '6000ffff').reply, 0x24));
});
