import { describe, expect, it } from 'vitest';
import type { ResourceKind } from '../plugin/resources.js';
import { findKind, makeRequest, requestKey, selectorNames } from './request.js';

const none = { index: 'none', count: 'none', canBeAll: false, canBeActive: false } as const;
const queue: ResourceKind = { id: 0x10, name: 'QUEUE', selectors: [{ ...none, name: 'QN', index: 'required' }, { ...none, name: 'ENTRY', index: 'optional', count: 'optional', canBeAll: true }] };
const pool: ResourceKind = { id: 0x11, name: 'POOL', selectors: [{ ...none, name: 'POOL ID', index: 'optional', count: 'required', canBeActive: true }, none] };
const menu = { kinds: [queue, pool, { id: 0x12, name: 'ALL', selectors: [none, none] }] };
const error = (code: string, message: RegExp): Error => expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

describe('a kind', () => {
  it.each([['queue', 0x10], ['POOL', 0x11], ['0x12', 0x12], ['17', 0x11]])('is found as %s', (name, id) => {
    expect(findKind(menu, name).id).toBe(id);
  });

  it('that is not there is an error with the nearest names', () => {
    expect(() => findKind(menu, 'QUEUES')).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_NAME', hint: 'Did you mean QUEUE?' }) as Error);
    expect(() => findKind(menu, '0x13')).toThrow(error('ERR_UNKNOWN_NAME', /'0x13'/));
  });
});

describe('a request', () => {
  it.each([
    ['by the device\'s name', queue, { qn: 5 }, undefined, '16 5+0 0+0'],
    ['by position', queue, { index1: '0x5', INDEX2: '7' }, undefined, '16 5+0 7+0'],
    ['with a count, which goes to the selector that takes one', queue, { QN: 5 }, 'all', '16 5+0 0+all'],
    ['with a count by position', queue, { QN: 5, count2: '3' }, undefined, '16 5+0 0+3'],
    ['with blanks in a name as _', pool, { pool_id: 1, count1: 'active' }, undefined, '17 1+active 0+0'],
  ] as const)('is made %s', (_what, kind, given, count, key) => {
    expect(requestKey(makeRequest(kind, given, count))).toBe(key);
  });

  it.each([
    ['what is required is missing', queue, {}, undefined, 'ERR_FIELD_MISSING', /^QUEUE needs QN$/],
    ['a required count is missing', pool, {}, undefined, 'ERR_FIELD_MISSING', /^POOL needs count1$/],
    ['a name is unknown', queue, { QN: 1, QM: 1 }, undefined, 'ERR_UNKNOWN_NAME', /QM/],
    ['it has no such index', pool, { index2: 1, count1: 1 }, undefined, 'ERR_UNKNOWN_NAME', /index2/],
    ['one is given twice', queue, { QN: 1, index1: 1 }, undefined, 'ERR_USAGE', /QN is given twice/],
    ['a count is given twice', pool, { count1: 1 }, 2, 'ERR_USAGE', /count1 is given twice/],
    ['a value is no number', queue, { QN: 'x' }, undefined, 'ERR_FIELD_VALUE', /^QN: 'x'/],
    ['a value is too large', queue, { QN: 2 ** 32 }, undefined, 'ERR_FIELD_VALUE', /4294967296/],
    ['a value is negative', queue, { QN: -1 }, undefined, 'ERR_FIELD_VALUE', /-1/],
    ['it cannot dump all', pool, {}, 'all', 'ERR_FIELD_VALUE', /cannot dump all/],
    ['it takes no count', menu.kinds[2], {}, 1, 'ERR_FIELD_VALUE', /takes no count/],
  ] as const)('is refused when %s', (_what, kind, given, count, code, message) => {
    expect(() => makeRequest(kind ?? queue, given, count)).toThrow(error(code, message));
  });
});

it('the names that select are those the kind takes', () => {
  expect(menu.kinds.map(selectorNames)).toEqual([['QN', 'ENTRY', 'count2'], ['POOL_ID', 'count1'], []]);
});
