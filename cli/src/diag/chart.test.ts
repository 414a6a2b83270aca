import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawChart, metric } from './chart.js';

describe('a chart', () => {
  it('is as high and as wide as there is room, with the values in it', () => {
    const { lines, top, bottom } = drawChart([0, 25, 50, 100, undefined], { columns: 6, rows: 2, isUnicode: true });
    expect({ lines, top, bottom }).toEqual({ lines: ['   █  ', '▁▄██  '], top: 100, bottom: 0 });
    expect(drawChart([1, 2], { columns: 2, rows: 2, isUnicode: false }).lines).toEqual([' #', '##']);
  });

  it('starts from zero, unless all values are near one another', () => {
    expect(drawChart([10, 60], { columns: 2, rows: 1, isUnicode: true })).toMatchObject({ top: 100, bottom: 0 });
    const near = drawChart([1000, 1010], { columns: 2, rows: 1, isUnicode: true });
    expect(near.bottom).toBeGreaterThan(900);
    expect(near.bottom).toBeLessThan(1000);
    expect(near.top).toBeGreaterThan(1010);
  });

  it('shows any values in their order, inside its edges', () => {
    const value = fc.option(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e18, noNaN: true })), { nil: undefined });
    fc.assert(fc.property(fc.array(value, { maxLength: 80 }), fc.integer({ min: 1, max: 12 }), fc.boolean(), (values, rows, isUnicode) => {
      const { lines, top, bottom } = drawChart(values, { columns: 80, rows, isUnicode });
      const known = values.filter((each) => each !== undefined);
      return lines.length === rows && lines.every((line) => line.length === 80) && top > bottom && known.every((each) => each >= bottom && each <= top);
    }));
  });
});

it.each([[0, '0'], [0.5, '0.5'], [999, '999'], [1000, '1 k'], [131_400, '131 k'], [1_234_567, '1.23 M'], [5e9, '5 G'], [999_999_999, '1 G'], [18e18, '18000 P']] as const)('%d is shown as %s', (value, text) => {
  expect(metric(value)).toBe(text);
});
