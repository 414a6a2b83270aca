import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoopGuard } from './loop-guard.js';

const data = Uint8Array.of(1);
const broken = expect.objectContaining({ code: 'ERR_REPLY' }) as Error;

function stepsUntilFound(positions: (step: number) => string, most: number): number | undefined {
  const guard = new LoopGuard();
  for (let step = 0; step < most; step++) {
    try {
      guard.check(positions(step), data);
    } catch (error) {
      expect(error).toEqual(broken);
      return step;
    }
  }
  return undefined;
}

test('a circle of any length, whatever came before it, is found soon after it has closed', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 2, max: 200 }), (before, length) => {
    const found = stepsUntilFound((step) => String(step < before ? -1 - step : (step - before) % length), 4 * (before + length) + 8);
    expect(found).toBeGreaterThanOrEqual(before + length);
  }));
});

test('positions that do not come back are no circle', () => {
  expect(stepsUntilFound(String, 100_000)).toBeUndefined();
});

test('a device that does not tell where it stands may give the same a while, and different data for ever', () => {
  expect(stepsUntilFound(() => 'here', 100_000)).toBe(1024);
  const guard = new LoopGuard();
  for (let step = 0; step < 5000; step++) guard.check('here', Uint8Array.of(step % 2));
});

test('a device that gives nothing is heard sixteen times', () => {
  const guard = new LoopGuard();
  for (let step = 0; step < 16; step++) guard.check(String(step), new Uint8Array());
  expect(() => { guard.check('17', new Uint8Array()); }).toThrow(broken);
});
