import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArenaReader, Op, planIoctls, planStep, splitWords } from './plan.js';
import type { IoctlCall, IoctlPointer } from './types.js';

const STEP_WORDS = 6;

function call(overrides: Partial<IoctlCall> = {}): IoctlCall {
  return { request: 0x4100, name: 'TEST', argument: new Uint8Array(32), ...overrides };
}

describe('planIoctls', () => {
  it('lays out each argument followed by its buffers, depth first, and records every pointer as two positions', () => {
    const inner = { offsetBytes: 8, buffer: Uint8Array.of(7, 7) };
    const outer = { offsetBytes: 16, buffer: new Uint8Array(16).fill(5), pointers: [inner] };
    const last = { offsetBytes: 0, buffer: { lengthBytes: 3 } };
    const plan = planIoctls([call({ argument: new Uint8Array(32).fill(1), pointers: [outer, last] })]);
    expect([...plan.words]).toEqual([Op.ioctl, 0x4100, 0, 32, 0, 3, 16, 32, 40, 48, 0, 64]);
    expect([...plan.arena.subarray(32, 50)]).toEqual([...new Array<number>(16).fill(5), 7, 7]);
    expect(plan.arena.byteLength).toBe(80);
  });

  it('passes a bigint by value, in two words', () => {
    const plan = planIoctls([call({ argument: 0x1234_5678_9abc_def0n })]);
    expect([...plan.words]).toEqual([Op.ioctlValue, 0x4100, 0x9abc_def0, 0x1234_5678, 0, 0]);
    expect(plan.arena.byteLength).toBe(0);
  });

  it('requires the length that the request number says', () => {
    const readOf12Bytes = 0x800c_4101;
    expect(() => planIoctls([call({ request: readOf12Bytes, argument: new Uint8Array(11) })])).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_ARGUMENT' }));
    expect(planIoctls([call({ request: readOf12Bytes, argument: new Uint8Array(12) })]).steps).toBe(1);
    expect(planIoctls([call({ request: 0x000c_4101, argument: new Uint8Array(0) })]).steps).toBe(1);
  });

  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const pointer = (overrides: object): unknown => ({ pointers: [{ offsetBytes: 0, buffer: { lengthBytes: 8 }, ...overrides }] });
  const deep = Array.from({ length: 20 }).reduce<IoctlPointer[]>((pointers) => [{ offsetBytes: 0, buffer: new Uint8Array(8), pointers }], []);
  it.each<[string, unknown, string]>([
    ['a string', 'call', 'call'],
    ['null', null, 'call'],
    ['no request', call({ request: undefined as never }), 'request'],
    ['a negative request', call({ request: -1 }), 'request'],
    ['a request over 32 bits', call({ request: 2 ** 32 }), 'request'],
    ['a request that is not whole', call({ request: 1.5 }), 'request'],
    ['a request that is no number', call({ request: Number.NaN }), 'request'],
    ['no name', call({ name: 7 as never }), 'name'],
    ['an argument of another type', call({ argument: new Uint16Array(8) as never }), 'argument'],
    ['an argument that is a number', call({ argument: 5 as never }), 'argument'],
    ['a negative value', call({ argument: -1n }), 'argument'],
    ['a value over 64 bits', call({ argument: 2n ** 64n }), 'argument'],
    ['shared memory', call({ argument: new Uint8Array(new SharedArrayBuffer(8)) }), 'argument'],
    ['detached memory', call({ argument: detached }), 'argument'],
    ['pointers with a value', { ...call({ argument: 1n }), ...(pointer({}) as object) }, 'pointers'],
    ['pointers that are no array', call({ pointers: {} as never }), 'pointers'],
    ['a pointer that is no object', call({ pointers: [1 as never] }), 'pointers'],
    ['a slot beyond the argument', { ...call(), ...(pointer({ offsetBytes: 25 }) as object) }, 'pointers.offsetBytes'],
    ['a negative slot', { ...call(), ...(pointer({ offsetBytes: -8 }) as object) }, 'pointers.offsetBytes'],
    ['a slot in an argument too short for any', { ...call({ argument: new Uint8Array(7) }), ...(pointer({}) as object) }, 'pointers.offsetBytes'],
    ['a buffer that is nothing', { ...call(), ...(pointer({ buffer: undefined }) as object) }, 'pointers.buffer'],
    ['a buffer of another type', { ...call(), ...(pointer({ buffer: new Float64Array(1) }) as object) }, 'pointers.buffer'],
    ['a negative length', { ...call(), ...(pointer({ buffer: { lengthBytes: -1 } }) as object) }, 'pointers.buffer.lengthBytes'],
    ['a length beyond all memory', { ...call(), ...(pointer({ buffer: { lengthBytes: 2 ** 31 } }) as object) }, 'pointers.buffer.lengthBytes'],
    ['too many levels', call({ pointers: deep }), 'pointers'],
  ])('refuses %s and names it', (_, bad, name) => {
    expect(() => planIoctls([bad as IoctlCall])).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_ARGUMENT', message: expect.stringContaining(`${name}: `) }));
  });

  it('refuses calls that together need more memory than a plan can address', () => {
    const big = call({ pointers: [{ offsetBytes: 0, buffer: { lengthBytes: 0x7000_0000 } }] });
    expect(() => planIoctls([big, big])).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_ARGUMENT' }));
  });
});

const pointerTree = fc.letrec<{ pointers: IoctlPointer[] }>((tie) => ({
  pointers: fc.array(
    fc.record({
      offsetBytes: fc.integer({ min: 0, max: 24 }),
      buffer: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 40 }), fc.record({ lengthBytes: fc.integer({ min: 32, max: 64 }) })),
      pointers: fc.oneof({ maxDepth: 4 }, fc.constant([]), tie('pointers')),
    }),
    { maxLength: 3 },
  ),
})).pointers;
const anyCall = fc.record({ request: fc.integer({ min: 0, max: 0xffff }), name: fc.constant('ANY'), argument: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 80 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })) })
  .chain((base) => (typeof base.argument === 'bigint' ? fc.constant<IoctlCall>(base) : pointerTree.map((pointers): IoctlCall => ({ ...base, pointers }))));

function flatten(pointers: readonly IoctlPointer[]): IoctlPointer[] {
  return pointers.flatMap((pointer) => [pointer, ...flatten(pointer.pointers ?? [])]);
}

describe('a plan and its reader', () => {
  it('give back exactly what went in, whatever the nesting', () => {
    fc.assert(fc.property(fc.array(anyCall, { minLength: 1, maxLength: 8 }), (calls) => {
      const plan = planIoctls(calls);
      const reader = new ArenaReader(plan.arena);
      for (const each of calls) {
        const { argument, buffers } = reader.next(each);
        expect(argument).toEqual(typeof each.argument === 'bigint' ? new Uint8Array(0) : each.argument);
        expect(buffers).toEqual(flatten(each.pointers ?? []).map(({ buffer }) => (buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer.lengthBytes))));
      }
    }));
  });

  it('keep every position within the arena', () => {
    fc.assert(fc.property(fc.array(anyCall, { minLength: 1, maxLength: 8 }), (calls) => {
      const { words, arena, steps } = planIoctls(calls);
      let at = 0;
      for (let step = 0; step < steps; step++) {
        const [op = 0, , b = 0, c = 0, , pointers = 0] = words.subarray(at, at + STEP_WORDS);
        if (op === Op.ioctl) expect(b + c).toBeLessThanOrEqual(arena.byteLength);
        at += STEP_WORDS;
        for (let i = 0; i < pointers; i++, at += 2) {
          expect((words[at] ?? Infinity) + 8).toBeLessThanOrEqual(arena.byteLength);
          expect(words[at + 1]).toBeLessThanOrEqual(arena.byteLength);
        }
      }
      expect(at).toBe(words.length);
    }));
  });
});

describe('planStep and splitWords', () => {
  it('make one step, and halves of 64 bits', () => {
    expect([...planStep(Op.pread, new Uint8Array(4), 0, 4, ...splitWords(0x1_0000_0002n)).words]).toEqual([Op.pread, 0, 4, 2, 1, 0]);
  });
});
