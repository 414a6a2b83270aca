import { describe, expect, it } from 'vitest';
import { parseByteCount } from './byte-count.js';
import { parseDurationMs } from './duration.js';
import { parseHex } from './hex-input.js';
import { parseSimSpec } from './sim-spec.js';

const usage = (message: RegExp): unknown => expect.objectContaining({ code: 'ERR_USAGE', exitStatus: 2, message: expect.stringMatching(message) as string });

describe('durations', () => {
  it.each([['10', 10_000], ['0.5', 500], ['500ms', 500], ['2s', 2000], ['1.5s', 1500], ['1m', 60_000], ['60m', 3_600_000], ['1ms', 1]])('%s', (text, milliseconds) => {
    expect(parseDurationMs('--timeout', text)).toBe(milliseconds);
  });

  it.each(['', 'abc', '-1', '1h', '1 s', '.5', '1e3', 'Infinity', '0x10'])('refuses %j', (text) => {
    expect(() => parseDurationMs('--timeout', text)).toThrow(usage(/^--timeout: .* is not a duration/));
  });

  it.each(['0', '0.0001', '61m', '3601', '99999999999999999999'])('refuses %s as out of range', (text) => {
    expect(() => parseDurationMs('--timeout', text)).toThrow(usage(/between 1ms and 60m/));
  });
});

describe('simulated devices', () => {
  it.each([
    ['acme', [{ plugin: 'acme', count: 1 }]],
    ['acme:4', [{ plugin: 'acme', count: 4 }]],
    ['acme:4,other', [{ plugin: 'acme', count: 4 }, { plugin: 'other', count: 1 }]],
    ['acme@small', [{ plugin: 'acme', profile: 'small', count: 1 }]],
    ['acme,acme@small-2.x:3', [{ plugin: 'acme', count: 1 }, { plugin: 'acme', profile: 'small-2.x', count: 3 }]],
    [' acme , other:64', [{ plugin: 'acme', count: 1 }, { plugin: 'other', count: 64 }]],
  ])('%s', (text, counts) => {
    expect(parseSimSpec(text)).toEqual(counts);
  });

  it.each(['', ',', 'acme,', 'Acme', 'acme:', 'acme:x', 'acme:-1', 'acme:1.5', '4', 'acme 4', 'acme@', '@small', 'acme@Small', 'acme:2@small'])('refuses %j', (text) => {
    expect(() => parseSimSpec(text)).toThrow(usage(/not a list of simulators/));
  });

  it('refuses counts out of range and names that stand twice', () => {
    expect(() => parseSimSpec('acme:0')).toThrow(usage(/between 1 and 64/));
    expect(() => parseSimSpec('acme:65')).toThrow(usage(/between 1 and 64/));
    expect(() => parseSimSpec('acme:40,acme@small:30')).toThrow(usage(/acme:70 is not between 1 and 64/));
    expect(() => parseSimSpec('acme,acme')).toThrow(usage(/stands twice/));
    expect(() => parseSimSpec('acme@small,acme@small:2')).toThrow(usage(/acme@small stands twice/));
  });
});

describe('numbers of bytes', () => {
  it.each([['0', 0], ['272', 272], ['0x110', 272], ['0X10', 16]])('%s', (text, count) => {
    expect(parseByteCount('--out-size', text, 4096)).toBe(count);
  });

  it.each(['', '-1', '1k', '1.5', '0x', 'ten'])('refuses %j', (text) => {
    expect(() => parseByteCount('--out-size', text, 4096)).toThrow(usage(/^--out-size: .* not a number of bytes/));
  });

  it('refuses more than the most', () => {
    expect(() => parseByteCount('--out-size', '4097', 4096)).toThrow(usage(/more than 4096/));
  });
});

describe('hexadecimal input', () => {
  it.each([['00ff', [0, 255]], ['00 ff', [0, 255]], ['0x00,0xff\n', [0, 255]], ['00:FF', [0, 255]], [' 0001\n 0203 ', [0, 1, 2, 3]]])('%j', (text, bytes) => {
    expect([...parseHex(text) ?? []]).toEqual(bytes);
  });

  it.each(['', ' ', '0', '0 0', '0g', 'xyz', '00 f'])('is not %j', (text) => {
    expect(parseHex(text)).toBeUndefined();
  });
});
