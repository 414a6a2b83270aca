import { describe, expect, it } from 'vitest';
import { TestModel } from '../test-support.js';
import { OwnCapabilities } from './own-capabilities.js';

/** Reads everything up to the end tag, a dword at a time, as an operating system does. */
function contents(): Buffer {
  const vpd = new OwnCapabilities(new TestModel().firmware).all.find(({ id }) => id === 3);
  const data: number[] = [];
  for (let address = 0; address < 256; address += 4) {
    vpd?.write(0, address * 0x10000, 0xffff_0000);
    expect((vpd?.read(0) ?? 0) >>> 16).toBe(0x8000 + address);
    const dword = vpd?.read(4) ?? 0;
    data.push(dword & 0xff, (dword >>> 8) & 0xff, (dword >>> 16) & 0xff, dword >>> 24);
  }
  return Buffer.from(data);
}

describe('vital product data', () => {
  it('is complete: a name, keywords, a checksum that comes to zero, an end', () => {
    const data = contents();
    expect(data[0]).toBe(0x82);
    const nameBytes = data.readUInt16LE(1);
    expect(data.toString('ascii', 3, 3 + nameBytes)).toBe('Simulated ConnectX-6 Dx Ethernet adapter card');
    const readOnly = 3 + nameBytes;
    expect(data[readOnly]).toBe(0x90);
    const end = readOnly + 3 + data.readUInt16LE(readOnly + 1);
    expect(data[end]).toBe(0x78);
    expect(data.subarray(0, end).reduce((sum, byte) => (sum + byte) % 256, 0)).toBe(0);
    expect(data.toString('latin1', readOnly + 3, end)).toMatch(/^PN.SIM0022EC.A1SN.SIM26X00000V0.PCIeGen4 x16RV\x01/s);
  });

  it('cannot be written', () => {
    const before = contents();
    const vpd = new OwnCapabilities(new TestModel().firmware).all.find(({ id }) => id === 3);
    vpd?.write(4, 0xffff_ffff, 0xffff_ffff);
    vpd?.write(0, 0x8000_0000, 0xffff_0000);
    expect((vpd?.read(0) ?? 0) >>> 31).toBe(0);
    expect(contents()).toEqual(before);
  });
});

it('a device of the smallest kind has neither it nor the gateway', () => {
  expect(new OwnCapabilities(new TestModel('minimal').firmware).all).toEqual([]);
});
