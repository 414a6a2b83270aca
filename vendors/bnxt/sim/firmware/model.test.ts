import { beforeEach, describe, expect, test } from 'vitest';
import { message, numberAt, quadAt, raw, u16, u32, u8, type Part } from '../bytes.js';
import { PROFILES } from '../profiles/index.js';
import { FirmwareModel } from './model.js';

let nowMs = 0;
let model: FirmwareModel;

function create(profile: string): FirmwareModel {
  return new FirmwareModel({ index: 3, profile: PROFILES.get(profile) ?? expect.unreachable(), now: () => nowMs });
}

function ask(opcode: number, ...parts: Part[]): Uint8Array {
  return model.execute(message(128, u16(0, opcode, 0xffff, 5, 0xffff), ...parts)) ?? expect.unreachable();
}

const code = (reply: Uint8Array): number => numberAt(reply, 0, 2);

beforeEach(() => {
  nowMs = 0;
  model = create('bcm57414');
});

test('every reply names its command, its number and its length, and ends in a one', () => {
  for (let opcode = 0; opcode < 0x10000; opcode += opcode === 0x300 ? 0xfb00 : 1) {
    const reply = ask(opcode, u16(16, 0xffff));
    expect([numberAt(reply, 2, 2), numberAt(reply, 4, 2), numberAt(reply, 6, 2), reply.at(-1)]).toEqual([opcode, 5, reply.length, 1]);
    expect(reply.length % 8).toBe(0);
    expect(reply.length).toBeGreaterThanOrEqual(16);
    if (code(reply) !== 0) expect(reply).toHaveLength(16);
  }
});

test('a request that is shorter than its structure is one that ends in zeros', () => {
  expect(model.execute(message(16, u16(0, 0xfff6, 0xffff, 5, 0xffff)))).toEqual(ask(0xfff6));
  expect(code(model.execute(message(16, u16(0, 0x16))) ?? expect.unreachable())).toBe(2);
});

test('the rings that FUNC_CFG asks for are given as far as there are any, and are gone after a reset', () => {
  ask(0x17, u16(16, 0xffff), raw(20, Uint8Array.from(Buffer.from('00000000bc0108000000000003000200020004000000010002000200', 'hex'))));
  const given = (): number[] => [24, 26, 28, 30, 34, 64, 70].map((at) => numberAt(ask(0x16, u16(16, 0xffff)), at, 2));
  expect(given()).toEqual([3, 2, 2, 4, 1, 2, 2]);
  ask(0x17, u16(16, 1), u32(24, 0x10), u16(36, 5000));
  expect(given()[2]).toBe(64);
  expect(code(ask(0x17, u16(16, 7), u32(24, 0x10), u16(36, 1)))).toBe(2);
  ask(0x11);
  expect(given()).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test('counters count with time, and clearing the port\'s leaves the function\'s', () => {
  nowMs = 1000;
  const sent = (): bigint => quadAt(ask(0x18, u16(16, 0xffff)), 8);
  expect(sent()).toBe(105_000n);
  expect(code(ask(0x25))).toBe(0);
  expect(sent()).toBe(105_000n);
});

test('older firmware answers less, and does not know what is newer', () => {
  model = create('bcm57414-old');
  expect(ask(0x00)).toHaveLength(128);
  expect([...ask(0xe0)].slice(8, 11)).toEqual([56, 54, 41]);
  expect(ask(0xe0)).toHaveLength(16);
  expect(code(ask(0x190, u16(16, 0xffff)))).toBe(0xffff);
});

describe('the non-volatile directory', () => {
  test('has as many entries as it says, each by place and by type', () => {
    const entries = numberAt(ask(0xfffb), 8, 4);
    expect(entries).toBe(11);
    for (let index = 0; index < entries; index++) expect(numberAt(ask(0xfff9, u32(16, 1), u16(20, index)), 22, 2)).toBe(index);
    expect(code(ask(0xfff9, u32(16, 1), u16(20, entries)))).toBe(0x13);
    expect(numberAt(ask(0xfff9, u16(22, 5)), 22, 2)).toBe(3);
    expect(code(ask(0xfff9, u16(22, 99)))).toBe(0x13);
    expect([0, 1, 2].map((match) => code(ask(0xfff9, u16(22, 5), u8(28, match))))).toEqual([0, 0, 0x13]);
  });

  test('changes and erases entries', () => {
    expect(code(ask(0xfff8, u16(20, 3, 9, 0, 0)))).toBe(0);
    expect(numberAt(ask(0xfff9, u32(16, 1), u16(20, 3)), 20, 2)).toBe(9);
    expect([code(ask(0xfff5, u16(16, 5, 9))), code(ask(0xfff5, u16(16, 5, 8)))]).toEqual([0, 0x13]);
    expect(code(ask(0xfff7, u16(16, 3)))).toBe(0);
    expect(code(ask(0xfff9, u32(16, 1), u16(20, 3)))).toBe(0x13);
    expect(code(ask(0xfff7, u16(16, 3)))).toBe(0x13);
  });
});

test('the module\'s memory is read and written within its bounds', () => {
  const at = (offset: number, length: number, address = 0xa0): Part[] => [u8(26, address), u16(30, offset), u8(32, length)];
  expect([...ask(0x2c, ...at(0, 2))].slice(8, 10)).toEqual([3, 4]);
  expect([code(ask(0x2c, ...at(0, 65))), code(ask(0x2c, ...at(250, 7))), code(ask(0x2c, ...at(0, 1, 0x50))), code(ask(0x2c, u16(24, 1), ...at(0, 1)))]).toEqual([2, 2, 2, 2]);
  expect(code(ask(0x2b, ...at(200, 2), u8(40, 7, 8)))).toBe(0);
  expect([...ask(0x2c, ...at(200, 3))].slice(8, 11)).toEqual([7, 8, 0]);
});

test('the clock of code words is started, read, stopped and cleared', () => {
  expect(code(ask(0x232, u16(22, 3)))).toBe(0xffff);
  model = create('bcm57508');
  const total = (operation: number): bigint => quadAt(ask(0x232, u16(22, operation)), 56);
  nowMs = 10;
  expect(total(0)).toBe(0n);
  nowMs = 20;
  expect(total(3)).toBe(190_000n);
  total(1);
  nowMs = 30;
  expect(total(3)).toBe(190_000n);
  expect([total(2), total(3)]).toEqual([0n, 0n]);
});

test('the digest shows what commands change on purpose, and not what time does', () => {
  const seen = new Set([model.digest()]);
  nowMs = 5000;
  ask(0xe0);
  ask(0x18, u16(16, 0xffff));
  expect(seen).toContain(model.digest());
  const changes: (readonly [number, ...Part[]])[] = [[0x25], [0xc8, u16(16, 2026)], [0xc0, u8(16, 1, 1)], [0xfff8, u16(20, 1, 1)], [0xfff7, u16(16, 2)], [0x2b, u8(26, 0xa0), u8(32, 1), u8(40, 9)], [0xb5, u16(28, 1, 2)], [0x1d]];
  for (const [opcode, ...parts] of changes) {
    expect(code(ask(opcode, ...parts))).toBe(0);
    seen.add(model.digest());
  }
  expect(seen.size).toBe(changes.length + 1);
});

test('a fault refuses a command before it takes effect', () => {
  const before = model.digest();
  model.faults.refuse.set(0x25, 3);
  expect(code(ask(0x25))).toBe(3);
  expect(model.digest()).toBe(before);
});
