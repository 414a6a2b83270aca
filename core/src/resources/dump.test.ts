import { describe, expect, it } from 'vitest';
import { AuxctlError } from '../errors/base.js';
import type { ResourceRequest } from '../plugin/resources.js';
import { access, ask, make, TestDevice, type Spoil } from './device.fixture.js';
import { dumpResources, type ResourceDumpEvent, type ResourceDumpLimits } from './dump.js';

async function collect(device: TestDevice, requests: readonly ResourceRequest[], limits: ResourceDumpLimits = {}): Promise<ResourceDumpEvent[]> {
  const events: ResourceDumpEvent[] = [];
  for await (const event of dumpResources(await device.source(), requests, limits)) events.push(event);
  return events;
}

/** Each event in a few characters: depth, kind and index of its request, and what it is. */
function short(events: readonly ResourceDumpEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'limit') return `limit ${event.reason}`;
    const from = `${event.depth}:${event.request.kind}.${event.request.selectors[0]?.index ?? 0}`;
    if (event.type === 'failure') return `${from} ${event.error.code}`;
    const { role, decoded } = event.segment;
    return `${from} ${role}${role === 'content' ? ` ${Number(decoded?.fields['value'])}` : ''}`;
  });
}

const chain = [
  [ask(1), [make.data(1), make.link(2), make.link(3), make.end()]],
  [ask(2), [make.data(2), make.link(3), make.link(1), make.end()]],
  [ask(3), [make.data(3), make.link(1), make.link(9), make.end()]],
] as const;

describe('a dump', () => {
  it('comes in the order of its requests, whatever their lengths', async () => {
    const long = Array.from({ length: 40 }, (_, value) => make.data(value));
    const device = new TestDevice([[ask(1), [...long, make.end()]], [ask(2), [make.data(2), make.end()]], [ask(3), [make.data(3), make.end()]]]);
    const events = await collect(device, [ask(1), ask(2), ask(3)], { inFlight: 2 });
    expect(short(events)).toEqual([...long.map((_, value) => `0:1.0 content ${value}`), '0:1.0 end', '0:2.0 content 2', '0:2.0 end', '0:3.0 content 3', '0:3.0 end']);
  });

  it('asks for several in one hop', async () => {
    const device = new TestDevice(Array.from({ length: 20 }, (_, index) => [ask(1, index), [make.data(index), make.data(0), make.end()]] as const));
    await collect(device, Array.from({ length: 20 }, (_, index) => ask(1, index)), { inFlight: 8 });
    expect(device.rounds.reduce((sum, queries) => sum + queries, 0)).toBe(40);
    expect(device.rounds.length).toBeLessThan(10);
  });

  it('says how far it is', async () => {
    const seen: number[][] = [];
    const device = new TestDevice(chain);
    await collect(device, [ask(1)], { depth: 1, onProgress: ({ lengthBytes, calls, requestsDone, requestsTotal }) => seen.push([lengthBytes, calls, requestsDone, requestsTotal]) });
    expect(seen.at(-1)).toEqual([108, 9, 3, 3]);
  });
});

describe('references', () => {
  it('are followed as far as asked, each resource once, in spite of circles', async () => {
    const contents = async (depth: number): Promise<string[]> => short(await collect(new TestDevice(chain), [ask(1)], { depth })).filter((each) => each.includes('content') || each.includes('ERR'));
    expect(await contents(0)).toEqual(['0:1.0 content 1']);
    expect(await contents(1)).toEqual(['0:1.0 content 1', '1:2.0 content 2', '1:3.0 content 3']);
    expect(await contents(64)).toEqual(['0:1.0 content 1', '1:2.0 content 2', '1:3.0 content 3', '2:9.0 ERR_KERNEL_REFUSED']);
  });

  it('that lead ever further end at a limit', async () => {
    const device = new TestDevice([]);
    const source = await device.source();
    let next = 1;
    const endless = { ...source, read: async (queries: readonly unknown[]) => Promise.resolve(queries.map(() => {
      const bytes = Buffer.concat([make.link(1, ++next), make.link(1, ++next), make.end()]);
      return { room: new Uint8Array(bytes), length: bytes.length, more: 0, at: next, wrong: 0 };
    })) };
    let count = 0;
    let last: ResourceDumpEvent | undefined;
    for await (const event of dumpResources(endless, [ask(1)], { depth: 64, mostBytes: 200_000 })) {
      count++;
      last = event;
    }
    expect(last).toMatchObject({ type: 'limit', reason: 'bytes' });
    expect(count).toBeLessThan(30_000);
  });
});

describe('a device that breaks the protocol', () => {
  const spoiled = async (spoil: Spoil, limits: ResourceDumpLimits = {}): Promise<ResourceDumpEvent[]> => collect(new TestDevice(chain, { spoil }), [ask(1)], limits);
  const ofSecondPiece = (change: Record<string, number>): Spoil => (answer) => (answer['at'] === 16 ? answer : { ...answer, ...change });

  it.each<[string, Spoil, RegExp]>([
    ['answers out of sequence', ofSecondPiece({ wrong: 1 }), /sequence number/],
    ['says that it gave more than there is room for', ofSecondPiece({ length: 17 }), /17 bytes, and a piece has room for 16/],
    ['gives nothing for ever', (answer, _query) => ({ ...answer, length: 0, more: 1, at: Number(answer['at']) + 1 }), /nothing 16 times/],
    ['stands still', (answer) => ({ ...answer, more: 1, at: 0 }), /ends within|same piece|circle|fewer/],
    ['stops within a segment', (answer) => ({ ...answer, more: 0 }), /ends within a segment/],
  ])('and %s: what came before is there, with the reason', async (_what, spoil, message) => {
    const events = await spoiled(spoil);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'failure', error: { code: 'ERR_REPLY', message: expect.stringMatching(message) as string } });
  });

  it('does not disturb the other requests', async () => {
    const device = new TestDevice(chain, { spoil: (answer, { fields }) => (String(fields['key']).startsWith('2') ? { ...answer, wrong: 1 } : answer) });
    expect(short(await collect(device, [ask(1), ask(2), ask(3)])).filter((each) => /content|ERR/.test(each))).toEqual(['0:1.0 content 1', '0:2.0 ERR_REPLY', '0:3.0 content 3']);
  });

  it('only when asked for several dumps at once is asked for one at a time, and nothing is given out twice', async () => {
    const device = new TestDevice(chain, { spoil: (answer, _query, queries) => (queries > 1 && answer['at'] !== 16 ? { ...answer, wrong: 1 } : answer) });
    expect(short(await collect(device, [ask(1), ask(2), ask(3)])).filter((each) => /content|ERR/.test(each))).toEqual(['0:1.0 content 1', '0:2.0 content 2', '0:3.0 content 3']);
    expect(device.rounds[0]).toBe(3);
    expect(new Set(device.rounds.slice(2))).toEqual(new Set([1]));
  });

  it('or is gone, ends the whole dump', async () => {
    await expect(spoiled(() => new AuxctlError('ERR_DEVICE_GONE', 'gone'))).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
  });
});

describe('the limit', () => {
  it('ends a dump that is longer, and gives out what came before', async () => {
    const many = Array.from({ length: 1000 }, (_, value) => make.data(value));
    const events = await collect(new TestDevice([[ask(1), [...many, make.end()]]], { roomBytes: 80 }), [ask(1)], { mostBytes: 800 });
    expect(events).toHaveLength(101);
    expect(events.at(-1)).toEqual({ type: 'limit', reason: 'bytes', lengthBytes: 800 });
  });

  it('is none for a dump that just fits', async () => {
    const events = await collect(new TestDevice([[ask(1), [make.data(1), make.end()]]], { roomBytes: 80 }), [ask(1)], { mostBytes: 12 });
    expect(short(events)).toEqual(['0:1.0 content 1', '0:1.0 end']);
  });

  it('holds for a device that gives a byte at a time', async () => {
    const many = Array.from({ length: 1000 }, (_, value) => make.data(value));
    const device = new TestDevice([[ask(1), [...many, make.end()]]], { roomBytes: 1 });
    await collect(device, [ask(1)], { mostBytes: 6400 });
    expect(device.rounds.length).toBe(100);
  });

  it('gives out what several unfinished dumps have', async () => {
    const many = Array.from({ length: 100 }, (_, value) => make.data(value));
    const events = await collect(new TestDevice([[ask(1), [...many, make.end()]], [ask(2), [...many, make.end()]]], { roomBytes: 80 }), [ask(1), ask(2)], { mostBytes: 800 });
    expect(short(events).filter((each) => each.startsWith('0:2'))).toHaveLength(50);
  });
});

it('a caller that looks no further has nothing sent any more', async () => {
  const device = new TestDevice(chain);
  for await (const event of dumpResources(await device.source(), [access.menu, ask(1)], { inFlight: 1 })) if (event.type === 'segment') break;
  expect(device.rounds.length).toBeLessThan(4);
});
