import fc from 'fast-check';
import { ftruncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { native } from '../test/support.js';
import type { Mapping } from './types.js';

const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const LENGTH = 8192;

function mapNew(lengthBytes = LENGTH, protection: 'read' | 'read-write' = 'read-write'): Mapping {
  using memory = native().createMemfd('test', LENGTH);
  return native().map(memory, { lengthBytes, protection });
}

describe('a mapping', () => {
  it('reads and writes in either byte order what DataView does', () => {
    using mapping = mapNew();
    fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.nat(LENGTH / 8 - 1), fc.boolean(), (bytes, slot, little) => {
      const at = slot * 8;
      const order = little ? 'little' : 'big';
      const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
      mapping.copyIn(at, bytes);
      expect(mapping.read8(at)).toBe(view.getUint8(0));
      expect(mapping.read16(at, order)).toBe(view.getUint16(0, little));
      expect(mapping.read32(at, order)).toBe(view.getUint32(0, little));
      expect(mapping.read64(at, order)).toBe(view.getBigUint64(0, little));
      mapping.copyIn(at, new Uint8Array(8));
      mapping.write64(at, view.getBigUint64(0, little), order);
      expect(mapping.copyOut(at, 8)).toEqual(bytes);
      mapping.write32(at + 4, view.getUint32(0, little), order);
      expect(mapping.copyOut(at + 4, 4)).toEqual(bytes.subarray(0, 4));
      mapping.write16(at + 2, view.getUint16(4, little), order);
      expect(mapping.copyOut(at + 2, 2)).toEqual(bytes.subarray(4, 6));
      mapping.write8(at + 7, view.getUint8(1));
      expect(mapping.read8(at + 7)).toBe(view.getUint8(1));
    }));
  });

  it('shows two mappings of the same memory the same', () => {
    using memory = native().createMemfd('shared', LENGTH);
    using one = native().map(memory, { lengthBytes: LENGTH, protection: 'read-write' });
    using other = native().map(memory, { offsetBytes: 4096n, lengthBytes: 4096, protection: 'read' });
    one.write32(4096 + 8, 0xdead_beef, 'big');
    for (const kind of ['full', 'read', 'write'] as const) one.barrier(kind);
    expect(other.read32(8, 'big')).toBe(0xdead_beef);
    expect([one.writable, other.writable, other.lengthBytes]).toEqual([true, false, 4096]);
  });

  it('checks bounds, alignment, values, order and kind', () => {
    using mapping = mapNew(16);
    const bad: (() => unknown)[] = [
      () => mapping.read8(16), () => mapping.read8(-1), () => mapping.read8(0.5), () => mapping.read8(Number.NaN), () => mapping.read8('0' as never), () => mapping.read8(2 ** 53),
      () => mapping.read16(1, 'little'), () => mapping.read32(2, 'little'), () => mapping.read64(4, 'little'), () => mapping.read64(16, 'big'), () => mapping.read32(14, 'big'),
      () => mapping.write8(0, 256), () => mapping.write8(0, -1), () => mapping.write16(0, 2 ** 16, 'big'), () => mapping.write32(0, 2 ** 32, 'big'),
      () => mapping.write64(0, 2n ** 64n, 'big'), () => mapping.write64(0, -1n, 'big'), () => mapping.write64(0, 1 as never, 'big'), () => mapping.write32(0, 1n as never, 'big'),
      () => mapping.read32(0, 'middle' as never), () => mapping.read32(0, undefined as never), () => mapping.barrier('some' as never),
      () => mapping.copyOut(8, 9), () => mapping.copyOut(0, -1), () => mapping.copyIn(9, new Uint8Array(8)), () => mapping.copyIn(0, 'bytes' as never),
      () => mapping.copyIn(0, new Uint8Array(new SharedArrayBuffer(4))),
    ];
    for (const action of bad) expect(action, action.toString()).toThrow(code('ERR_NATIVE_ARGUMENT'));
    expect(mapping.copyOut(0, 16)).toEqual(new Uint8Array(16));
    expect(mapping.copyOut(16, 0)).toHaveLength(0);
  });

  it('takes alignment from the position in the file', () => {
    using memory = native().createMemfd('skewed', LENGTH);
    using mapping = native().map(memory, { offsetBytes: 4097, lengthBytes: 64, protection: 'read-write' });
    expect(() => mapping.read32(0, 'little')).toThrow(code('ERR_NATIVE_ARGUMENT'));
    mapping.write32(3, 5, 'little');
    expect(mapping.read32(3, 'little')).toBe(5);
  });

  it('refuses writing to read-only memory and any use after closing', () => {
    const mapping = mapNew(LENGTH, 'read');
    for (const write of [() => mapping.write8(0, 1), () => mapping.write64(0, 1n, 'little'), () => mapping.copyIn(0, Uint8Array.of(1))]) expect(write).toThrow(code('EACCES'));
    mapping.close();
    mapping.close();
    expect(() => mapping.read8(0)).toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => mapping.copyOut(0, 1)).toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => mapNew().write8(LENGTH, 1)).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  it('does not reach beyond a file, nor beyond what there is', () => {
    using memory = native().createMemfd('small', 100);
    const map = (offsetBytes: number | bigint, lengthBytes: number): Mapping => native().map(memory, { offsetBytes, lengthBytes, protection: 'read' });
    map(0, 100).close();
    expect(() => map(0, 101)).toThrow(code('ENXIO'));
    expect(() => map(100, 1)).toThrow(code('ENXIO'));
    expect(() => map(2n ** 63n - 2n, 1)).toThrow(code('ENXIO'));
    expect(() => map(2n ** 63n - 1n, 4096)).toThrow(code('EINVAL'));
    expect(() => map(0, Number.MAX_SAFE_INTEGER)).toThrow(code('ENXIO'));
    expect(() => map(-1, 1)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    using event = native().createEventfd();
    expect(() => native().map(event, { lengthBytes: 1, protection: 'read' })).toThrow(code('ENODEV'));
  });

  it('stays when its descriptor has gone', () => {
    const memory = native().createMemfd('gone', 64);
    using mapping = native().map(memory, { lengthBytes: 64, protection: 'read-write' });
    memory.close();
    mapping.write8(5, 6);
    expect(mapping.read8(5)).toBe(6);
    expect(() => native().map(memory, { lengthBytes: 64, protection: 'read' })).toThrow(code('ERR_NATIVE_CLOSED'));
  });
});

describe('memory of createMemfd', () => {
  it('cannot be shrunk or grown by who has its descriptor', () => {
    using memory = native().createMemfd('sealed', 100);
    for (const length of [99, 101]) expect(() => ftruncateSync(memory.fd, length)).toThrow(expect.objectContaining({ code: 'EPERM' }));
  });

  it('has a name and a length', () => {
    for (const [name, lengthBytes] of [['', 1], ['a\0b', 1], [5, 1], ['x', 0], ['x', -1], ['x', 1.5], ['x', 2 ** 53]]) {
      expect(() => native().createMemfd(name as string, lengthBytes as number)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    }
  });
});
