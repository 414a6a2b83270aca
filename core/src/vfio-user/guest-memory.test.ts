import { describe, expect, it } from 'vitest';
import { GuestMemory } from './guest-memory.js';
import { ERRNO } from './protocol/header.js';
import type { DmaMapRequest } from './protocol/requests.js';
import { FakeDescriptor, FakeNative } from './test-support.js';

function request(address: bigint, lengthBytes: bigint, rest: Partial<DmaMapRequest> = {}): DmaMapRequest {
  return { type: 'dma-map', readable: true, writable: true, needsDescriptor: false, fileOffsetBytes: 0n, address, lengthBytes, ...rest };
}

const unmap = (address: bigint, lengthBytes: bigint) => ({ type: 'dma-unmap', address, lengthBytes }) as const;
const outOfRange: unknown = expect.objectContaining({ code: 'ERR_DMA_RANGE' });

function guest() {
  const fake = new FakeNative();
  return { fake, memory: new GuestMemory(fake), file: new FakeDescriptor(new Uint8Array(0x4000)) };
}

describe('GuestMemory', () => {
  it('reaches a range at its place in the file', () => {
    const { memory, file } = guest();
    expect(memory.map(request(0x10_0000n, 0x1000n, { fileOffsetBytes: 0x2000n }), file)).toBeUndefined();
    memory.write(0x10_0ffen, Uint8Array.of(1, 2));
    expect([...file.memory.subarray(0x2ffe, 0x3001)]).toEqual([1, 2, 0]);
    expect(memory.read(0x10_0ffen, 2)).toEqual(Uint8Array.of(1, 2));
  });

  it('reads and writes across ranges that touch', () => {
    const { memory, file } = guest();
    memory.map(request(0x1000n, 0x1000n, { fileOffsetBytes: 0x3000n }), file);
    memory.map(request(0n, 0x1000n), file);
    memory.write(0xffen, Uint8Array.of(1, 2, 3, 4));
    expect([...file.memory.subarray(0xffe, 0x1000), ...file.memory.subarray(0x3000, 0x3002)]).toEqual([1, 2, 3, 4]);
    expect(memory.read(0xffdn, 6)).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 0));
  });

  it('transfers nothing unless all of it is mapped', () => {
    const { memory, file } = guest();
    memory.map(request(0x1000n, 0x1000n), file);
    for (const [address, length] of [[0xfffn, 2], [0x1fffn, 2], [0n, 1], [0x2000n, 1], [(1n << 64n) - 1n, 4]] as const) {
      expect(() => memory.read(address, length), `${String(length)} at ${String(address)}`).toThrow(outOfRange);
      expect(() => { memory.write(address, new Uint8Array(length).fill(9)); }).toThrow(outOfRange);
    }
    expect(file.memory.includes(9)).toBe(false);
  });

  it('keeps read-only memory from writes and unshared memory from everything', () => {
    const { memory, file } = guest();
    memory.map(request(0n, 0x1000n, { writable: false }), file);
    memory.map(request(0x1000n, 0x1000n), undefined);
    expect(memory.read(0n, 1)).toEqual(Uint8Array.of(0));
    expect(() => { memory.write(0n, Uint8Array.of(1)); }).toThrow(outOfRange);
    expect(() => memory.read(0x1000n, 1)).toThrow('does not share');
  });

  it.each([
    ['nothing', 0x1000n, 0n, {}, ERRNO.EINVAL],
    ['a range past the last address', (1n << 64n) - 0x1000n, 0x1001n, {}, ERRNO.EINVAL],
    ['the same range again', 0x1000n, 0x1000n, {}, ERRNO.EEXIST],
    ['a range that begins inside another', 0x1fffn, 0x1000n, {}, ERRNO.EEXIST],
    ['a range that ends inside another', 0n, 0x1001n, {}, ERRNO.EEXIST],
    ['a range around another', 0n, 0x4000n, {}, ERRNO.EEXIST],
    ['a range that needs a descriptor, without one', 0x8000n, 0x1000n, { needsDescriptor: true }, ERRNO.EINVAL],
  ] as const)('refuses %s', (_, address, length, rest, errno) => {
    const { memory, file } = guest();
    memory.map(request(0x1000n, 0x1000n), file);
    expect(memory.map(request(address, length, rest), undefined)).toBe(errno);
  });

  it('takes back what was mapped, and closes its mapping', () => {
    const { fake, memory, file } = guest();
    memory.map(request(0x1000n, 0x1000n), file);
    memory.map(request(0x2000n, 0x1000n), file);
    expect(memory.unmap(unmap(0x1000n, 0x1000n))).toBeUndefined();
    expect(fake.closes).toBe(1);
    expect(() => memory.read(0x1000n, 1)).toThrow(outOfRange);
    expect(memory.read(0x2000n, 1)).toHaveLength(1);
    memory.clear();
    expect(fake.closes).toBe(2);
    expect(memory.map(request(0x1000n, 0x2000n), file)).toBeUndefined();
  });

  it('takes back all that lies within a range, though that be nothing', () => {
    const { fake, memory, file } = guest();
    for (const address of [0x1000n, 0x2000n, 0x8000n]) memory.map(request(address, 0x1000n), file);
    expect([unmap(0x3000n, 0x5000n), unmap(0n, 0x1000n), unmap(0x9000n, 1n << 60n)].map((each) => memory.unmap(each))).toEqual([undefined, undefined, undefined]);
    expect(fake.closes).toBe(0);
    expect(memory.unmap(unmap(0n, 0x8000n))).toBeUndefined();
    expect(fake.closes).toBe(2);
    expect(memory.read(0x8000n, 1)).toHaveLength(1);
  });

  it('takes back nothing when a range would be cut', () => {
    const { fake, memory, file } = guest();
    memory.map(request(0x1000n, 0x1000n), file);
    memory.map(request(0x2000n, 0x1000n), file);
    expect([unmap(0x1000n, 0x800n), unmap(0x1800n, 0x800n), unmap(0x1000n, 0x1800n), unmap(0x1400n, 0x400n)].map((each) => memory.unmap(each)))
      .toEqual([ERRNO.EINVAL, ERRNO.EINVAL, ERRNO.EINVAL, ERRNO.EINVAL]);
    expect(fake.closes).toBe(0);
    expect(memory.read(0x1ffen, 4)).toHaveLength(4);
  });
});
