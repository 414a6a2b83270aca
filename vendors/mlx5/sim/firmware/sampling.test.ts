import { describe, expect, it } from 'vitest';
import { arm, type Arming } from '../test-sampling.js';
import { hex, TestModel } from '../test-support.js';
import { bitsAt, dwordAt, quadAt } from '../wire.js';
import { trafficAfter } from './traffic.js';

/** 2^20 clocks of 1 GHz. */
const PERIOD_MS = 2 ** 20 / 1e6;
const HEX4 = (value: number): string => value.toString(16).padStart(4, '0');

interface Record {
  readonly counter: number;
  readonly sample: number;
  readonly clocks: number;
  readonly value: bigint;
}

function read(model: TestModel, records: number, index = 0): Record[] {
  const { reply, status } = model.send({ opcode: 0x821, rest: HEX4(records) + HEX4(index), replyBytes: 16 + 16 * records });
  expect(status).toBe(0);
  return Array.from({ length: records }, (_, record) => {
    const at = 16 + 16 * record;
    return { counter: bitsAt(reply, at, 31, 16), sample: bitsAt(reply, at, 15, 0), clocks: dwordAt(reply, at + 4), value: quadAt(reply, at + 8) };
  });
}

function armed(arming: Arming): TestModel {
  const model = TestModel.operational();
  expect(arm(model, arming).status).toBe(0);
  return model;
}

const counters = [0x2006, 0x0401];
const samplesOf = (records: readonly Record[]): number[] => records.map(({ sample }) => sample);

describe('samples', () => {
  it('are offered as the capabilities say', () => {
    const model = TestModel.operational();
    const general = model.send({ opcode: 0x100, opMod: 1, replyBytes: 4112 }).reply.subarray(16);
    const count = bitsAt(general, 0x50, 31, 16);
    const { reply } = model.send({ opcode: 0x100, opMod: (0xd << 1) + 1, replyBytes: 16 + 64 + 4 * count });
    expect(count).toBe(13);
    expect(hex(reply.subarray(16 + 64))).toBe('8000040180000402800004038000040680000409800' + '0040a8000040b8000100180002001800020068000' + '2c0280002c0300002c04');
  });

  it('come one round of counters after the other, period by period, numbered from 1', () => {
    const model = armed({ counters });
    const startedMs = model.nowMs;
    model.nowMs += 3 * PERIOD_MS + 1;
    const records = read(model, 8);
    expect(records.map(({ counter }) => counter)).toEqual([...counters, ...counters, ...counters, 0, 0]);
    expect(samplesOf(records)).toEqual([1, 1, 2, 2, 3, 3, 0, 0]);
    const uptimeMs = model.firmware.uptimeMs() - (model.nowMs - startedMs);
    for (const [index, { clocks, value }] of [0, 2, 4].map((place) => records[place]).entries() as IterableIterator<[number, Record]>) {
      const ms = Math.round(uptimeMs) + (index + 1) * PERIOD_MS;
      expect(Math.abs(clocks - ms * 1e6)).toBeLessThanOrEqual(1e6);
      expect(Number(value)).toBeGreaterThanOrEqual(trafficAfter(ms - 6_000, 0).sent.frames);
    }
    expect(records[4]?.clocks).toBe((records[2]?.clocks ?? 0) + 2 ** 20);
  });

  it('go around the ring, and a reply around its end', () => {
    const model = armed({ counters });
    model.nowMs += 18 * PERIOD_MS + 1;
    expect(samplesOf(read(model, 8, 14)).filter((_, index) => index % 2 === 0)).toEqual([15, 16, 17, 18]);
    model.nowMs += 1000 * PERIOD_MS;
    const all = samplesOf(read(model, 32)).filter((_, index) => index % 2 === 0);
    expect(Math.max(...all) - Math.min(...all)).toBe(15);
    expect(new Set(all.map((id, place) => (id - 1 - place) % 16))).toEqual(new Set([0]));
  });

  it('have ids of 16 bits and clocks of 32', () => {
    const model = armed({ logPeriod: 10, logSamples: 14 });
    model.nowMs += 5_000;
    const records = read(model, 16_384);
    expect(Math.max(...samplesOf(records))).toBeLessThanOrEqual(0xffff);
    expect(records.some(({ clocks }) => clocks < 1e9)).toBe(true);
  });

  it('end after one round of the ring in single mode', () => {
    const model = armed({ flags: 0b100001 });
    model.nowMs += 100 * PERIOD_MS;
    const first = read(model, 16);
    expect(samplesOf(first)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    model.nowMs += 100 * PERIOD_MS;
    expect(read(model, 16)).toEqual(first);
  });

  it('are taken when asked for on demand, and then only', () => {
    const model = armed({ flags: 0b000011, logSamples: 0, counters });
    model.nowMs += 77;
    const first = read(model, 2);
    model.nowMs += 23;
    const second = read(model, 2);
    expect([...samplesOf(first), ...samplesOf(second)]).toEqual([1, 1, 2, 2]);
    expect((second[0]?.clocks ?? 0) - (first[0]?.clocks ?? 0)).toBe(23e6);
  });

  it('count anew in each period when told to, also in those that nobody saw', () => {
    const model = armed({ flags: 0b011101 });
    model.nowMs += 500 * PERIOD_MS;
    const values = read(model, 16).map(({ value }) => Number(value));
    const perPeriod = trafficAfter(1000 * PERIOD_MS, 0).sent.frames / 1000;
    for (const value of values) expect(Math.abs(value - perPeriod)).toBeLessThan(20);
  });

  it('never go back when the link goes down', () => {
    const model = armed({});
    model.nowMs += 4 * PERIOD_MS;
    const before = read(model, 16).filter(({ sample }) => sample > 0);
    model.firmware.controls.setLinkPartner(false);
    model.nowMs += 6 * PERIOD_MS;
    const after = read(model, 16).filter(({ sample }) => sample > 0);
    expect(after.length).toBeGreaterThan(before.length);
    after.forEach(({ value }, index) => { expect(value).toBeGreaterThanOrEqual(after[index - 1]?.value ?? 0n); });
  });
});

describe('what is sampled', () => {
  const query = (model: TestModel, replyBytes: number): string => hex(model.send({ opcode: 0x819, replyBytes }).reply.subarray(8));

  it('is told as it was set, with as many counters as there is room for', () => {
    const model = armed({ counters });
    expect(query(model, 40)).toBe('00020004' + '44000014' + '0'.repeat(32) + '00002006' + '00000401');
    expect(query(model, 36)).toBe('00020004' + '44000014' + '0'.repeat(32) + '00002006');
    expect(query(model, 32)).toBe('00020004' + '44000014' + '0'.repeat(32));
  });

  it('is nothing again once that is set', () => {
    const model = armed({});
    expect(model.send({ opcode: 0x820, rest: '00000000 10000000', lengthBytes: 32 }).status).toBe(0);
    expect(query(model, 32)).toBe('0'.repeat(48));
    expect(model.send({ opcode: 0x821, rest: '00010000', replyBytes: 32 }).status).not.toBe(0);
  });
});
