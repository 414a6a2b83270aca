import { describe, expect, it } from 'vitest';
import { MemoryDevice } from '../vfio-user/test-support.js';
import { CONFIG_SPACE_BYTES, ConfigSpace } from './config-space.js';
import type { ConfigSource } from './config-registers.js';
import { checkPciDevice } from './pci-device-check.js';
import type { PciCapability, PciRegion } from './pci-device.js';

function region(bar: number, sizeBytes: number, is64Bit: boolean, isPrefetchable = false): PciRegion {
  return { bar, sizeBytes, is64Bit, isPrefetchable, read: (_, width) => new Uint8Array(width), write: () => undefined };
}

function space(device: ConfigSource = new MemoryDevice()) {
  const effects: string[] = [];
  const config = new ConfigSpace(device, { functionReset: () => effects.push('reset'), interruptsChanged: () => effects.push('interrupts') });
  const read = (offset: number, width: number): number => config.read(offset, width).reduceRight((value, byte) => value * 256 + byte, 0);
  const write = (offset: number, width: number, value: number): void => {
    config.write(offset, Uint8Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) % 256));
  };
  return { config, effects, read, write };
}

/** Walks the list as an operating system does. */
function capabilities(read: (offset: number, width: number) => number): Map<number, number> {
  const found = new Map<number, number>();
  for (let at = read(0x34, 1); at !== 0 && found.size < 48; at = read(at + 1, 1)) found.set(read(at, 1), at);
  return found;
}

/** Two dwords behind the header; notes what is done to them. */
function capability(id = 0x09, lengthBytes = 12) {
  const accesses: string[] = [];
  let reads = 0;
  const own: PciCapability = {
    id, lengthBytes,
    read: (offset) => {
      accesses.push(`read ${offset}`);
      return offset === 0 ? 0x0018_ffff : 0x1000_0000 + (reads += 1);
    },
    write: (offset, value, mask) => accesses.push(`write ${offset} ${value.toString(16)} ${mask.toString(16)}`),
  };
  return { own, accesses };
}

describe('a capability of the device\'s own', () => {
  const { identity, regions, msix } = new MemoryDevice();

  it('stands at the end of the list, behind a header that is the bus\'s', () => {
    const { read } = space({ identity, regions, msix, capabilities: [capability().own, capability(0x03, 8).own] });
    expect([...capabilities(read)].sort(([, a], [, b]) => a - b).slice(2)).toEqual([[0x11, 0x88], [0x09, 0x98], [0x03, 0xa8]]);
    expect(read(0x98, 4)).toBe(0x0018_a809);
  });

  it('sees each dword that a load touches once, and gives the bytes that were asked for', () => {
    const { own, accesses } = capability();
    const { read, config } = space({ identity, regions, msix, capabilities: [own] });
    expect([read(0x9c, 4), read(0x9e, 2), read(0x9d, 1)]).toEqual([0x1000_0001, 0x1000, 0x00]);
    expect(accesses.splice(0)).toEqual(['read 4', 'read 4', 'read 4']);
    expect(config.read(0x90, 0x20)).toHaveLength(0x20);
    expect(accesses.splice(0)).toEqual(['read 0', 'read 4', 'read 8']);
    config.read(0x80, 0x18);
    expect(accesses).toEqual([]);
  });

  it('is told which bytes a store holds, and never of the header', () => {
    const { own, accesses } = capability();
    const { write, read } = space({ identity, regions, msix, capabilities: [own] });
    write(0x9c, 4, 0x8765_4321);
    write(0x9e, 2, 0xabcd);
    write(0x98, 4, 0xffff_ffff);
    write(0x98, 2, 0xffff);
    expect(accesses).toEqual(['write 4 87654321 ffffffff', 'write 4 abcd0000 ffff0000', 'write 0 ffff0000 ffff0000']);
    expect(read(0x98, 2)).toBe(0x0009);
  });
});

describe('extended capabilities', () => {
  const { identity, regions } = new MemoryDevice();

  it('stand one after the other from 256 on, behind headers that are the bus\'s', () => {
    const { read, write } = space({ identity, regions, extendedCapabilities: [{ id: 0x0003, version: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, { id: 0xfedc, version: 15, data: Uint8Array.of(9, 8, 7, 0xff) }] });
    expect([0x100, 0x104, 0x108, 0x10c, 0x110, 0x114].map((at) => read(at, 4))).toEqual([0x10c1_0003, 0x0403_0201, 0x0807_0605, 0x000f_fedc, 0xff07_0809, 0]);
    write(0x104, 4, 0xffff_ffff);
    expect(read(0x104, 4)).toBe(0x0403_0201);
  });

  it('are not there where the device has none', () => {
    expect(space().read(0x100, 4)).toBe(0);
  });

  it.each([
    ['an id of 0', { id: 0, version: 1, data: new Uint8Array(4) }, /no extended capability 0/],
    ['a version over 15', { id: 3, version: 16, data: new Uint8Array(4) }, /has version 16/],
    ['half a dword', { id: 3, version: 1, data: new Uint8Array(6) }, /holds 6 bytes/],
    ['more than there is room for', { id: 3, version: 1, data: new Uint8Array(0xf00) }, /do not fit/],
  ])('with %s contradict themselves', (_what, capability, message) => {
    expect(() => { checkPciDevice({ regions, extendedCapabilities: [capability] }); }).toThrow(message);
  });
});

describe('ConfigSpace', () => {
  it('shows the identity in a type-0 header', () => {
    const { read, config } = space();
    expect(config.read(0, CONFIG_SPACE_BYTES)).toHaveLength(4096);
    expect([read(0x00, 2), read(0x02, 2), read(0x08, 1), read(0x09, 1), read(0x0a, 2), read(0x0e, 1)]).toEqual([0x1234, 0x5678, 2, 0x00, 0x0280, 0]);
    expect([read(0x2c, 2), read(0x2e, 2), read(0x30, 4), read(0x3d, 1)]).toEqual([0x9abc, 0xdef0, 0, 0]);
    expect(read(0x06, 2) & 0x10).toBe(0x10);
  });

  it('has power management, PCI Express and MSI-X, no extended capability, and nothing overlaps', () => {
    const { read } = space();
    expect([...capabilities(read)].sort(([, a], [, b]) => a - b)).toEqual([[0x01, 0x40], [0x10, 0x48], [0x11, 0x88]]);
    expect(read(0x100, 4)).toBe(0);
    expect(read(0x48 + 2, 2) & 0xff).toBe(0x02);
  });

  it('describes the MSI-X structures', () => {
    const { read } = space();
    const at = capabilities(read).get(0x11) ?? 0;
    expect([read(at + 2, 2), read(at + 4, 4), read(at + 8, 4)]).toEqual([3, 0x2000, 0x3000]);
  });

  it('leaves MSI-X out where the device has none', () => {
    const { identity, regions } = new MemoryDevice();
    const { read, config } = space({ identity, regions });
    expect(capabilities(read).has(0x11)).toBe(false);
    expect([config.msixEnabled, config.msixMasked]).toEqual([false, false]);
  });

  it.each([
    ['32 bits', region(2, 0x10000, false), 0x18, [0xffff0000], 0x00],
    ['64 bits', region(0, 0x2000000, true, true), 0x10, [0xfe000000, 0xffffffff], 0x0c],
    ['64 bits, 4 GiB', region(4, 2 ** 32, true), 0x20, [0x00000000, 0xffffffff], 0x04],
    ['64 bits, 16 GiB', region(0, 2 ** 34, true), 0x10, [0x00000000, 0xfffffffc], 0x04],
  ])('tells the size of a BAR of %s to who writes ones', (_, bar, offset, masks, kind) => {
    const { read, write } = space({ identity: new MemoryDevice().identity, regions: [bar] });
    expect(read(offset, 4)).toBe(kind);
    for (const index of masks.keys()) write(offset + index * 4, 4, 0xffffffff);
    expect(masks.map((_mask, index) => read(offset + index * 4, 4))).toEqual(masks.map((mask, index) => mask + (index === 0 ? kind : 0)));
    for (const index of masks.keys()) write(offset + index * 4, 4, 0);
    expect(read(offset, 4)).toBe(kind);
  });

  it('keeps every register that nothing may change', () => {
    const { config, read } = space();
    const before = config.read(0, CONFIG_SPACE_BYTES);
    for (const offset of [0x00, 0x06, 0x08, 0x18, 0x2c, 0x30, 0x34, 0x3d, 0x100, 0xffc]) {
      config.write(offset, Uint8Array.of(0xff));
      expect(read(offset, 1), `offset ${offset.toString(16)}`).toBe(before[offset]);
    }
  });

  it('switches bus mastering and MSI-X', () => {
    const { config, write, effects } = space();
    expect([config.busMaster, config.msixEnabled, config.msixMasked]).toEqual([false, false, false]);
    write(0x04, 2, 0xffff);
    expect(config.busMaster).toBe(true);
    expect(config.read(0x04, 2)).toEqual(Uint8Array.of(0x46, 0x05));
    write(0x88 + 2, 2, 0xc000);
    expect([config.msixEnabled, config.msixMasked, effects]).toEqual([true, true, ['interrupts']]);
    write(0x88 + 3, 1, 0x80);
    expect([config.msixEnabled, config.msixMasked, effects]).toEqual([true, false, ['interrupts', 'interrupts']]);
  });

  it('resets the function on request, registers included, and forgets the request', () => {
    const { config, read, write, effects } = space();
    write(0x04, 2, 0x0006);
    write(0x10, 4, 0xfe000000);
    write(0x48 + 8, 2, 0xa810);
    expect(effects).toEqual(['reset']);
    expect([config.busMaster, read(0x10, 4), read(0x48 + 8, 2)]).toEqual([false, 0x0c, 0x2810]);
  });

  it('changes power states and keeps them', () => {
    const { read, write } = space();
    write(0x44, 2, 0x8103);
    expect(read(0x44, 2)).toBe(0x000b);
  });

  it('takes what hangs over its end for nothing', () => {
    const { config } = space();
    config.write(CONFIG_SPACE_BYTES - 1, Uint8Array.of(1, 2, 3));
    expect(config.read(CONFIG_SPACE_BYTES - 1, 8)).toEqual(Uint8Array.of(0));
  });
});
