import type { DumpEntry, Field, LayoutDocument } from '@auxctl/schemas';
import { checkLayoutSet } from '@auxctl/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLayout } from '../layout/compile.js';
import { compareDumps, type Comparison, type CompareOptions } from './compare.js';
import { ORIGIN } from './dump.fixture.js';
import { leavesOf } from './leaves.js';
import { DumpCollector } from './receiver.js';
import { withoutSecrets } from './secrets.js';
import type { Dump } from './dump.js';

const octet = (name: string, byte: number, more: Partial<Field> = {}): Field => ({ name, type: 'uint', offsetBits: byte * 8, sizeBits: 8, ...more } as Field);

const register = (more: readonly Field[]): LayoutDocument => ({
  format: 'auxctl.layout/1', kind: 'register', name: 'R', title: 'R', byteOrder: 'big', id: 1, structure: 'r', effects: { read: 'inspect' },
  source: [{ document: 'this file', revision: '1', section: 'r' }],
  enums: { mode: [{ name: 'slow', value: 1 }, { name: 'fast', value: 2 }] },
  structures: {
    odd: { sizeBits: 8, fields: [octet('start', 0)] },
    even: { sizeBits: 8, fields: [octet('stop', 0)] },
    times: { sizeBits: 16, fields: [octet('up', 0), octet('down', 1)] },
    r: {
      sizeBits: 88,
      fields: [
        { name: 'mode', type: 'enum', enum: 'mode', offsetBits: 0, sizeBits: 8, description: 'How fast.' },
        octet('heat', 1, { volatile: true }),
        { name: 'since', type: 'struct', structure: 'times', offsetBits: 16, sizeBits: 16, volatile: true },
        { name: 'extra', type: 'union', selector: 'mode', offsetBits: 32, sizeBits: 8, variants: [{ when: [1], structure: 'odd' }, { when: [2], structure: 'even' }] },
        octet('key', 5, { secret: true }),
        { name: 'lanes', type: 'array', count: 4, offsetBits: 48, sizeBits: 20, element: { type: 'uint', sizeBits: 5 } },
        ...more,
      ],
    },
  },
});
const OLD = register([{ name: 'reserved_at_44', type: 'reserved', offsetBits: 68, sizeBits: 20 }]);
const NEW = register([{ name: 'pad', type: 'uint', offsetBits: 68, sizeBits: 12 }, { name: 'reserved_at_50', type: 'reserved', offsetBits: 80, sizeBits: 8 }]);
const ZEROS = '01'.padEnd(22, '0');

const entry = (bytes: string, name = 'R'): DumpEntry => ({ type: 'entry', subject: { kind: 'register', name }, layout: 'registers/R', bytes });
const refused = (status: string): DumpEntry => ({ type: 'entry', subject: { kind: 'register', name: 'R' }, failure: { code: 'ERR_FIRMWARE_STATUS', message: `at ${Math.random()}`, status } });

async function dumpOf(entries: readonly DumpEntry[], document = OLD, version = '1.0.0', plugin = 'acme'): Promise<Dump> {
  const collector = new DumpCollector();
  await collector.begin({ ...ORIGIN, plugin: { name: plugin, version } });
  await collector.layouts([document]);
  await collector.entries(entries);
  await collector.end();
  return collector.dump;
}

const compare = async (before: string, after: string, options: CompareOptions = {}): Promise<Comparison> => compareDumps(await dumpOf([entry(before)]), await dumpOf([entry(after)]), options);

/** Path, before and after of each field that differs. */
const fieldsOf = ({ differences }: Comparison): unknown[] => differences.flatMap((difference) => (difference.type === 'fields' ? difference.fields.map(({ path, before, after }) => [path, before?.text, after?.text]) : []));

test('the layouts of this test are valid', () => {
  for (const document of [OLD, NEW]) expect(checkLayoutSet(new Map([['registers/R.json', document]]))).toEqual([]);
});

describe('fields', () => {
  test.each<[string, string, string, unknown[]]>([
    ['nothing', ZEROS, ZEROS, []],
    ['an element of an array, at no whole byte', ZEROS, '0100000000000010000000', [['lanes[2]', '0', '8']]],
    ['a name, and with it the structure that a union holds', ZEROS, '0200000005000000000000', [['mode', 'slow (1)', 'fast (2)'], ['extra.start', '0', undefined], ['extra.stop', undefined, '5']]],
    ['an unknown name', ZEROS, '0900000000000000000000', [['mode', 'slow (1)', 'unknown (9)'], ['extra.start', '0', undefined], ['extra', undefined, '00']]],
    ['reserved bits', ZEROS, '010000000000000000000f', [['reserved_at_44', '0x00000', '0x0000f']]],
    ['bytes after the layout', ZEROS, `${ZEROS}07`, [['(after the layout)', undefined, '07']]],
  ])('%s', async (_what, before, after, expected) => {
    expect(fieldsOf(await compare(before, after))).toEqual(expected);
  });

  test('that change by themselves are left out and counted, unless they are wanted', async () => {
    const after = '0107020300000000000000';
    expect(await compare(ZEROS, after)).toEqual({ differences: [], subjects: 1, leftOut: 3 });
    const wanted = await compare(ZEROS, after, { withVolatile: true });
    expect(fieldsOf(wanted)).toEqual([['heat', '0', '7'], ['since.up', '0', '2'], ['since.down', '0', '3']]);
    expect(wanted.leftOut).toBe(0);
  });

  test('have their meaning', async () => {
    const { differences: [difference] } = await compare(ZEROS, '0200000000000000000000');
    expect(difference).toMatchObject({ fields: [{ before: { value: '1', description: 'How fast.', isVolatile: false } }, {}, {}] });
  });

  test('of all bits that differ, each is in some field', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 11, maxLength: 11 }), fc.nat({ max: 87 }), async (bytes, bit) => {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      const found = await compare(Buffer.from(bytes).toString('hex'), Buffer.from(changed).toString('hex'), { withVolatile: true });
      expect(fieldsOf(found).length).toBeGreaterThan(0);
    }), { numRuns: 300 });
  });
});

describe('layouts that differ', () => {
  test('are no difference: what is newer decodes both', async () => {
    const [old, now] = [await dumpOf([entry('01000000000000000000ff')]), await dumpOf([entry('01000000000000000fffff')], NEW, '1.10.0')];
    expect(fieldsOf(await compareDumps(old, now))).toEqual([['pad', '0', '4095']]);
    expect(fieldsOf(await compareDumps(now, old))).toEqual([['pad', '4095', '0']]);
    expect(await compareDumps(old, await dumpOf([entry('01000000000000000000ff')], NEW, '2.0.0'))).toEqual({ differences: [], subjects: 1, leftOut: 0 });
  });

  test('count by name where one does not fit both sides', async () => {
    const longer = structuredClone(NEW);
    const root = longer.structures['r'] ?? expect.unreachable();
    Object.assign(root, { sizeBits: 96, fields: [...root.fields, octet('more', 11)] });
    const found = await compareDumps(await dumpOf([entry(ZEROS)]), await dumpOf([entry(`${ZEROS}09`)], longer, '2.0.0'));
    expect(fieldsOf(found)).toEqual(expect.arrayContaining([['more', undefined, '9']]));
  });

  test('that are missing leave the bytes to compare', async () => {
    const plain = (bytes: string): DumpEntry => ({ type: 'entry', subject: { kind: 'segment', name: 's' }, bytes });
    expect(fieldsOf(await compareDumps(await dumpOf([plain('00')]), await dumpOf([plain('01')])))).toEqual([['(bytes)', '00', '01']]);
  });
});

describe('entries', () => {
  test('on one side only are shown as such, and one that stands twice is two', async () => {
    const found = await compareDumps(await dumpOf([entry(ZEROS), entry(ZEROS), entry(ZEROS, 'A')]), await dumpOf([entry(ZEROS), entry(ZEROS, 'B')]));
    expect(found.differences.map(({ type, subject }) => [type, subject.name])).toEqual([['only-before', 'R'], ['only-before', 'A'], ['only-after', 'B']]);
    expect(found.subjects).toBe(4);
  });

  test('that are refused differ by the answer, not by its words', async () => {
    const types = async (before: DumpEntry, after: DumpEntry) => (await compareDumps(await dumpOf([before]), await dumpOf([after]))).differences;
    expect(await types(refused('0x3'), refused('0x3'))).toEqual([]);
    expect(await types(refused('0x3'), refused('0x5'))).toMatchObject([{ type: 'answer', before: 'refused: status 0x3', after: 'refused: status 0x5' }]);
    expect(await types(entry(ZEROS), refused('0x5'))).toMatchObject([{ type: 'answer', before: '11 bytes', after: 'refused: status 0x5' }]);
  });

  test('are the same whatever the order of their keys, and however these are written', async () => {
    const keyed = (key: Record<string, number | string>): DumpEntry => ({ type: 'entry', subject: { kind: 'object', name: 'O', key }, bytes: '00' });
    expect(await compareDumps(await dumpOf([keyed({ a: 1, b: '0x10' })]), await dumpOf([keyed({ b: 16, a: '0x1' })]))).toMatchObject({ differences: [], subjects: 1 });
  });
});

test('dumps of different plugins have nothing in common', async () => {
  await expect(compareDumps(await dumpOf([]), await dumpOf([], OLD, '1.0.0', 'other'))).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringMatching(/acme.*other/) as string });
});

test('leaves cover every bit once', () => {
  const codec = compileLayout(OLD);
  const leaves = leavesOf(codec, Uint8Array.from({ length: 12 }, (_, index) => index));
  expect([...leaves.keys()]).toEqual(['mode', 'heat', 'since.up', 'since.down', 'extra', 'key', 'lanes[0]', 'lanes[1]', 'lanes[2]', 'lanes[3]', 'reserved_at_44', '(after the layout)']);
  expect(leaves.get('reserved_at_44')).toMatchObject({ value: '8090a', text: '0x8090a' });
});

test('secrets are zeroed, and nothing else', () => {
  const codec = compileLayout(OLD);
  const raw = new Uint8Array(11).fill(0xff);
  expect(Buffer.from(withoutSecrets({ codec, raw })).toString('hex')).toBe('ffffffffff00ffffffffff');
  expect(raw.every((byte) => byte === 0xff)).toBe(true);
});
