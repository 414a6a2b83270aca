import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VfioUserEvent } from './events.js';
import { ERRNO } from './protocol/header.js';
import { parseRequest, type ClientRequest } from './protocol/requests.js';
import { ServedFunction } from './served-function.js';
import { bytesOf, FakeDescriptor, FakeEventfd, FakeNative, MappingFault, MemoryDevice, versionPayload } from './test-support.js';

const protocolError: unknown = expect.objectContaining({ code: 'ERR_PROTOCOL' });
const VERSION = parseRequest(1, versionPayload('{}\0'));

function served() {
  const device = new MemoryDevice();
  const events: VfioUserEvent[] = [];
  const target = new ServedFunction(device, new FakeNative(), (event) => events.push(event));
  const ask = (request: ClientRequest, descriptors: FakeDescriptor[] = []) => target.answer(request, descriptors);
  return { device, events, target, ask };
}

function negotiated() {
  const parts = served();
  parts.ask(VERSION);
  return parts;
}

const read = (region: number, offset: number, count: number): ClientRequest => parseRequest(9, bytesOf([8, offset], [4, region], [4, count]));
const write = (region: number, offset: number, ...data: number[]): ClientRequest => parseRequest(10, bytesOf([8, offset], [4, region], [4, data.length], Uint8Array.from(data)));
const setIrqs = (flags: number, start: number, count: number, index = 2): ClientRequest => parseRequest(8, bytesOf([4, 20], [4, flags], [4, index], [4, start], [4, count]));
const EVENTFD = 0x24;
const DISABLE = 0x21;

describe('ServedFunction', () => {
  it('demands VERSION first, once, from every client', () => {
    const { ask, target } = served();
    expect(() => ask(parseRequest(13, new Uint8Array(0)))).toThrow(protocolError);
    ask(VERSION);
    expect(() => ask(VERSION)).toThrow(protocolError);
    target.forgetClient();
    expect(() => ask(read(7, 0, 4))).toThrow(protocolError);
    expect(ask(VERSION)).toBeInstanceOf(Uint8Array);
  });

  it('describes the device, its regions and its interrupts', () => {
    const { ask } = negotiated();
    const regionInfo = (index: number) => ask(parseRequest(5, bytesOf([4, 32], [4, 0], [4, index], [4, 0], [8, 0], [8, 0])));
    const irqInfo = (index: number) => ask(parseRequest(7, bytesOf([4, 16], [4, 0], [4, index], [4, 0])));
    expect(ask(parseRequest(4, bytesOf([4, 16], [4, 0], [4, 0], [4, 0])))).toEqual(bytesOf([4, 16], [4, 3], [4, 9], [4, 5]));
    expect(regionInfo(0)).toEqual(bytesOf([4, 32], [4, 3], [4, 0], [4, 0], [8, 0x4000], [8, 0]));
    expect(regionInfo(1)).toEqual(bytesOf([4, 32], [4, 0], [4, 1], [4, 0], [8, 0], [8, 0]));
    expect(regionInfo(7)).toEqual(bytesOf([4, 32], [4, 3], [4, 7], [4, 0], [8, 4096], [8, 0]));
    expect(regionInfo(9)).toBe(ERRNO.EINVAL);
    expect(irqInfo(2)).toEqual(bytesOf([4, 16], [4, 1], [4, 2], [4, 4]));
    expect(irqInfo(0)).toEqual(bytesOf([4, 16], [4, 1], [4, 0], [4, 0]));
    expect(irqInfo(3)).toEqual(bytesOf([4, 16], [4, 1], [4, 3], [4, 1]));
    expect(irqInfo(5)).toBe(ERRNO.EINVAL);
  });

  it('refuses a query that leaves no room for the answer', () => {
    const { ask } = negotiated();
    expect(ask(parseRequest(4, bytesOf([4, 15], [4, 0], [4, 0], [4, 0])))).toBe(ERRNO.EINVAL);
  });

  it('reads and writes BARs and configuration space, and echoes the request', () => {
    const { ask, device } = negotiated();
    expect(ask(write(0, 0x10, 1, 2, 3, 4))).toEqual(bytesOf([8, 0x10], [4, 0], [4, 4]));
    expect([...device.memory.subarray(0x10, 0x14)]).toEqual([1, 2, 3, 4]);
    expect(ask(read(0, 0x11, 2))).toEqual(bytesOf([8, 0x11], [4, 0], [4, 2], [1, 2], [1, 3]));
    expect(ask(read(7, 0, 4))).toEqual(bytesOf([8, 0], [4, 7], [4, 4], [2, 0x1234], [2, 0x5678]));
    expect(ask(read(7, 0, 4096))).toHaveLength(16 + 4096);
  });

  it.each([
    ['a BAR that is not there', read(1, 0, 4)],
    ['the option ROM', read(6, 0, 4)],
    ['a region that does not exist', read(9, 0, 4)],
    ['past the end of a BAR', read(0, 0x3ffd, 4)],
    ['far past the end of a BAR', read(0, Number.MAX_SAFE_INTEGER, 4)],
    ['more than one message carries', read(0, 0, 0xffff_ffff)],
    ['past the end of configuration space', read(7, 4096, 1)],
  ])('refuses to read %s', (_, request) => {
    const { ask, device } = negotiated();
    expect(ask(request)).toBe(ERRNO.EINVAL);
    expect(device.accesses).toEqual([]);
  });

  it('does not know every command', () => {
    expect(negotiated().ask({ type: 'unknown', command: 16 })).toBe(ERRNO.EOPNOTSUPP);
  });

  it('resets the device', () => {
    const { ask, device } = negotiated();
    expect(ask(parseRequest(13, new Uint8Array(0)))).toEqual(new Uint8Array(0));
    expect(device.resets).toBe(1);
  });
});

describe('interrupts of a ServedFunction', () => {
  function enabled() {
    const parts = negotiated();
    parts.ask(write(7, 0x04, 0x04, 0x00));
    parts.ask(write(7, 0x8a, 0x00, 0x80));
    const { host } = parts.device;
    if (host === undefined) throw new TypeError('the device was not attached');
    return { ...parts, host };
  }

  it('signals the counter of a vector, and closes the one it replaces', () => {
    const { ask, host } = enabled();
    const [first, second] = [new FakeEventfd(), new FakeEventfd()];
    ask(setIrqs(EVENTFD, 0, 1), [first]);
    ask(setIrqs(EVENTFD, 0, 1), [second]);
    host.raise(0);
    expect([first.closed, first.signals, second.closed, second.signals]).toEqual([true, 0n, false, 1n]);
  });

  it('keeps an interrupt that comes while all vectors are off, and sends it to the new counter', () => {
    const { ask, host } = enabled();
    const [old, fresh] = [new FakeEventfd(), new FakeEventfd()];
    ask(setIrqs(EVENTFD, 0, 1), [old]);
    ask(setIrqs(DISABLE, 0, 0));
    host.raise(0);
    expect([old.closed, old.signals]).toEqual([true, 0n]);
    ask(setIrqs(EVENTFD, 0, 2), [fresh, new FakeEventfd()]);
    expect(fresh.signals).toBe(1n);
  });

  it('disconnects a range when counters are announced but none comes', () => {
    const { ask, host } = enabled();
    const eventfds = [new FakeEventfd(), new FakeEventfd(), new FakeEventfd()];
    ask(setIrqs(EVENTFD, 0, 3), eventfds);
    ask(setIrqs(EVENTFD, 1, 2));
    host.raise(1);
    host.raise(0);
    expect(eventfds.map(({ closed, signals }) => [closed, signals])).toEqual([[false, 1n], [true, 0n], [true, 0n]]);
  });

  it('keeps the line for errors apart from the vectors', () => {
    const { ask, host } = enabled();
    const [vector, error] = [new FakeEventfd(), new FakeEventfd()];
    ask(setIrqs(EVENTFD, 0, 1), [vector]);
    expect(ask(setIrqs(EVENTFD, 0, 1, 3), [error])).toEqual(new Uint8Array(0));
    ask(setIrqs(DISABLE, 0, 0, 3));
    host.raise(0);
    expect([vector.signals, vector.closed, error.signals, error.closed]).toEqual([1n, false, 0n, true]);
    expect(ask(setIrqs(DISABLE, 0, 0, 0))).toEqual(new Uint8Array(0));
    expect(vector.closed).toBe(false);
  });

  it('lets the client trigger vectors itself', () => {
    const { ask } = enabled();
    const eventfds = [new FakeEventfd(), new FakeEventfd()];
    ask(setIrqs(EVENTFD, 0, 2), eventfds);
    ask(setIrqs(DISABLE, 1, 1));
    ask(parseRequest(8, bytesOf([4, 22], [4, 0x22], [4, 2], [4, 0], [4, 2], [1, 0], [1, 1])));
    expect(eventfds.map(({ signals }) => signals)).toEqual([0n, 2n]);
  });

  it.each([
    ['vectors past the last', setIrqs(EVENTFD, 3, 2), 2, ERRNO.EINVAL],
    ['fewer counters than vectors', setIrqs(EVENTFD, 0, 2), 1, ERRNO.EINVAL],
    ['an interrupt type that does not exist', setIrqs(DISABLE, 0, 0, 5), 0, ERRNO.EINVAL],
    ['a vector of a type without vectors', setIrqs(EVENTFD, 0, 1, 0), 1, ERRNO.EINVAL],
    ['masking', setIrqs(0x09, 0, 1), 0, ERRNO.EINVAL],
  ])('refuses %s', (_, request, descriptors, errno) => {
    const { ask } = enabled();
    expect(ask(request, Array.from({ length: descriptors }, () => new FakeEventfd()))).toBe(errno);
  });

  it('sends a client away that passes descriptors where none belong', () => {
    const { ask } = enabled();
    const two = [new FakeDescriptor(), new FakeDescriptor()];
    expect(() => ask(read(7, 0, 4), [new FakeDescriptor()])).toThrow(protocolError);
    expect(() => ask(setIrqs(DISABLE, 0, 0), [new FakeEventfd()])).toThrow(protocolError);
    expect(() => ask(setIrqs(EVENTFD, 0, 1), [new FakeEventfd(), new FakeEventfd()])).toThrow(protocolError);
    expect(() => ask(parseRequest(2, bytesOf([4, 32], [4, 3], [8, 0], [8, 0], [8, 4096])), two)).toThrow(protocolError);
  });
});

describe('memory of a ServedFunction', () => {
  const map = (address: number, flags = 3): ClientRequest => parseRequest(2, bytesOf([4, 32], [4, flags], [8, 0], [8, address], [8, 0x1000]));

  it('is reachable by the device until it is unmapped or the client goes', () => {
    const { ask, device, target } = negotiated();
    const file = new FakeDescriptor(new Uint8Array(0x1000));
    ask(write(7, 0x04, 0x04, 0x00));
    expect(ask(map(0x1000), [file])).toEqual(new Uint8Array(0));
    device.host?.memory.write(0x1004n, Uint8Array.of(5));
    expect(file.memory[4]).toBe(5);
    expect(ask(parseRequest(3, bytesOf([4, 24], [4, 0], [8, 0x1000], [8, 0x1000])))).toEqual(bytesOf([4, 24], [4, 0], [8, 0x1000], [8, 0x1000]));
    expect(() => device.host?.memory.read(0x1004n, 1)).toThrow(expect.objectContaining({ code: 'ERR_DMA_RANGE' }));
    ask(map(0x1000), [file]);
    target.forgetClient();
    expect(() => device.host?.memory.read(0x1004n, 1)).toThrow(expect.objectContaining({ code: 'ERR_DMA_RANGE' }));
  });

  it('that the client keeps to itself is reported once, and ROM is not', () => {
    const { ask, events } = negotiated();
    ask(map(0x1000, 1));
    expect(events).toEqual([]);
    ask(map(0x2000));
    ask(map(0x3000));
    expect(events).toEqual([{ type: 'memory-not-shared', address: 0x2000n, lengthBytes: 0x1000n }]);
  });

  it('is refused with an errno when it overlaps', () => {
    const { ask } = negotiated();
    ask(map(0x1000));
    expect(ask(map(0x1000))).toBe(ERRNO.EEXIST);
    expect(ask(parseRequest(3, bytesOf([4, 24], [4, 0], [8, 0x1800], [8, 0x1000])))).toBe(ERRNO.EINVAL);
  });
});

describe('a ServedFunction under random requests', () => {
  const word = fc.oneof(fc.nat(0x40), fc.constantFrom(0x1000, 0x2000, 0x3fff, 0x7fffffff, 0xffffffff));
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.array(word, { minLength: 4, maxLength: 8 }).map((words) => bytesOf(...words.map((each) => [4, each] as const))),
  );
  const step = fc.record({ command: fc.integer({ min: 2, max: 14 }), payload, descriptors: fc.nat(2) });

  it('answers, or sends the client away, and nothing else', () => {
    let answered = 0;
    fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { ask } = negotiated();
      for (const { command, payload: bytes, descriptors } of steps) {
        try {
          ask(parseRequest(command, bytes), Array.from({ length: descriptors }, () => new FakeEventfd(new Uint8Array(0x4000))));
          answered += 1;
        } catch (error) {
          if (error instanceof MappingFault) continue;
          expect(error).toEqual(protocolError);
        }
      }
    }), { numRuns: 3000 });
    expect(answered).toBeGreaterThan(1000);
  });
});
