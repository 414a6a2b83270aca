import { describe, expect, it } from 'vitest';
import { MemoryDevice } from '../vfio-user/test-support.js';
import type { PciCapability, PciDevice, PciRegion } from './pci-device.js';
import { PciSlot } from './pci-slot.js';

const COMMAND = 0x04;
const MSIX_CONTROL = 0x8a;

function plugged() {
  const device = new MemoryDevice();
  const guest = new Uint8Array(64);
  const signals: number[] = [];
  const listening = new Set<number>();
  const slot = new PciSlot(device, {
    memory: { read: (address, length) => guest.slice(Number(address), Number(address) + length), write: (address, data) => { guest.set(data, Number(address)); } },
    signal: (vector) => {
      if (listening.has(vector)) signals.push(vector);
      return listening.has(vector);
    },
  });
  const { host } = device;
  if (host === undefined) throw new TypeError('the device was not attached');
  const config = (offset: number, value: number): void => { slot.writeConfig(offset, Uint8Array.of(value & 0xff, value >>> 8)); };
  return { device, host, slot, guest, signals, listening, config };
}

describe('PciSlot', () => {
  it('keeps a device from memory until bus mastering is on', () => {
    const { host, guest, config } = plugged();
    expect(host.busMaster).toBe(false);
    expect(() => host.memory.read(0n, 4)).toThrow(expect.objectContaining({ code: 'ERR_DMA_RANGE' }));
    expect(() => { host.memory.write(0n, Uint8Array.of(1)); }).toThrow(expect.objectContaining({ code: 'ERR_DMA_RANGE' }));
    expect(guest[0]).toBe(0);
    config(COMMAND, 0x0004);
    host.memory.write(2n, Uint8Array.of(7));
    expect([host.busMaster, host.memory.read(2n, 1)]).toEqual([true, Uint8Array.of(7)]);
  });

  it('sends interrupts only while MSI-X and bus mastering are on', () => {
    const { host, signals, listening, config } = plugged();
    listening.add(1);
    host.raise(1);
    config(MSIX_CONTROL, 0x8000);
    host.raise(1);
    expect(signals).toEqual([]);
    config(COMMAND, 0x0004);
    host.raise(1);
    host.raise(4);
    expect(signals).toEqual([1]);
  });

  it('holds the interrupt of a vector that nobody listens to, shows it as pending, and sends it once', () => {
    const { host, slot, signals, listening, config } = plugged();
    config(COMMAND, 0x0004);
    config(MSIX_CONTROL, 0x8000);
    host.raise(3);
    expect(slot.readBar(0, 0x3000, 8)).toEqual(Uint8Array.of(0x08, 0, 0, 0, 0, 0, 0, 0));
    listening.add(3);
    slot.sendHeld();
    slot.sendHeld();
    expect(signals).toEqual([3]);
    expect(slot.readBar(0, 0x3000, 1)).toEqual(Uint8Array.of(0));
  });

  it('holds every interrupt while the function is masked and sends them when it is unmasked', () => {
    const { host, signals, listening, config } = plugged();
    listening.add(0).add(2);
    config(COMMAND, 0x0004);
    config(MSIX_CONTROL, 0xc000);
    host.raise(2);
    host.raise(0);
    host.raise(0);
    expect(signals).toEqual([]);
    config(MSIX_CONTROL, 0x8000);
    expect(signals).toEqual([0, 2]);
  });

  it('keeps the MSI-X table, every vector masked at first, and never asks the device about it', () => {
    const { device, slot } = plugged();
    expect(slot.readBar(0, 0x2030, 16)).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0));
    slot.writeBar(0, 0x2030, new Uint8Array(16).fill(0xff));
    expect(slot.readBar(0, 0x2030, 16)).toEqual(Uint8Array.of(0xfc, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0));
    slot.writeBar(0, 0x3000, Uint8Array.of(0xff));
    expect(slot.readBar(0, 0x3000, 1)).toEqual(Uint8Array.of(0));
    expect(device.accesses).toEqual([]);
  });

  it('cuts accesses into aligned pieces of at most 8 bytes', () => {
    const { device, slot } = plugged();
    slot.writeBar(0, 0x101, Uint8Array.from({ length: 22 }, (_, index) => index));
    expect(device.accesses.splice(0)).toEqual(['w1@101', 'w2@102', 'w4@104', 'w8@108', 'w4@110', 'w2@114', 'w1@116']);
    expect(slot.readBar(0, 0x100, 24)).toEqual(Uint8Array.of(0, ...Array.from({ length: 22 }, (_, index) => index), 0));
    expect(device.accesses).toEqual(['r8@100', 'r8@108', 'r8@110']);
  });

  it('resets the device, what is pending, and configuration space together', () => {
    const { device, host, slot, config } = plugged();
    config(COMMAND, 0x0004);
    config(MSIX_CONTROL, 0x8000);
    host.raise(0);
    slot.reset();
    expect([device.resets, host.busMaster, slot.readBar(0, 0x3000, 1)]).toEqual([1, false, Uint8Array.of(0)]);
    config(0x50, 0x8000);
    expect(device.resets).toBe(2);
  });
});

describe('a device that contradicts itself', () => {
  const { identity } = new MemoryDevice();
  const bar = (number: number, sizeBytes: number, is64Bit = false): PciRegion => ({ bar: number, sizeBytes, is64Bit, isPrefetchable: false, read: (_, width) => new Uint8Array(width), write: () => undefined });
  const msix = { vectors: 8, bar: 0, tableOffsetBytes: 0, pendingOffsetBytes: 0x800 };
  const capability = (id: number, lengthBytes: number): PciCapability => ({ id, lengthBytes, read: () => 0, write: () => undefined });
  const cases: [string, Pick<PciDevice, 'regions' | 'msix' | 'capabilities'>][] = [
    ['a size that is no power of two', { regions: [bar(0, 0x3000)] }],
    ['a size below a page', { regions: [bar(0, 0x800)] }],
    ['a 32-bit BAR of 4 GiB', { regions: [bar(0, 2 ** 32)] }],
    ['a BAR number beyond the last', { regions: [bar(6, 0x1000)] }],
    ['a 64-bit BAR in the last register', { regions: [bar(5, 0x1000, true)] }],
    ['a BAR in the upper half of another', { regions: [bar(0, 0x1000, true), bar(1, 0x1000)] }],
    ['too many vectors', { regions: [bar(0, 0x10000)], msix: { ...msix, vectors: 2049 } }],
    ['an MSI-X table without its BAR', { regions: [bar(2, 0x1000)], msix }],
    ['an MSI-X table past the end', { regions: [bar(0, 0x1000)], msix: { ...msix, tableOffsetBytes: 0xff8 } }],
    ['pending bits inside the table', { regions: [bar(0, 0x1000)], msix: { ...msix, pendingOffsetBytes: 0x40 } }],
    ['a capability twice', { regions: [bar(0, 0x1000)], capabilities: [capability(0x09, 8), capability(0x09, 8)] }],
    ['a capability that the bus makes', { regions: [bar(0, 0x1000)], capabilities: [capability(0x11, 8)] }],
    ['a capability of half a dword', { regions: [bar(0, 0x1000)], capabilities: [capability(0x09, 6)] }],
    ['capabilities that do not fit', { regions: [bar(0, 0x1000)], capabilities: [capability(0x09, 0x60), capability(0x03, 0x10)] }],
    ['an MSI-X table out of line', { regions: [bar(0, 0x1000)], msix: { ...msix, tableOffsetBytes: 4 } }],
  ];

  it.each(cases)('is refused: %s', (_, parts) => {
    const device: PciDevice = { identity, ...parts, attach: () => undefined, reset: () => undefined };
    const memory = { read: (_address: bigint, length: number) => new Uint8Array(length), write: () => undefined };
    expect(() => new PciSlot(device, { memory, signal: () => false })).toThrow(expect.objectContaining({ code: 'ERR_PLUGIN' }));
  });
});
