import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';
import { bitsAt, quadAt } from '../../wire.js';

const byte = (value: number): string => value.toString(16).padStart(2, '0');
const read = (model: TestModel, group: number, index = 0, isClearing = false): Uint8Array =>
  model.readRegister(0x5008, 256, `000100${byte(group)} ${isClearing ? '80' : '00'}0000${byte(index)}`).reply;
/** A 64-bit counter at an offset of the counter set. */
const counter = (reply: Uint8Array, offsetBytes: number): number => Number(quadAt(reply, 8 + offsetBytes));
const after = (ms: number, profile?: string, index?: number): TestModel => {
  const model = TestModel.operational(profile, index);
  model.nowMs += ms;
  return model;
};

const ETHERNET = [0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x16, 0x1a, 0x23];
const INFINIBAND = [0x12, 0x16, 0x20, 0x21, 0x22, 0x23, 0x25, 0x26];

describe('PPCNT', () => {
  it('has the groups of its protocol and no others', () => {
    const groups = (profile: string): number[] =>
      Array.from({ length: 64 }, (_, group) => group).filter((group) => TestModel.operational(profile).readRegister(0x5008, 256, `000100${byte(group)}`).status === 0);
    expect(groups('connectx-6-dx')).toEqual(ETHERNET);
    expect(groups('minimal')).toEqual(INFINIBAND);
  });

  it.each([...ETHERNET.map((group) => ['connectx-6-dx', group] as const), ...INFINIBAND.map((group) => ['minimal', group] as const)])(
    'on %s counts something in group %i, and echoes its selection',
    (profile, group) => {
      const model = after(86_400_000, profile);
      model.firmware.controls.setLinkPartner(false);
      const reply = read(model, group);
      expect(hex(reply.subarray(0, 8))).toBe(`000100${byte(group)}00000000`);
      expect(reply.subarray(8).some((each) => each !== 0)).toBe(true);
    },
  );

  it('is a function of time and device alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.constantFrom(...ETHERNET), (ms, group) => {
        expect(hex(read(after(ms), group))).toBe(hex(read(after(ms), group)));
      }),
      { numRuns: 50 },
    );
    expect(hex(read(after(60_000, undefined, 0), 0))).not.toBe(hex(read(after(60_000, undefined, 1), 0)));
  });

  it('never counts backwards', () => {
    const model = TestModel.operational();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(0x00, 0x01, 0x02, 0x05, 0x10, 0x12, 0x23), fc.integer({ min: 0, max: 7 }), (ms, group, index) => {
        const before = read(model, group, index);
        model.nowMs += ms;
        const now = read(model, group, index);
        for (let offsetBytes = 0; offsetBytes < 0xc0; offsetBytes += 8) expect(counter(now, offsetBytes)).toBeGreaterThanOrEqual(counter(before, offsetBytes));
      }),
    );
  });

  it('agrees with itself: groups, sizes, kinds and priorities add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (ms) => {
        const model = after(ms);
        const [ieee, rfc2863, rfc2819] = [read(model, 0), read(model, 1), read(model, 2)];
        expect(counter(rfc2863, 0)).toBe(counter(ieee, 0x28));
        expect(counter(rfc2819, 0x10)).toBe(counter(ieee, 0x08));
        expect(counter(rfc2863, 0x08) + counter(rfc2863, 0x48) + counter(rfc2863, 0x50)).toBe(counter(ieee, 0x08));
        const sizes = Array.from({ length: 10 }, (_, index) => counter(rfc2819, 0x58 + 8 * index));
        expect(sizes.reduce((sum, count) => sum + count)).toBe(counter(ieee, 0x08));
        const frames = Array.from({ length: 8 }, (_, priority) => counter(read(model, 0x10, priority), 0x20));
        expect(frames.reduce((sum, count) => sum + count)).toBe(counter(ieee, 0x08));
      }),
      { numRuns: 30 },
    );
  });

  it('stands still while the link is down, and counts the times it went down', () => {
    const model = after(10_000);
    model.firmware.controls.setLinkPartner(false);
    const before = hex(read(model, 0));
    model.nowMs += 60_000;
    expect(hex(read(model, 0))).toBe(before);
    model.firmware.controls.setLinkPartner(true);
    model.writeRegister(0x5006, 16, '00010200 80000000');
    const physical = read(model, 0x12);
    expect([0xc0, 0xf0, 0xf4].map((offsetBytes) => bitsAt(physical, 8 + offsetBytes, 31, 0))).toEqual([2, 1, 1]);
    expect(counter(physical, 0)).toBe(70_000);
  });

  it('clears one group or one priority, after the read that says so', () => {
    const model = after(60_000);
    expect(counter(read(model, 0x10, 3, true), 0x20)).toBeGreaterThan(0);
    expect(counter(read(model, 0x10, 3), 0x20)).toBe(0);
    expect(counter(read(model, 0x10, 0), 0x20)).toBeGreaterThan(0);
    model.writeRegister(0x5008, 256, '00010000 80000000');
    expect(read(model, 0).subarray(8).every((each) => each === 0)).toBe(true);
    model.nowMs += 1_000;
    expect(counter(read(model, 0), 0x08)).toBeGreaterThan(0);
    expect(counter(read(model, 1), 0x08)).toBeGreaterThan(counter(read(model, 0), 0x08));
  });

  it('saturates the narrow counters of InfiniBand', () => {
    const model = after(86_400_000 * 30, 'minimal');
    for (let downs = 0; downs < 300; downs++) for (const isThere of [false, true]) model.firmware.controls.setLinkPartner(isThere);
    const reply = read(model, 0x20);
    expect([bitsAt(reply, 8, 7, 0), bitsAt(reply, 8 + 0x14, 31, 0)]).toEqual([255, 0xffffffff]);
    expect(counter(read(model, 0x21), 0x10)).toBe(300);
  });
});
