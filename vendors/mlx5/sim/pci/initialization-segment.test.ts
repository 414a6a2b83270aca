import { describe, expect, it } from 'vitest';
import { dwordAt, putDword } from '../wire.js';
import { request } from './test-driver.js';
import { bench, probe, succeed } from './test-probe.js';

describe('the initialization segment', () => {
  it('names firmware, command interface and queue geometry', () => {
    const { driver, model } = bench();
    const { major, minor, subMinor } = model.identity.version;
    expect([driver.read32(0x0), driver.read32(0x4)]).toEqual([minor * 0x10000 + major, 5 * 0x10000 + subMinor]);
    expect(driver.read32(0x14) & 0xff).toBe(0x56);
    expect(driver.read32(0x1fc) >>> 31).toBe(0);
    expect(driver.read32(0x230)).toBe(major * 0x1000000 + minor * 0x10000 + subMinor);
    expect(driver.read32(0x234)).toBe(0x212);
  });

  it('publishes time-outs exactly when the firmware does', () => {
    expect(['connectx-6-dx', 'minimal'].map((profile) => {
      const { driver, model } = bench(profile);
      return [model.identity.publishesTimeouts, driver.read32(0xff8) > 0, driver.read32(0xffc) > 0];
    }).every(([published, ...seen]) => seen.every((each) => each === published))).toBe(true);
  });

  it('keeps its low byte when the driver writes the queue address, in any width', () => {
    const { driver, device } = bench();
    const address = new Uint8Array(8);
    putDword(address, 0, 0x12);
    putDword(address, 4, 0x34567000);
    device.regions[0]?.write(0x10, address);
    expect([driver.read32(0x10), driver.read32(0x14)]).toEqual([0x12, 0x34567056]);
    device.regions[0]?.write(0x17, Uint8Array.of(0xff));
    expect(driver.read32(0x14)).toBe(0x34567056);
    expect(driver.read(0x10, 8)).toEqual(Uint8Array.of(0, 0, 0, 0x12, 0x34, 0x56, 0x70, 0x56));
    expect(driver.read(0x12, 2)).toEqual(Uint8Array.of(0, 0x12));
  });

  it('has a health counter and clocks that move, and an uptime', () => {
    const { driver, clock, model } = bench();
    const before = [0x1010, 0x1004, 0x1044].map((offset) => driver.read32(offset));
    clock.nowMs += 2500;
    const after = [0x1010, 0x1004, 0x1044].map((offset) => driver.read32(offset));
    expect(after.map((value, index) => value !== before[index])).toEqual([true, true, true]);
    expect(driver.read32(0x1004)).toBe((2500 * model.identity.timerFrequencyKhz) % 2 ** 32);
    expect([driver.read32(0x22c), driver.read32(0x1040), driver.read32(0x1044)]).toEqual([2, 2, 500_000_000]);
    clock.nowMs += 10_000_000;
    expect(driver.read32(0x1000)).toBe(Math.floor((10_002_500 * model.identity.timerFrequencyKhz) / 2 ** 32));
  });

  it('shows health, byte by byte', () => {
    const { driver, model } = bench();
    const bytes = (): number[] => [0x238, 0x23c, 0x23d].map((offset) => driver.read(offset, 1)[0] ?? -1);
    expect(bytes()).toEqual([0, 0, 0]);
    Object.assign(model.health, { syndrome: 0x10, extendedSyndrome: 0x8a51, severity: 3, resetFlowRequired: true });
    expect(bytes()).toEqual([0x8b, 0, 0x10]);
    expect(dwordAt(driver.read(0x23c, 4), 0)).toBe(0x00108a51);
  });

  it('lets the driver disable the interface, and enable it with a new queue', () => {
    const { driver, log } = bench();
    driver.write32(0x14, 0x1000 + 0x100);
    expect(driver.read32(0x14)).toBe(0x1156);
    expect(driver.command({ request: request(0x104), replyLengthBytes: 12 }).isDone).toBe(false);
    expect(log).toEqual([]);
    driver.start();
    expect(driver.read32(0x14)).toBe(0x1056);
    succeed(driver, request(0x104), 12);
  });

  it('resets the firmware on request and is disabled afterwards', () => {
    const parts = bench();
    probe(parts);
    Object.assign(parts.model.health, { syndrome: 1, resetFlowRequired: true });
    parts.driver.write32(0x14, 0x1700);
    expect(parts.driver.read32(0x14)).toBe(0x1156);
    expect([parts.model.lifeCycle, parts.model.health.syndrome]).toEqual(['disabled', 0]);
    parts.driver.start();
    probe(parts);
    expect(parts.model.lifeCycle).toBe('operational');
  });

  it('reads as zero where there is nothing, and ignores writes there', () => {
    const { driver } = bench();
    for (const offset of [0x8, 0x100, 0x244, 0x2008, 0x2ffc, 0x5040]) {
      driver.write32(offset, 0xffffffff);
      expect(driver.read32(offset), offset.toString(16)).toBe(0);
    }
  });
});
