import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodText, planSampling } from './parameters.js';
import type { NamedCapability } from './diagnostics.js';

const capability: NamedCapability = {
  counters: [{ id: 1, name: 'ONE', isSynchronizable: true }, { id: 2, isSynchronizable: true }, { id: 3, isSynchronizable: false }],
  modes: ['single', 'repetitive', 'on-demand'], maxRecords: 1024, minPeriodClocks: 1024, maxPeriodClocks: 2 ** 35, clockHz: 1e9,
};

describe('what to sample', () => {
  it('is chosen where nobody says', () => {
    expect(planSampling(capability, { counters: [2, 1] })).toEqual({ counters: [2, 1], mode: 'repetitive', samples: 512, periodClocks: 2 ** 24, isSynchronized: false, isClearing: false });
    expect(planSampling({ ...capability, modes: ['on-demand'] }, { counters: [1] })).toMatchObject({ mode: 'on-demand', samples: 1 });
    const { clockHz: _clock, ...clockless } = capability;
    expect(planSampling(clockless, { counters: [1] }).periodClocks).toBe(1024);
  });

  it('is a power of two, at least as much as was asked for, and within the limits', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 1024, max: 2 ** 35 }), (samples, periodClocks) => {
      const planned = planSampling(capability, { counters: [1, 2], samples, periodClocks });
      return [[planned.samples, samples], [planned.periodClocks, periodClocks]].every(([made = 0, asked = 0]) => Number.isInteger(Math.log2(made)) && made >= asked && made < 2 * asked);
    }));
  });

  it.each([
    [{ counters: [] }, 'no counter'], [{ counters: [4] }, '0x4'], [{ counters: [1, 1] }, 'twice'],
    [{ counters: [1], samples: 1025 }, '2048 samples of 1 counters'], [{ counters: [1, 2, 3], samples: 512 }, 'more than the device can keep'],
    [{ counters: [1], periodClocks: 512 }, 'period of 512'], [{ counters: [1], periodClocks: 2 ** 36 }, 'period of'],
    [{ counters: [3], isSynchronized: true }, '0x3 cannot be synchronized'], [{ counters: [1], isClearing: true }, 'must be synchronized'],
    [{ counters: [1], mode: 'on-demand', isSynchronized: true }, 'cannot be synchronized'],
  ] as const)('%j is refused', (request, message) => {
    expect(() => planSampling(capability, request)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) as string, exitStatus: 2 }) as Error);
  });

  it('cannot be a mode that the device does not have, nor anything on a device without counters', () => {
    expect(() => planSampling({ ...capability, modes: ['on-demand'] }, { counters: [1], mode: 'single' })).toThrow('mode single');
    expect(() => planSampling({ ...capability, counters: [] }, { counters: [1] })).toThrow('no diagnostic counters');
    expect(() => planSampling({ ...capability, maxRecords: 2 }, { counters: [1, 2, 3] })).toThrow('not one sample');
  });
});

it('a period is shown with the time that it takes', () => {
  expect([1024, 2 ** 20, 2 ** 35].map((clocks) => periodText(clocks, 1e9))).toEqual(['1024 clocks (1.02 us)', '1048576 clocks (1.05 ms)', '34359738368 clocks (34.4 s)']);
  expect(periodText(1024, undefined)).toBe('1024 clocks');
});
