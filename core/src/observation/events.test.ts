import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventFormat } from './event-format.js';
import { readSubBuffer, type SubBuffer } from './sub-buffer.js';
import { events, HEAD, LOST_PAGE, PAGE, REQUEST, RETURN, SEEN, requestEvent, subBuffer, type Requested } from './tracing.fixture.js';

const text = (of: string): Uint8Array => Buffer.from(`${of}\0`);
const requested = (more: Partial<Requested> = {}): Requested => ({
  thread: 81, node: text('fwctl0'), scope: 1, length: 80, room: 4096, address: 0x7f91bbac7000n, words: Uint8Array.from({ length: 64 }, (_, index) => index + 1), name: text('foreign'), ...more,
});
const read = (bytes: Uint8Array) => events.read({ timeNs: 5n, bytes });
const bytesOf = (most: number) => fc.uint8Array({ minLength: 1, maxLength: most });

describe('what a kernel gave', () => {
  it('is read: three requests, one of them not readable, one of a program with a name of its own', () => {
    const { events: raw, lost, isWhole } = readSubBuffer(PAGE, HEAD);
    expect([raw.length, lost, isWhole]).toEqual([9, 0, true]);
    const all = raw.map((event) => events.read(event));
    const byThread = [93, 95, 97].map((thread) => all.filter((event) => event?.thread === thread));
    const sorted = byThread.map((of) => ['call', 'seen', 'return'].map((type) => of.find((event) => event?.type === type)));
    expect(sorted).toMatchObject([
      [{ name: 'foreign3', node: 'fwctl0', scope: 0, requestBytes: 80, replyRoomBytes: 4096 }, { isReadable: true }, { result: 0 }],
      [{ name: 'foreign3', requestBytes: 80 }, { isReadable: false }, { result: 0 }],
      [{ name: 'a\nb] (x', scope: 1, requestBytes: 16 }, { isReadable: true }, { result: 0 }],
    ]);
    expect([0, 2].map((index) => (sorted[index]?.[0]?.type === 'call' ? Buffer.from(sorted[index][0].head).toString('hex') : ''))).toEqual([`0805000000000000000060010000000068656c6c6f${'0'.repeat(86)}`, '01010000000000000000000000000000']);
    expect(raw.map(({ timeNs }) => timeNs).every((timeNs, index, times) => index === 0 || timeNs > (times[index - 1] ?? timeNs))).toBe(true);
  });

  it('says how much was overwritten before', () => {
    const { events: raw, lost, isWhole } = readSubBuffer(LOST_PAGE, HEAD);
    expect([lost, isWhole]).toEqual([252, true]);
    expect(raw.length).toBeGreaterThan(50);
    expect(raw.map((event) => events.read(event)?.thread).filter((thread) => thread === undefined)).toEqual([]);
  });

  it('is described by the kernel: fields that are not where they were are found', () => {
    expect([REQUEST.id, SEEN.id, RETURN.id, REQUEST.fields.get('word7'), HEAD.fields.get('data')]).toEqual([1573, 1574, 1575, { offsetBytes: 96, sizeBytes: 8 }, { offsetBytes: 16, sizeBytes: 4080 }]);
    expect(parseEventFormat('ID: 7\n\tfield:int (*f[3])(void) x[4];\toffset:8;\tsize:16;\tsigned:0;\n').fields.get('x')).toEqual({ offsetBytes: 8, sizeBytes: 16 });
    expect(() => readSubBuffer(PAGE, parseEventFormat(''))).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });
});

describe('a piece of the buffer', () => {
  const parts = fc.array(fc.record({ bytes: bytesOf(300), afterNs: fc.bigInt(0n, 2n ** 40n) }), { maxLength: 20 });

  it('gives back every event with its time, whatever they are', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 58n), parts, fc.option(fc.nat(1000), { nil: undefined }), (timeNs, all, lost) => {
      const found = readSubBuffer(subBuffer(timeNs, all, lost), HEAD);
      expect([found.isWhole, found.lost]).toEqual([true, lost ?? 0]);
      let now = timeNs;
      const expected = all.map(({ bytes, afterNs }) => [now += afterNs, Buffer.from(bytes).toString('hex')]);
      expect(found.events.map(({ timeNs: at, bytes }, index) => [at, Buffer.from(bytes.subarray(0, all[index]?.bytes.length)).toString('hex')])).toEqual(expected);
    }));
  });

  it('that is not counted has lost an unknown number', () => {
    expect(readSubBuffer(subBuffer(0n, [], -1), HEAD).lost).toBe(-1);
  });

  it('that was cut or changed is read as far as it goes, and never beyond it', () => {
    fc.assert(fc.property(fc.nat(PAGE.length), fc.nat(PAGE.length - 1), fc.nat(255), (length, at, value) => {
      const changed = PAGE.slice();
      changed[at] = value;
      const found: SubBuffer = readSubBuffer(changed.subarray(0, length), HEAD);
      expect(found.events.length).toBeLessThanOrEqual(PAGE.length / 4);
      for (const event of found.events) {
        expect(event.bytes.byteOffset + event.bytes.length).toBeLessThanOrEqual(changed.byteOffset + length);
        events.read(event);
      }
      if (length < PAGE.length && (at < 8 || at > 15)) expect(found.isWhole).toBe(false);
    }), { numRuns: 2000 });
  });
});

describe('an event', () => {
  it('is not led astray by what a program calls itself', () => {
    fc.assert(fc.property(fc.oneof(fc.constantFrom('scope=3 length=9', '"] (x) node="fwctl9"', '\n1-2 [000] x: y:', '\\x00', '\u0000hidden', ')(', ' '), fc.string({ maxLength: 15 })), (name) => {
      expect(read(requestEvent(requested({ name: text(name) })))).toMatchObject({ type: 'call', thread: 81, node: 'fwctl0', scope: 1, requestBytes: 80, name: name.split('\0')[0] });
    }));
  });

  it('of any bytes is a call, a return or nothing', () => {
    fc.assert(fc.property(bytesOf(400), fc.constantFrom(1573, 1574, 1575, 7), (bytes, id) => {
      const event = Buffer.from(bytes);
      if (event.length >= 2) event.writeUInt16LE(id);
      const found = read(new Uint8Array(event));
      if (event.length < 20 || id === 7) expect(found).toBeUndefined();
      if (found?.type === 'call') expect(found.head.length).toBeLessThanOrEqual(Math.min(64, found.requestBytes));
    }), { numRuns: 2000 });
  });

  it('holds no byte of a request that may not have been readable', () => {
    fc.assert(fc.property(fc.nat(4095), fc.nat(100), (offset, length) => {
      const found = read(requestEvent(requested({ address: 0x7000n * 4096n + BigInt(offset), length })));
      const whole = 4096 - offset >= 64 ? 64 : (4096 - offset) - (4096 - offset) % 8;
      expect(found?.type === 'call' ? found.head : undefined).toEqual(Uint8Array.from({ length: Math.min(length, whole) }, (_, index) => index + 1));
    }));
  });

  it('of a return has the errno', () => {
    const bytes = Buffer.alloc(28);
    bytes.writeUInt16LE(1575);
    bytes.writeInt32LE(7, 4);
    bytes.writeInt32LE(-1, 24);
    expect(read(new Uint8Array(bytes))).toEqual({ type: 'return', thread: 7, timeNs: 5n, result: -1 });
  });
});
