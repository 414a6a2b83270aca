import type { Presented } from '@auxctl/core';
import { describe, expect, it } from 'vitest';
import { PLAIN } from '../output/style.js';
import { compareFields } from './changes.js';
import { anomalyText, fieldRows, fieldTable } from './rows.js';
import { selectFields, type PresentedFields } from './select.js';

const value = (text: string, description?: string): Presented => ({ type: 'value', value: text, text, ...(description === undefined ? {} : { description }) });
const fields: PresentedFields = {
  state: value('up (1)', 'Whether it is up.'),
  name: value(''),
  nested: { type: 'structure', fields: { low: value('1'), high: value('2') } },
  lanes: { type: 'array', elements: [value('10'), value('11'), value('12')] },
  table: { type: 'array', elements: [{ type: 'structure', fields: { id: value('7') } }, { type: 'structure', fields: { id: value('8') } }] },
};

describe('rows', () => {
  it('has one for each value; short arrays share one', () => {
    expect(fieldTable(fields, PLAIN, false)).toMatchInlineSnapshot(`
      "FIELD        VALUE
      state        up (1)
      name         ""
      nested.low   1
      nested.high  2
      lanes[0..2]  10 11 12
      table[0].id  7
      table[1].id  8
      "
    `);
  });

  it('gives the elements of a long array a line each', () => {
    const long = { lanes: { type: 'array', elements: Array.from({ length: 40 }, () => value('12')) } } as const;
    expect(fieldRows(long).map(({ path }) => path).slice(0, 2)).toEqual(['lanes[0]', 'lanes[1]']);
    expect(fieldRows(long)).toHaveLength(40);
  });

  it('shortens long values unless it is to be verbose, and adds meanings then', () => {
    const long = { data: value('ab'.repeat(200), 'Bytes.') };
    expect(fieldTable(long, PLAIN, false)).toContain('ab... (-v shows all)\n');
    expect(fieldTable(long, PLAIN, true)).toContain(`${'ab'.repeat(200)}  Bytes.\n`);
  });
});

describe('selection', () => {
  it.each([
    ['state', ['state']],
    ['nested', ['nested.low', 'nested.high']],
    ['nested.high,state', ['state', 'nested.high']],
    ['nested.high,nested', ['nested.low', 'nested.high']],
    ['nested,nested.high', ['nested.low', 'nested.high']],
    ['lanes', ['lanes[0..2]']],
    ['lanes[1]', ['lanes[1]']],
    ['table[1].id, state', ['state', 'table[1].id']],
  ])('%s', (list, paths) => {
    expect(fieldRows(selectFields(fields, list)).map(({ path }) => path)).toEqual(paths);
  });

  it('is everything without a list', () => {
    expect(selectFields(fields, undefined)).toBe(fields);
  });

  it.each([
    ['stat', 'ERR_UNKNOWN_NAME', /no field is called stat/, /Did you mean state/],
    ['nested.hihg', 'ERR_UNKNOWN_NAME', /nested\.hihg/, /nested\.high/],
    ['lanes[3]', 'ERR_UNKNOWN_NAME', /lanes\.3/, /lanes/],
    ['zzzzzzzz', 'ERR_UNKNOWN_NAME', /zzzzzzzz/, /There are state, name/],
    ['state.x', 'ERR_UNKNOWN_NAME', /single value/, undefined],
    ['toString', 'ERR_UNKNOWN_NAME', /toString/, /./],
    ['', 'ERR_USAGE', /not a list of fields/, /a,b\.c/],
    ['state,', 'ERR_USAGE', /not a list of fields/, /a,b\.c/],
  ])('refuses %j', (list, code, message, hint) => {
    const expected = { code, message: expect.stringMatching(message) as string, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) };
    expect(() => selectFields(fields, list)).toThrow(expect.objectContaining(expected));
  });
});

describe('comparison', () => {
  const later: PresentedFields = { ...fields, state: value('down (2)'), nested: { type: 'structure', fields: { low: value('1'), extra: value('9') } } };

  it('has what differs, what is only on one side, and what is always wanted', () => {
    expect(compareFields([fields, later], ['nested.low'])).toEqual([
      { path: 'state', texts: ['up (1)', 'down (2)'] },
      { path: 'nested.low', texts: ['1', '1'] },
      { path: 'nested.high', texts: ['2', ''] },
      { path: 'nested.extra', texts: ['', '9'] },
    ]);
    expect(compareFields([fields, fields])).toEqual([]);
    expect(compareFields([fields, fields], 'all')).toHaveLength(fieldRows(fields).length);
  });
});

it.each([
  [{ type: 'reserved-bits', path: 'reserved_at_8', offsetBits: 8, value: 5n }, /reserved_at_8: reserved bits at bit 8 are 0x5/],
  [{ type: 'unknown-symbol', path: 'state', value: 9n }, /state: 9 has no name/],
  [{ type: 'unknown-variant', path: 'data', value: 3n }, /data: 3 selects no structure/],
  [{ type: 'trailing-bytes', path: '', offsetBytes: 16, lengthBytes: 4 }, /4 bytes follow the layout, from byte 16/],
] as const)('says what a layout does not account for: $type', (anomaly, text) => {
  expect(anomalyText(anomaly)).toMatch(text);
});
