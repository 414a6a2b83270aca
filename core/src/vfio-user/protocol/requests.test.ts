import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuxctlError } from '../../errors/base.js';
import { bytesOf, message } from '../test-support.js';
import { HEADER_BYTES, parseHeader } from './header.js';
import { parseRequest } from './requests.js';

const irqs = (flags: number, count: number, data = new Uint8Array(0)): Uint8Array => bytesOf([4, 20 + data.length], [4, flags], [4, 2], [4, 1], [4, count], data);

describe('parseRequest', () => {
  it('reads DMA_MAP', () => {
    expect(parseRequest(2, bytesOf([4, 32], [4, 0b0111], [8, 0x1000], [8, 0xffff_ffff_0000_0000n], [8, 0x8000_0000]))).toEqual({
      type: 'dma-map', readable: true, writable: true, needsDescriptor: true, fileOffsetBytes: 0x1000n, address: 0xffff_ffff_0000_0000n, lengthBytes: 0x8000_0000n,
    });
    expect(parseRequest(2, bytesOf([4, 32], [4, 1], [8, 0], [8, 0], [8, 1]))).toMatchObject({ readable: true, writable: false, needsDescriptor: false });
  });

  it('reads DMA_UNMAP', () => {
    expect(parseRequest(3, bytesOf([4, 24], [4, 0], [8, 0xa0000], [8, 0x20000]))).toEqual({ type: 'dma-unmap', address: 0xa0000n, lengthBytes: 0x20000n });
  });

  it('reads the three queries', () => {
    expect(parseRequest(4, bytesOf([4, 16], [4, 0], [4, 0], [4, 0]))).toEqual({ type: 'device-info', maxReplyBytes: 16, index: 0 });
    expect(parseRequest(5, bytesOf([4, 32], [4, 0], [4, 7], [4, 0], [8, 0], [8, 0]))).toEqual({ type: 'region-info', maxReplyBytes: 32, index: 7 });
    expect(parseRequest(7, bytesOf([4, 16], [4, 0], [4, 3], [4, 0]))).toEqual({ type: 'irq-info', maxReplyBytes: 16, index: 3 });
  });

  it('reads SET_IRQS with each kind of data and action', () => {
    expect(parseRequest(8, irqs(0x24, 3))).toEqual({ type: 'set-irqs', data: 'eventfd', action: 'trigger', index: 2, start: 1, count: 3, selected: [] });
    expect(parseRequest(8, irqs(0x09, 0))).toMatchObject({ data: 'none', action: 'mask' });
    expect(parseRequest(8, irqs(0x12, 2, Uint8Array.of(0, 1)))).toMatchObject({ data: 'bool', action: 'unmask', selected: [false, true] });
  });

  it('reads REGION_READ and REGION_WRITE', () => {
    expect(parseRequest(9, bytesOf([8, 0x1fc], [4, 0], [4, 4]))).toEqual({ type: 'region-read', offsetBytes: 0x1fc, region: 0, lengthBytes: 4 });
    expect(parseRequest(10, bytesOf([8, 0x18], [4, 0], [4, 2], [1, 5], [1, 6]))).toEqual({ type: 'region-write', offsetBytes: 0x18, region: 0, data: Uint8Array.of(5, 6) });
  });

  it('never rounds a large offset down into a region', () => {
    expect(parseRequest(9, bytesOf([8, 0xffff_ffff_ffff_ffffn], [4, 0], [4, 4]))).toMatchObject({ offsetBytes: 2 ** 64 });
    expect(parseRequest(9, bytesOf([8, (1n << 53n) + 1n], [4, 0], [4, 4]))).toMatchObject({ offsetBytes: 2 ** 53 });
  });

  it('keeps the number of a command that it does not know', () => {
    expect(parseRequest(16, Uint8Array.of(1, 2, 3))).toEqual({ type: 'unknown', command: 16 });
  });

  it.each([
    ['DMA_MAP one byte short', 2, new Uint8Array(31)],
    ['DMA_MAP one byte long', 2, new Uint8Array(33)],
    ['DEVICE_RESET with a payload', 13, new Uint8Array(1)],
    ['REGION_WRITE with fewer bytes than it counts', 10, bytesOf([8, 0], [4, 0], [4, 4], [2, 0])],
    ['REGION_WRITE with more bytes than it counts', 10, bytesOf([8, 0], [4, 0], [4, 1], [2, 0])],
    ['REGION_READ with data', 9, bytesOf([8, 0], [4, 0], [4, 1], [1, 0])],
    ['SET_IRQS without an action', 8, irqs(0x04, 0)],
    ['SET_IRQS with two actions', 8, irqs(0x34, 0)],
    ['SET_IRQS without a kind of data', 8, irqs(0x20, 0)],
    ['SET_IRQS with two kinds of data', 8, irqs(0x25, 0)],
    ['SET_IRQS with more interrupts than exist', 8, irqs(0x24, 2049)],
    ['SET_IRQS that selects among too few', 8, irqs(0x22, 2, Uint8Array.of(1))],
    ['SET_IRQS for counters with data', 8, irqs(0x24, 1, Uint8Array.of(1))],
  ])('refuses %s', (_, command, payload) => {
    expect(() => parseRequest(command, payload)).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });
});

describe('the parser under random input', () => {
  const commands = fc.oneof(fc.integer({ min: 0, max: 18 }), fc.nat(0xffff));

  it('throws nothing but ERR_PROTOCOL, and accepts some', () => {
    let accepted = 0;
    fc.assert(fc.property(commands, fc.uint8Array({ maxLength: 80 }), (command, payload) => {
      if (isProtocolErrorOrResult(() => parseRequest(command, payload))) accepted += 1;
    }), { numRuns: 20_000 });
    expect(accepted).toBeGreaterThan(1000);
  });

  it('throws nothing but ERR_PROTOCOL when a good message loses bytes or has some changed', () => {
    const good = [
      message(1, 2, bytesOf([4, 32], [4, 3], [8, 0], [8, 0], [8, 4096])),
      message(2, 8, irqs(0x22, 2, Uint8Array.of(1, 0))),
      message(3, 10, bytesOf([8, 0x18], [4, 0], [4, 4], [4, 1])),
      message(4, 1, bytesOf([4, 0], new TextEncoder().encode('{"capabilities":{"max_msg_fds":8}}\0'))),
    ];
    const change = fc.record({ at: fc.nat(63), value: fc.nat(255) });
    fc.assert(fc.property(fc.constantFrom(...good), fc.array(change, { maxLength: 4 }), fc.nat(63), (bytes, changes, cut) => {
      const bad = bytes.slice(0, bytes.length - (cut % bytes.length));
      for (const { at, value } of changes) bad[at % bad.length] = value;
      isProtocolErrorOrResult(() => parseRequest(parseHeader(bad.subarray(0, HEADER_BYTES)).command, bad.subarray(HEADER_BYTES)));
    }), { numRuns: 20_000 });
  });
});

/** True when `parse` returned; throws whatever else than a protocol error it threw. */
function isProtocolErrorOrResult(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof AuxctlError && error.code === 'ERR_PROTOCOL') return false;
    throw error;
  }
}
