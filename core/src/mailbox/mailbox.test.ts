import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AuxctlError } from '../errors/base.js';
import type { ByteOrder } from '../native.js';
import type { Transport } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';
import { layoutOf, MailboxDevice, PLAIN, TestClock, VALUES, type Place } from './device.fixture.js';
import { openMailbox } from './open.js';

const open = async (device: MailboxDevice, place: Place = PLAIN, clock = new TestClock()): Promise<Transport> => (
  openMailbox({ source: device, layout: layoutOf(place), values: VALUES, device: 'box-0', kind: 'vfio', clock, timeoutMs: 1000 })
);

const send = async (transport: Transport, request: Uint8Array, wait: WaitOptions = {}, replyLengthBytes = 64): Promise<Uint8Array> => (
  transport.rpc({ request, replyLengthBytes, scope: 'configuration' }, wait)
);

const outcome = async (call: Promise<unknown>): Promise<string> => call.then(() => 'done', (error: unknown) => (error instanceof AuxctlError ? error.code : `not ours: ${String(error)}`));

/** Registers in words of their own, in any order and byte order; the doorbell may share its word with the owner or the length, the windows may be one. */
const places: fc.Arbitrary<Place> = fc.record({
  order: fc.constantFrom<ByteOrder>('little', 'big'),
  slots: fc.shuffledSubarray([0, 4, 8, 12, 16, 20, 24, 28], { minLength: 5, maxLength: 5 }),
  shared: fc.constantFrom('nothing', 'length'),
  isOneWindow: fc.boolean(),
  windowBytes: fc.integer({ min: 1, max: 24 }).map((words) => words * 4),
}).map(({ order, slots: [doorbell = 0, owner = 0, status = 0, length = 0, replyLength = 0], shared, isOneWindow, windowBytes }) => ({
  order, doorbell, owner, status, requestLength: shared === 'length' ? doorbell : length, replyLength, request: 32, reply: isOneWindow ? 32 : 32 + windowBytes, windowBytes,
}));

describe('a mailbox', () => {
  test('carries every request and reply, wherever its layout has its parts', async () => {
    let commands = 0;
    await fc.assert(fc.asyncProperty(places, fc.array(fc.uint8Array({ maxLength: 96 }), { minLength: 1, maxLength: 3 }), fc.nat(96), async (place, requests, lengthBytes) => {
      const device = new MailboxDevice(place);
      const names = place.reply === place.request ? { reply: 'request' } : {};
      await using transport = await openMailbox({ source: device, layout: layoutOf(place), names, values: VALUES, device: 'box-0', kind: 'vfio', clock: new TestClock() });
      device.answer = (request) => ({ reply: request.toReversed() });
      const room = Math.min(lengthBytes, transport.limits.maxReplyBytes);
      for (const request of requests.map((each) => each.subarray(0, transport.limits.maxRequestBytes))) {
        expect(await send(transport, request, {}, room)).toEqual(request.toReversed().subarray(0, room));
        expect(device.received.at(-1)).toEqual(request);
        commands += 1;
      }
    }), { numRuns: 300 });
    expect(commands).toBeGreaterThan(300);
  });

  test('is read in whole words inside its window, whatever a device says', async () => {
    const codes = new Map<string, number>();
    const word = fc.record({ owner: fc.constantFrom(3, 3, 3, 3, 5, 5, 0, 0xffff_ffff), other: fc.oneof(fc.constantFrom(0, 0x11, 0x11, 0x12, 64, 65, 0xffff_ffff), fc.nat(0xffff_ffff)) });
    await fc.assert(fc.asyncProperty(fc.infiniteStream(word), async (words) => {
      const device = new MailboxDevice();
      const transport = await open(device);
      const honest = device.read32.bind(device);
      device.read32 = (offsetBytes, order) => {
        honest(offsetBytes, order);
        const [word] = words.take(1);
        return (offsetBytes === PLAIN.owner ? word?.owner : word?.other) ?? 0;
      };
      const code = await outcome(send(transport, Uint8Array.of(1, 2, 3)));
      codes.set(code, (codes.get(code) ?? 0) + 1);
      await transport.close();
      expect(device.closed).toBe(1);
    }), { numRuns: 1000 });
    const known = ['done', 'ERR_DEVICE_GONE', 'ERR_FIRMWARE_STATUS', 'ERR_REPLY'];
    expect([...codes.keys()].toSorted()).toEqual(known.toSorted());
  });

  test('that answers all ones from any access on is gone, and stays so', async () => {
    const whole = new MailboxDevice();
    await send(await open(whole), new Uint8Array(20));
    const codes: string[] = [];
    for (let goneFrom = 1; goneFrom < whole.accesses; goneFrom += 1) {
      const device = new MailboxDevice();
      device.goneFrom = goneFrom;
      const transport = await open(device);
      codes.push(await outcome(send(transport, new Uint8Array(20))));
      device.goneFrom = Number.POSITIVE_INFINITY;
      expect(await outcome(transport.info())).toBe('ERR_DEVICE_GONE');
    }
    expect(codes.length).toBeGreaterThan(15);
    expect(new Set(codes)).toEqual(new Set(['ERR_DEVICE_GONE']));
  });

  test('that is gone from the start is not opened, and what it was opened from is closed', async () => {
    const device = new MailboxDevice();
    device.goneFrom = 0;
    expect(await outcome(open(device))).toBe('ERR_DEVICE_GONE');
    expect(device.closed).toBe(1);
  });

  test('that claims a reply too long is not believed', async () => {
    for (const claimedBytes of [65, 68, 4096, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff]) {
      const device = new MailboxDevice();
      device.answer = () => ({ reply: Uint8Array.of(7), claimedBytes });
      const transport = await open(device);
      expect(await outcome(send(transport, new Uint8Array(4)))).toBe('ERR_REPLY');
      device.answer = (request) => ({ reply: request });
      expect(await send(transport, Uint8Array.of(9))).toEqual(Uint8Array.of(9));
    }
  });

  test('whose word on a message is no success says which', async () => {
    const device = new MailboxDevice();
    device.answer = () => ({ reply: new Uint8Array(), status: 0x12 });
    await expect(send(await open(device), new Uint8Array(4))).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', status: 0x12n, statusName: 'GARBLED' });
    device.answer = () => ({ reply: new Uint8Array(), status: 0x99 });
    await expect(send(await open(device), new Uint8Array(4))).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', status: 0x99n, statusName: undefined });
  });

  test('gives a reply that is longer than the room for it only as far as the room goes', async () => {
    const device = new MailboxDevice();
    device.answer = () => ({ reply: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) });
    expect(await send(await open(device), new Uint8Array(4), {}, 5)).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  });
});

describe('waiting for a mailbox', () => {
  test('that is never given back times out, is stuck, and works again once it is given back', async () => {
    const device = new MailboxDevice();
    const transport = await open(device);
    device.answer = () => undefined;
    expect(await outcome(send(transport, Uint8Array.of(1), { timeoutMs: 40 }))).toBe('ERR_TRANSPORT_TIMEOUT');
    for (let tries = 0; tries < 3; tries += 1) expect(await outcome(send(transport, Uint8Array.of(2)))).toBe('ERR_TRANSPORT_STUCK');
    expect(device.received.length).toBe(1);
    device.answer = (request) => ({ reply: request });
    expect(await outcome(send(transport, Uint8Array.of(2)))).toBe('done');
    expect(await send(transport, Uint8Array.of(3))).toEqual(Uint8Array.of(3));
    expect(device.received.map((request) => request[0])).toEqual([1, 2, 3]);
  });

  test('has a limit of its own where the caller sets none', async () => {
    const clock = new TestClock();
    const device = new MailboxDevice();
    device.answer = () => undefined;
    expect(await outcome(send(await open(device, PLAIN, clock), Uint8Array.of(1)))).toBe('ERR_TRANSPORT_TIMEOUT');
    expect(clock.nowMs()).toBe(1000);
    expect(device.accesses).toBeLessThan(120);
  });

  test('that somebody else uses waits, sends nothing meanwhile, and then goes on', async () => {
    const device = new MailboxDevice();
    device.occupy();
    const transport = await open(device);
    expect(await outcome(send(transport, Uint8Array.of(1), { timeoutMs: 100 }))).toBe('ERR_TRANSPORT_TIMEOUT');
    expect(device.received).toEqual([]);
    const waiting = send(transport, Uint8Array.of(2));
    setImmediate(() => { device.free(); });
    expect(await waiting).toEqual(Uint8Array.of(2));
  });

  test('ends when the caller gives up, and what had not been sent is not sent', async () => {
    const device = new MailboxDevice();
    device.looksUntilDone = 25;
    const transport = await open(device);
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [send(transport, Uint8Array.of(1), { signal: first.signal }), send(transport, Uint8Array.of(2), { signal: second.signal }), send(transport, Uint8Array.of(3))];
    const outcomes = calls.map(outcome);
    second.abort('enough');
    expect(await outcomes[1]).toBe('ERR_ABORTED');
    expect(await outcomes[0]).toBe('done');
    expect(await outcomes[2]).toBe('done');
    expect(device.received.map((request) => request[0])).toEqual([1, 3]);
    const given = outcome(send(transport, Uint8Array.of(4), { signal: first.signal }));
    setImmediate(() => { first.abort(); });
    expect(await given).toBe('ERR_ABORTED');
    expect(await outcome(send(transport, Uint8Array.of(5)))).toBe('ERR_TRANSPORT_STUCK');
  });

  test('in the queue counts', async () => {
    const device = new MailboxDevice();
    device.answer = () => undefined;
    const transport = await open(device);
    const calls = [send(transport, Uint8Array.of(1), { timeoutMs: 500 }), send(transport, Uint8Array.of(2), { timeoutMs: 100 })].map(outcome);
    expect(await Promise.race(calls)).toBe('ERR_TRANSPORT_TIMEOUT');
    expect(await calls[1]).toBe('ERR_TRANSPORT_TIMEOUT');
    expect(device.received.length).toBe(1);
  });

  test('one command at a time, in order, each as it was when it was asked for', async () => {
    const device = new MailboxDevice();
    const transport = await open(device);
    const request = Uint8Array.of(0);
    const calls = Array.from({ length: 20 }, (_, index) => {
      request[0] = index;
      return send(transport, request);
    });
    expect((await Promise.all(calls)).map((reply) => reply[0])).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(device.received.map((each) => each[0])).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('leaves the event loop its turns', async () => {
    const device = new MailboxDevice(PLAIN);
    device.looksUntilDone = 12;
    const transport = await open(device);
    let turns = 0;
    const count = (): void => { turns += 1; if (turns < 1000) setImmediate(count); };
    setImmediate(count);
    await send(transport, new Uint8Array(64));
    expect(turns).toBeGreaterThanOrEqual(10);
    turns = 1000;
  });
});

describe('a batch', () => {
  test('has one outcome a request, refused or not', async () => {
    const device = new MailboxDevice();
    device.answer = (request) => (request[0] === 1 ? { reply: request, status: 0x12 } : { reply: request, ...(request[0] === 2 ? { claimedBytes: 1000 } : {}) });
    const requests = [0, 1, 2, 3].map((first) => ({ request: Uint8Array.of(first), replyLengthBytes: 8, scope: 'configuration' as const }));
    const outcomes = await (await open(device)).rpcBatch(requests);
    expect(outcomes.map((each) => (each.ok ? each.reply[0] : each.error.code))).toEqual([0, 'ERR_FIRMWARE_STATUS', 'ERR_REPLY', 3]);
  });

  test('whose device goes has an outcome for each, and one whose time is over ends as a whole', async () => {
    const device = new MailboxDevice();
    const requests = Array.from({ length: 5 }, (_, index) => ({ request: Uint8Array.of(index), replyLengthBytes: 8, scope: 'configuration' as const }));
    device.goneFrom = 30;
    const outcomes = await (await open(device)).rpcBatch(requests);
    expect(outcomes.length).toBe(5);
    expect(outcomes.map((each) => (each.ok ? 'ok' : each.error.code)).toSorted().at(0)).toBe('ERR_DEVICE_GONE');
    expect(outcomes[0]?.ok).toBe(true);
    const slow = new MailboxDevice();
    slow.answer = () => undefined;
    expect(await outcome((await open(slow)).rpcBatch(requests))).toBe('ERR_TRANSPORT_TIMEOUT');
  });

  test('with one request that does not fit sends nothing', async () => {
    const device = new MailboxDevice();
    const requests = [4, 65].map((length) => ({ request: new Uint8Array(length), replyLengthBytes: 8, scope: 'configuration' as const }));
    const transport = await open(device);
    expect(await outcome(transport.rpcBatch(requests))).toBe('ERR_USAGE');
    expect(await outcome(send(transport, new Uint8Array(), {}, 65))).toBe('ERR_USAGE');
    expect(device.received).toEqual([]);
  });
});

describe('the end of a mailbox', () => {
  test('closing ends what is under way and what waits, then lets go of the memory, once', async () => {
    const device = new MailboxDevice();
    device.answer = () => undefined;
    const transport = await open(device);
    const calls = [send(transport, Uint8Array.of(1)), send(transport, Uint8Array.of(2))].map(outcome);
    await Promise.all([transport.close(), transport.close()]);
    expect(await Promise.all(calls)).toEqual(['ERR_CLOSED', 'ERR_CLOSED']);
    expect(device.closed).toBe(1);
    expect(await outcome(transport.info())).toBe('ERR_CLOSED');
    expect(await outcome(send(transport, Uint8Array.of(3)))).toBe('ERR_CLOSED');
  });

  test('when the system wants the device back, calls end, and the memory is let go without being asked', async () => {
    const device = new MailboxDevice();
    device.answer = () => undefined;
    const transport = await open(device);
    const call = outcome(send(transport, Uint8Array.of(1)));
    device.takeBack();
    expect(await call).toBe('ERR_DEVICE_GONE');
    expect(await outcome(transport.info())).toBe('ERR_DEVICE_GONE');
    expect(device.closed).toBe(1);
    await transport.close();
    expect(device.closed).toBe(1);
  });
});

describe('a layout', () => {
  test('that lacks a part, or has one that cannot be what it should, is refused', async () => {
    const faults: readonly [Parameters<typeof openMailbox>[0]['names'], Parameters<typeof openMailbox>[0]['values']?][] = [
      [{ request: 'missing' }], [{ reply: 'status' }], [{ owner: 'missing' }], [{ owner: 'reply_length' }], [{ doorbell: 'request' }], [{ status: 'missing' }], [{}, { host: 'NOBODY' }],
    ];
    for (const [names = {}, values = VALUES] of faults) {
      const device = new MailboxDevice();
      expect(await outcome(openMailbox({ source: device, layout: layoutOf(PLAIN), names, values, device: 'box-0', kind: 'vfio' })), JSON.stringify([names, values])).toBe('ERR_LAYOUT');
      expect(device.closed).toBe(1);
    }
  });

  test('that is larger than the memory is refused', async () => {
    expect(await outcome(open(new MailboxDevice(PLAIN, 128)))).toBe('ERR_NO_TRANSPORT');
  });
});
