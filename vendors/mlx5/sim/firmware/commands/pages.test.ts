import { describe, expect, it } from 'vitest';
import { TestModel } from '../../test-support.js';
import { dwordAt, quadAt } from '../../wire.js';

const page = (number: number): string => (BigInt(number) * 4096n).toString(16).padStart(16, '0');
const word = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
const wanted = (model: TestModel, stage: number): number => dwordAt(model.send({ opcode: 0x107, opMod: stage }).reply, 0xc) | 0;

function give(model: TestModel, first: number, count: number): number {
  const pages = Array.from({ length: count }, (_, index) => page(first + index)).join('');
  return model.send({ opcode: 0x108, opMod: 1, rest: `00000000${word(count)}${pages}`, lengthBytes: 16 + 8 * count }).status;
}

function take(model: TestModel, limit: number): bigint[] {
  const { reply } = model.send({ opcode: 0x108, opMod: 2, rest: `00000000${word(limit)}`, replyBytes: 16 + 8 * limit });
  return Array.from({ length: dwordAt(reply, 0x8) }, (_, index) => quadAt(reply, 16 + 8 * index));
}

describe('pages', () => {
  it('are asked for in stages, in parts if need be', () => {
    const model = new TestModel();
    model.send({ opcode: 0x104, replyBytes: 12 });
    expect([wanted(model, 1), wanted(model, 2), wanted(model, 3)]).toEqual([24, 1500, 0]);
    expect(give(model, 1, 10)).toBe(0);
    expect([wanted(model, 1), wanted(model, 2)]).toEqual([14, 1500]);
    expect(give(model, 11, 14)).toBe(0);
    expect(model.send({ opcode: 0x102, lengthBytes: 32 }).status).toBe(4);
    expect(give(model, 25, 1501)).toBe(8);
    expect(give(model, 25, 1500)).toBe(0);
    expect([wanted(model, 1), wanted(model, 2), model.firmware.pages.held]).toEqual([0, 0, 1524]);
    expect(model.send({ opcode: 0x102, lengthBytes: 32 }).status).toBe(0);
  });

  it('are refused whole when one of them is not acceptable', () => {
    const model = new TestModel();
    model.send({ opcode: 0x104, replyBytes: 12 });
    give(model, 1, 2);
    expect(give(model, 2, 3)).toBe(3);
    expect(model.send({ opcode: 0x108, opMod: 1, rest: `00000000 00000002 ${page(9)} ${page(9)}`, lengthBytes: 32 }).status).toBe(3);
    expect(model.firmware.pages).toMatchObject({ held: 2, wanted: 1522 });
  });

  it('all come back after TEARDOWN_HCA, each exactly once, 768 at a time', () => {
    const model = TestModel.operational();
    model.send({ opcode: 0x103 });
    const returned = [take(model, 768), take(model, 768), take(model, 768)];
    expect(returned.map(({ length }) => length)).toEqual([768, 756, 0]);
    expect(new Set(returned.flat()).size).toBe(1524);
    expect(returned.flat().sort((a, b) => Number(a - b))[0]).toBe(4096n);
    expect(model.firmware.pages).toMatchObject({ held: 0, wanted: 1524 });
  });

  it('are requested and offered while running, by event', () => {
    const model = TestModel.operational();
    expect(model.firmware.controls.requestPages(5)).toBe(true);
    expect(model.events.at(-1)).toMatchObject({ queue: { number: 2 }, event: { type: 0x0b, subType: 0 } });
    expect(Buffer.from(model.events.at(-1)?.event.data ?? []).toString('hex')).toBe(`0000000000000005${'00'.repeat(20)}`);
    expect(wanted(model, 3)).toBe(5);
    expect(give(model, 5000, 5)).toBe(0);
    expect([wanted(model, 3), model.firmware.pages.held]).toEqual([0, 1529]);

    expect(take(model, 3)).toEqual([]);
    expect(model.firmware.controls.requestPages(-3)).toBe(true);
    expect(dwordAt(model.events.at(-1)?.event.data ?? new Uint8Array(), 4) | 0).toBe(-3);
    expect(wanted(model, 3)).toBe(-3);
    expect(take(model, 8).length).toBe(3);
    expect([wanted(model, 3), model.firmware.pages.held]).toEqual([0, 1526]);
    expect(model.firmware.controls.requestPages(-1527)).toBe(false);
  });

  it('are no longer wanted when the driver cannot give them', () => {
    const model = TestModel.operational();
    model.firmware.controls.requestPages(5);
    expect(model.send({ opcode: 0x108, opMod: 0 }).status).toBe(0);
    expect(wanted(model, 3)).toBe(0);
  });

  it('are not requested when no queue listens', () => {
    expect(new TestModel().firmware.controls.requestPages(1)).toBe(false);
  });

  it('are not needed at all by the minimal profile', () => {
    expect(TestModel.operational('minimal').firmware.pages).toMatchObject({ held: 0, wanted: 0 });
  });
});
