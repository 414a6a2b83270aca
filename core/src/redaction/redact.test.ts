import { checkLayoutDocument, type DumpEntry, type Field, type LayoutDocument, type Structure } from '@auxctl/schemas';
import { array, assert as check, asyncProperty, constantFrom, integer, record, stringMatching, uint8Array, type IAsyncProperty } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DumpCollector } from '../dump/receiver.js';
import { decodeEntry, loadDump, type Dump } from '../dump/dump.js';
import { chunksOf, ORIGIN } from '../dump/dump.fixture.js';
import { DumpWriter } from '../dump/write.js';
import { compileLayout } from '../layout/compile.js';
import type { FieldInput, Fields } from '../layout/types.js';
import { keyedDigest } from './digest.js';
import { redactDump } from './redact.js';

type Placed<T> = T extends unknown ? Omit<T, 'offsetBits'> : never;

/** Fields one behind the other. */
function structure(...fields: Placed<Field>[]): Structure {
  let offsetBits = 0;
  const placed = fields.map((field) => {
    const at = { ...field, offsetBits, ...(field.type === 'reserved' ? { name: `reserved_at_${offsetBits.toString(16)}` } : {}) };
    offsetBits += field.sizeBits;
    return at;
  });
  return { sizeBits: offsetBits, fields: placed };
}

const identifies = true;

/** Every way in which a field can be marked, among some that are not. */
function documentOf(byteOrder: 'big' | 'little', name: string, first: Placed<Field>[] = []): LayoutDocument {
  return {
    format: 'auxctl.layout/1', kind: 'register', name, title: name, byteOrder, id: name === 'ONE' ? 1 : 2, structure: 'whole', effects: { read: 'inspect' },
    source: [{ document: 'this file', revision: '1', section: 'redacted' }],
    structures: {
      pair: structure({ name: 'name', type: 'string', sizeBits: 96 }, { name: 'value', type: 'string', sizeBits: 192 }),
      address: structure({ name: 'gap', type: 'reserved', sizeBits: 16 }, { name: 'address', type: 'bytes', sizeBits: 48, display: 'mac' }),
      plain: structure({ name: 'count', type: 'uint', sizeBits: 16 }, { name: 'gap', type: 'reserved', sizeBits: 112 }),
      named: structure({ name: 'guid', type: 'bytes', sizeBits: 128, identifies }),
      port: structure({ name: 'speed', type: 'uint', sizeBits: 16 }, { name: 'mac', type: 'bytes', sizeBits: 48, identifies }),
      whole: structure(
        ...first,
        { name: 'kind', type: 'uint', sizeBits: 8 }, { name: 'gap', type: 'reserved', sizeBits: 4 },
        { name: 'odd', type: 'uint', sizeBits: 40, identifies }, { name: 'after', type: 'uint', sizeBits: 12 },
        { name: 'serial', type: 'string', sizeBits: 192, identifies }, { name: 'guid', type: 'uint', sizeBits: 64, identifies },
        { name: 'words', type: 'array', count: 4, sizeBits: 128, element: { type: 'uint', sizeBits: 32 }, identifies },
        { name: 'addresses', type: 'array', count: 2, sizeBits: 128, element: { type: 'struct', structure: 'address', sizeBits: 64 }, identifies },
        { name: 'chosen', type: 'union', selector: 'kind', sizeBits: 128, variants: [{ when: [1], structure: 'named' }, { when: [2], structure: 'plain' }] },
        { name: 'either', type: 'union', sizeBits: 128, variants: [{ structure: 'named' }, { structure: 'plain' }] },
        { name: 'properties', type: 'array', count: 2, sizeBits: 576, element: { type: 'struct', structure: 'pair', sizeBits: 288 } },
        { name: 'gap', type: 'reserved', sizeBits: 64 },
        { name: 'note', type: 'string', sizeBits: 640 }, { name: 'image', type: 'bytes', sizeBits: 256 },
        { name: 'ports', type: 'array', count: 'rest', sizeBits: 0, element: { type: 'struct', structure: 'port', sizeBits: 64 } },
      ),
    },
  };
}

interface Values {
  readonly odd: Uint8Array;
  readonly serial: string;
  readonly guid: Uint8Array;
  readonly words: Uint8Array;
  readonly macs: readonly Uint8Array[];
  readonly named: Uint8Array;
  readonly board: string;
  readonly kind: number;
  readonly after: number;
}

/** Not so alike that chance would make another. */
const bytes = (length: number) => uint8Array({ minLength: length, maxLength: length }).filter((value) => new Set(value).size >= Math.min(length, 4));
const text = (least: number, most: number) => stringMatching(new RegExp(`^[A-Z][A-Z0-9-]{${least - 2},${most - 2}}[A-Z]$`)).filter((value) => new Set(value).size >= 4);
const values = record<Values>({
  odd: bytes(5), serial: text(8, 24), guid: bytes(8), words: bytes(16).filter((value) => [0, 4, 8, 12].every((at) => new Set(value.subarray(at, at + 4)).size === 4)), macs: array(bytes(6), { minLength: 4, maxLength: 4 }), named: bytes(16), board: text(6, 24),
  kind: constantFrom(1, 2), after: integer({ min: 0, max: 4095 }),
});
const order = constantFrom<('big' | 'little')[]>('big', 'little');

const number = (value: Uint8Array): bigint => BigInt(`0x${Buffer.from(value).toString('hex')}`);
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

function fieldsOf({ odd, serial, guid, words, macs: [a, b, c], named, board, kind, after }: Values): FieldInput {
  return {
    kind, after, odd: number(odd), serial, guid: number(guid), words: [0, 4, 8, 12].map((at) => number(words.subarray(at, at + 4))),
    addresses: [{ address: a ?? '' }, { address: b ?? '' }], chosen: kind === 1 ? { guid: named } : { count: after },
    properties: [{ name: 'board.serial', value: board }, { name: 'running.fw', value: '22.1.0' }],
    note: `of ${serial} ${hex(guid).toUpperCase()} ${hex(c ?? new Uint8Array()).replaceAll(/..(?=.)/g, '$&:')}`, image: Uint8Array.from([...named, ...guid.toReversed(), ...(c ?? [])].concat([0, 0])),
  };
}

function imageOf(document: LayoutDocument, given: Values): Uint8Array {
  const fixed = compileLayout(document).encode(fieldsOf(given));
  const either = bytesOf(fixed, document, 'either');
  either.set(given.named);
  bytesOf(fixed, document, 'reserved').set(given.guid);
  const ports = given.macs.flatMap((mac, index) => [index, 7, ...mac]);
  return Uint8Array.from([...fixed, ...ports, 1, 2, 3]);
}

/** The bytes of a field of whole bytes: the same memory. */
function bytesOf(image: Uint8Array, document: LayoutDocument, name: string): Uint8Array {
  const fields = document.structures['whole']?.fields ?? [];
  const field = fields.find((each) => each.name === name) ?? fields.find((each) => each.type === name && each.sizeBits === 64);
  if (field === undefined) expect.fail(`no field ${name}`);
  return image.subarray(field.offsetBits / 8, (field.offsetBits + field.sizeBits) / 8);
}

async function dumpOf(documents: readonly LayoutDocument[], entries: readonly DumpEntry[], identity = ORIGIN.device.identity): Promise<Dump> {
  const collector = new DumpCollector();
  await collector.begin({ ...ORIGIN, device: { ...ORIGIN.device, identity } });
  await collector.layouts(documents);
  await collector.entries(entries);
  await collector.end({ code: 'ERR_ABORTED', message: 'stopped' });
  return collector.dump;
}

const entryOf = ({ name }: LayoutDocument, image: Uint8Array): DumpEntry => ({ type: 'entry', subject: { kind: 'register', name }, layout: `registers/${name}`, bytes: hex(image) });

async function fileOf({ header, layouts, entries, partial }: Dump): Promise<string> {
  let lines = '';
  const writer = new DumpWriter((more) => { lines += more; });
  await writer.begin(header);
  await writer.layouts(layouts.documents.values());
  await writer.entries(entries);
  await writer.end(partial);
  return lines;
}

async function decodedOf({ entries, layouts }: Dump, index = 0): Promise<Fields> {
  const entry = entries[index];
  return (entry === undefined ? undefined : await decodeEntry(entry, layouts))?.fields ?? {};
}

function asyncCase(run: (given: Values, byteOrder: 'big' | 'little', other: Values) => Promise<void>): IAsyncProperty<[Values, 'big' | 'little', Values]> {
  return asyncProperty(values, order, values, run);
}

const digest = keyedDigest(Uint8Array.of(1, 2, 3));
const RUNS = { numRuns: 60 };

it.each(['big', 'little'] as const)('the layout of these tests is valid, %s-endian', (byteOrder) => {
  expect([documentOf(byteOrder, 'ONE'), documentOf(byteOrder, 'TWO', [{ name: 'more', type: 'uint', sizeBits: 8 }])].flatMap((document) => checkLayoutDocument('', document, []))).toEqual([]);
});

describe('a redacted dump', () => {
  it('has no identifying value anywhere, in any spelling', async () => {
    let looked = 0;
    await check(asyncCase(async (given, byteOrder) => {
      const document = documentOf(byteOrder, 'ONE');
      const failed: DumpEntry = { type: 'entry', subject: { kind: 'register', name: 'TWO' }, failure: { code: 'ERR_REPLY', message: `${given.serial} says 0x${hex(given.guid)}` }, bytes: hex(given.guid) };
      const segment: DumpEntry = { type: 'entry', subject: { kind: 'segment', name: `of ${given.serial}` }, bytes: hex(given.named) };
      const redacted = await redactDump(await dumpOf([document], [entryOf(document, imageOf(document, given)), failed, segment], [{ name: 'serial', value: given.serial }, { name: 'title', value: `card ${given.serial}` }]), digest);
      const all = (await fileOf(redacted)).toLowerCase();
      const binary = [given.odd, given.guid, given.words, given.named, ...given.macs];
      for (const value of [...binary.map(hex), ...binary.map((each) => hex(each.toReversed())), ...binary.map((each) => hex(Buffer.from(hex(each)))), given.serial.toLowerCase(), hex(Buffer.from(given.serial)), hex(Buffer.from(given.board))]) {
        expect(all).not.toContain(value);
        looked += 1;
      }
      for (const at of [0, 4, 8, 12]) expect(all).not.toContain(hex(given.words.subarray(at, at + 4)));
      const raw = redacted.entries.map((entry) => Buffer.from('bytes' in entry ? entry.bytes ?? '' : '', 'hex'));
      for (const value of binary) for (const each of raw) expect(Buffer.from(each).includes(hex(value), 0, 'hex')).toBe(false);
      expect(redacted.header.device.identity).toEqual([{ name: 'serial', value: expect.stringMatching(/^redacted:[0-9a-f]{16}$/) as string }, { name: 'title', value: expect.stringMatching(/^card redacted:/) as string }]);
      expect(redacted.entries[2]).toMatchObject({ failure: { code: 'ERR_LAYOUT' } });
    }), RUNS);
    expect(looked).toBeGreaterThan(1000);
  });

  it('has every other value as it was, and loads', async () => {
    await check(asyncCase(async (given, byteOrder) => {
      const document = documentOf(byteOrder, 'ONE');
      const dump = await dumpOf([document], [entryOf(document, imageOf(document, given))]);
      const before = await decodedOf(dump);
      const redacted = await loadDump(chunksOf(await fileOf(await redactDump(dump, digest))));
      const after = await decodedOf(redacted);
      expect(after).toMatchObject({ kind: before['kind'], after: before['after'] });
      if (given.kind === 2) expect(after['chosen']).toEqual(before['chosen']);
      expect(after['properties']).toMatchObject([{ name: 'board.serial', value: expect.stringMatching(/^[0-9a-f]+$/) as string }, { name: 'running.fw', value: '22.1.0' }]);
      expect(after['serial']).toMatch(new RegExp(`^[0-9a-f]{${given.serial.length}}$`));
      expect((after['ports'] as readonly Fields[]).map(({ speed }) => speed)).toEqual((before['ports'] as readonly Fields[]).map(({ speed }) => speed));
      expect(after['note']).toMatch(/^of [0-9a-f]+/);
      expect(redacted.partial).toEqual({ code: 'ERR_ABORTED', message: 'stopped' });
    }), RUNS);
  });

  it('has equal values where they were equal, in whatever register they stand, and others where they were not', async () => {
    await check(asyncCase(async (given, byteOrder, other) => {
      const [one, two] = [documentOf(byteOrder, 'ONE'), documentOf(byteOrder === 'big' ? 'little' : 'big', 'TWO', [{ name: 'more', type: 'uint', sizeBits: 8 }])];
      const same = { ...other, serial: given.serial, guid: given.guid, macs: [other.macs[0] ?? given.guid, ...given.macs.slice(1)] };
      const redacted = await redactDump(await dumpOf([one, two], [entryOf(one, imageOf(one, given)), entryOf(two, imageOf(two, same))]), digest);
      const [a, b] = [await decodedOf(redacted), await decodedOf(redacted, 1)];
      expect([a['serial'], a['guid']]).toEqual([b['serial'], b['guid']]);
      const macs = ({ ports }: Fields): unknown[] => (ports as readonly Fields[]).map(({ mac }) => mac);
      expect(macs(a).slice(1)).toEqual(macs(b).slice(1));
      expect(macs(a)[1]).toEqual((a['addresses'] as readonly Fields[])[1]?.['address']);
      if (hex(given.macs[0] ?? given.guid) !== hex(other.macs[0] ?? given.guid)) expect(macs(a)[0]).not.toEqual(macs(b)[0]);
      if (hex(given.words) !== hex(other.words)) expect(a['words']).not.toEqual(b['words']);
    }), RUNS);
  });
});

it('what is not set stays so', async () => {
  const document = documentOf('big', 'ONE');
  const image = compileLayout(document).encode({ kind: 1, properties: [{ name: 'serial', value: '' }, {}] });
  const dump = await dumpOf([document], [entryOf(document, image)], [{ name: 'serial', value: '' }]);
  const redacted = await redactDump(dump, digest);
  expect(redacted.entries).toEqual(dump.entries);
  expect(redacted.header).toEqual(dump.header);
});

it('drops what no layout explains: bytes behind one, too few for one, a union\'s unknown structure, wide reserved fields', async () => {
  const document = documentOf('little', 'ONE');
  const image = compileLayout(document).encode({ kind: 9 });
  bytesOf(image, document, 'chosen').fill(7);
  bytesOf(image, document, 'reserved').fill(7);
  const entries = [Uint8Array.from([...image, 5, 6, 7]), image.subarray(0, 9)].map((bytesOfOne) => entryOf(document, bytesOfOne));
  const dump = await dumpOf([document], [...entries, { type: 'entry', subject: { kind: 'register', name: 'GONE' }, layout: 'registers/GONE', bytes: '010203' }]);
  const { entries: [long, short, none] } = await redactDump(dump, digest);
  expect(long).toMatchObject({ bytes: hex(compileLayout(document).encode({ kind: 9 })) });
  expect(short).toMatchObject({ failure: { code: 'ERR_REPLY', message: /9 bytes were left out/ } });
  expect(none).toMatchObject({ failure: { code: 'ERR_REPLY' } });
  expect(none).not.toHaveProperty('bytes');
});

it('a line of the header has the digits of the same value in a register', async () => {
  const document = documentOf('big', 'ONE');
  const image = compileLayout(document).encode({ serial: 'SIM0042', guid: 0x0210_18ff_fe5a_1700n });
  const identity = [{ name: 'serial', value: 'SIM0042' }, { name: 'port guid', value: '021018fffe5a1700' }, { name: 'firmware', value: '22.1.2' }];
  const redacted = await redactDump(await dumpOf([document], [entryOf(document, image)], identity), digest);
  const { serial, guid } = await decodedOf(redacted);
  const [first, second, third] = redacted.header.device.identity;
  expect(first?.value.startsWith(`redacted:${String(serial)}`)).toBe(true);
  expect(second?.value).toBe(`redacted:${(guid as bigint).toString(16).padStart(16, '0')}`);
  expect(third).toEqual(identity[2]);
});

it('a line of the header is redacted however short it is, and text that stands behind the end of another too', async () => {
  const document = documentOf('big', 'ONE');
  const image = compileLayout(document).encode({ serial: 'SIM0042' });
  bytesOf(image, document, 'serial').set(Buffer.from('SECOND'), 10);
  const redacted = await redactDump(await dumpOf([document], [entryOf(document, image)], [{ name: 'board serial', value: 'S-0' }]), digest);
  expect(redacted.header.device.identity).toEqual([{ name: 'board serial', value: expect.stringMatching(/^redacted:[0-9a-f]{16}$/) as string }]);
  expect(JSON.stringify(redacted.entries)).not.toContain(hex(Buffer.from('SECOND')));
});

it('depends on the key', async () => {
  const document = documentOf('big', 'ONE');
  const image = compileLayout(document).encode({ serial: 'SIM0042' });
  const dump = await dumpOf([document], [entryOf(document, image)]);
  const [one, again, other] = await Promise.all([digest, keyedDigest(Uint8Array.of(1, 2, 3)), keyedDigest(Uint8Array.of(4))].map(async (by) => redactDump(dump, by)));
  expect(one?.entries).toEqual(again?.entries);
  expect(one?.entries).not.toEqual(other?.entries);
});
