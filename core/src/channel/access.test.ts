import type { Field, LayoutDocument } from '@auxctl/schemas';
import { checkLayoutSet } from '@auxctl/schemas';
import { describe, expect, test } from 'vitest';
import { compileLayout } from '../layout/compile.js';
import { readingsOf } from './instances.js';
import type { FieldInput } from '../layout/types.js';
import { completeSelectors, operates, requireSelectors, requireWritable, withDefaults, writeBase } from './access.js';

const octet = (name: string, byte: number, more: Partial<Field> = {}): Field => ({ name, type: 'uint', offsetBits: byte * 8, sizeBits: 8, ...more } as Field);

const document: LayoutDocument = {
  format: 'auxctl.layout/1', kind: 'register', name: 'R', title: 'R', byteOrder: 'big', id: 1, structure: 'r', effects: { read: 'inspect', write: 'configure' },
  source: [{ document: 'this file', revision: '1', section: 'r' }],
  structures: {
    lane: { sizeBits: 24, fields: [octet('speed', 0, { access: 'RW' }), octet('signal', 1), octet('reset', 2, { access: 'OP' })] },
    odd: { sizeBits: 8, fields: [octet('start', 0, { access: 'OP' })] },
    r: {
      sizeBits: 112,
      fields: [
        octet('port', 0, { access: 'INDEX' }), octet('constructor', 1, { access: 'RW' }), octet('events', 2, { access: 'RW', onWrite: 'one-to-clear' }),
        octet('apply', 3, { access: 'WO' }), octet('variant', 4, { access: 'RW' }), octet('toString', 5),
        { name: 'lanes', type: 'array', count: 2, offsetBits: 48, sizeBits: 48, element: { type: 'struct', structure: 'lane', sizeBits: 24 } },
        { name: 'extra', type: 'union', offsetBits: 96, sizeBits: 8, selector: 'variant', access: 'RW', variants: [{ when: [1], structure: 'odd' }] },
        { name: 'counts', type: 'array', count: 1, offsetBits: 104, sizeBits: 8, element: { type: 'uint', sizeBits: 8 } },
      ],
    },
  },
};
const codec = compileLayout(document);
const ones = new Uint8Array(14).fill(0xff);

test('the layout of this test is valid', () => {
  expect(checkLayoutSet(new Map([['registers/R.json', document]]))).toEqual([]);
});

test('a write starts from what was read, without anything that acts when it is written', () => {
  const base = codec.decode(writeBase(codec, ones));
  expect(base).toMatchObject({ port: 255, constructor: 255, events: 0, apply: 0, toString: 255, counts: [255] });
  expect(base['lanes']).toEqual([{ speed: 255, signal: 255, reset: 0 }, { speed: 255, signal: 255, reset: 0 }]);
  expect(ones.every((byte) => byte === 0xff)).toBe(true);
});

describe('an operation is seen', () => {
  test.each<[string, FieldInput, boolean]>([
    ['nowhere', { port: 1, lanes: { 1: { speed: 5 } } }, false],
    ['in an element of an array', { lanes: { 1: { reset: 1 } } }, true],
    ['in the structure that a union holds', { variant: 1, extra: { start: 1 } }, true],
    ['in a union that could hold it', { variant: 9, extra: '01' }, true],
  ])('%s', (_where, fields, expected) => {
    expect(operates(codec, codec.encode(fields))).toBe(expected);
  });
});

test('an operation that has a value for nothing is sent with that, and starts with any other', () => {
  const { structures: { lane, odd, r } } = document;
  const counting: LayoutDocument = {
    ...document,
    structures: { ...(lane === undefined || odd === undefined ? {} : { lane, odd }), r: { sizeBits: 112, fields: (r?.fields ?? []).map((field) => (field.name === 'apply' ? octet('apply', 3, { access: 'OP', default: 3 }) : field)) } },
  };
  expect(checkLayoutSet(new Map([['registers/R.json', counting]]))).toEqual([]);
  const idle = compileLayout(counting);
  expect(withDefaults(idle, { port: 1 })).toEqual({ port: 1, apply: 3n });
  expect(withDefaults(idle, { apply: 0 })).toEqual({ apply: 0 });
  expect([0, 1, 3].map((apply) => operates(idle, idle.encode({ apply })))).toEqual([true, true, false]);
});

describe('a write', () => {
  test.each<[string, FieldInput]>([
    ['toString is read-only', { ['toString']: 1 }],
    ['lanes[1].signal is read-only', { lanes: { 1: { signal: 1 } } }],
    ['counts is read-only', { counts: { 0: 1 } }],
    ['no field is set: index fields only say where', { port: 1 }],
  ])('is refused: %s', (message, fields) => {
    expect(() => { requireWritable(codec, fields); }).toThrow(expect.objectContaining({ code: 'ERR_FIELD_ACCESS', message }));
  });

  test('passes where it only sets what can be set', () => {
    requireWritable(codec, { port: 1, constructor: 1, lanes: { 0: { speed: 1, reset: 1 } }, extra: { start: 1 } });
  });
});

describe('what a read sends', () => {
  const variant = (more: Partial<Field>) => {
    const fields = [octet('port', 0, { access: 'INDEX' }), octet('lane', 1, { access: 'INDEX', ...more })];
    return compileLayout({ ...document, structures: { r: { sizeBits: 16, fields } } });
  };

  test('holds the defaults of what is not given', () => {
    expect(completeSelectors(variant({ default: '0x4' }), { port: 7 })).toEqual({ port: 7, lane: 4n });
    expect(completeSelectors(variant({ default: 4 }), { port: 7, lane: 0 })).toEqual({ port: 7, lane: 0 });
  });

  test('is incomplete without a field that has no default, and the error names each', () => {
    expect(() => completeSelectors(variant({ default: 0 }), {})).toThrow(expect.objectContaining({ code: 'ERR_FIELD_MISSING', exitStatus: 2, message: 'port must be given: it selects what is read', hint: 'Give it, as in port=1.' }));
    expect(() => completeSelectors(variant({}), {})).toThrow(expect.objectContaining({ message: 'port and lane must be given: they select what is read', hint: 'Give them, as in port=1 lane=1.' }));
  });

  test('is left to the encoder where a name does not exist', () => {
    expect(completeSelectors(variant({ default: 0 }), { prot: 1 })).toEqual({ prot: 1, lane: 0n });
  });

  test('is listed by the register, or one reading if it needs no word, or unknown', () => {
    expect(readingsOf({ instances: [{ port: '0x10' }, { port: 1, lane: 2 }] }, codec)).toEqual([{ port: 16n }, { port: 1n, lane: 2n }]);
    expect(readingsOf({}, compileLayout({ ...document, structures: { r: { sizeBits: 8, fields: [octet('port', 0, { access: 'INDEX', default: 0 })] } } }))).toEqual([{}]);
    expect(readingsOf({}, codec)).toEqual([]);
  });
});

test('names that every object has are fields only where they are given', () => {
  requireSelectors(codec, { port: 1 });
  expect(codec.encode({ port: 1 })).toEqual(Uint8Array.of(1, ...new Uint8Array(13)));
  expect(() => { requireSelectors(codec, { ['constructor']: 1 }); }).toThrow(expect.objectContaining({ code: 'ERR_FIELD_ACCESS' }));
});
