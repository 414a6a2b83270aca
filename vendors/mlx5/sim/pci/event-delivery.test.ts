import { describe, expect, it } from 'vitest';
import { dwordAt, putDword } from '../wire.js';
import { request, type TestDriver } from './test-driver.js';
import { bench, probe, succeed } from './test-probe.js';

const query = (driver: TestDriver, slot = 0): Uint8Array => succeed(driver, request(0x10a), 112, slot);

function quiet() {
  const parts = bench();
  const probed = probe(parts);
  for (const queue of [probed.commands, probed.async, probed.pages]) {
    queue.take();
    queue.arm();
  }
  parts.driver.interrupts.length = 0;
  return { ...parts, ...probed };
}

describe('an event queue', () => {
  it('interrupts once for each arming', () => {
    const { driver, commands } = quiet();
    query(driver);
    query(driver);
    expect(driver.interrupts).toEqual([0]);
    expect(commands.take()).toHaveLength(2);
    commands.arm();
    query(driver);
    expect(driver.interrupts).toEqual([0, 0]);
  });

  it('interrupts at once when the driver arms it without having seen the last event', () => {
    const { driver, commands } = quiet();
    query(driver);
    const seen = commands.consumerIndex;
    driver.interrupts.length = 0;
    commands.arm(seen);
    expect(driver.interrupts).toEqual([0]);
    query(driver);
    expect(driver.interrupts).toEqual([0]);
    commands.take();
    commands.arm();
    expect(driver.interrupts).toEqual([0]);
  });

  it('does not interrupt when the driver only says how far it has come', () => {
    const { driver, commands } = quiet();
    query(driver);
    commands.take();
    commands.update();
    query(driver);
    expect(driver.interrupts).toEqual([0]);
  });

  it('goes round, the owner bit telling one lap from the next', () => {
    const { driver, commands } = quiet();
    for (let count = 0; count < 700; count += 1) {
      query(driver, count % 31);
      const seen = commands.take();
      expect(seen.map(({ data }) => dwordAt(data, 0))).toEqual([2 ** (count % 31)]);
      commands.arm();
    }
    expect(commands.consumerIndex).toBeGreaterThan(2 * 256);
  });

  it('that overruns loses events, not memory, and the health buffer says so', () => {
    const { driver, commands, model } = quiet();
    const pagesBefore = commands.pages.map((page) => driver.memory.slice(page + 4096, page + 4096 + 64));
    for (let count = 0; count < 300; count += 1) driver.command({ request: request(0x10a), replyLengthBytes: 112 });
    expect(model.health.syndrome).toBe(0xc);
    expect(driver.read(0x23d, 1)).toEqual(Uint8Array.of(0xc));
    expect(commands.take()).toHaveLength(256);
    expect(pagesBefore).toHaveLength(4);
  });

  it('listens to its own doorbell page only', () => {
    const { driver, commands, uar } = quiet();
    const second = dwordAt(succeed(driver, request(0x802), 16), 8);
    commands.take();
    driver.interrupts.length = 0;
    const value = commands.number * 0x1000000;
    for (const page of [second, uar + 100]) driver.write32(page * 4096 + 0x40, value);
    driver.write32(uar * 4096 + 0x44, value);
    driver.write32(uar * 4096 + 0x840, value);
    driver.write32(uar * 4096 + 0x40, 0x55000000);
    expect(driver.interrupts).toEqual([]);
    driver.write32(uar * 4096 + 0x40, value);
    expect(driver.interrupts).toEqual([0]);
  });

  it('takes a doorbell of 8 bytes, and none of 2', () => {
    const { driver, device, commands, uar } = quiet();
    query(driver);
    const data = new Uint8Array(8);
    putDword(data, 0, commands.number * 0x1000000);
    driver.interrupts.length = 0;
    device.regions[0]?.write(uar * 4096 + 0x40, data.subarray(0, 2));
    expect(driver.interrupts).toEqual([]);
    device.regions[0]?.write(uar * 4096 + 0x40, data);
    expect(driver.interrupts).toEqual([0]);
  });

  it('whose memory the guest has taken away harms nobody', () => {
    const { driver, model, uar, async } = quiet();
    succeed(driver, request(0x302, 16, 0, { 8: async.number }), 16);
    const lost = request(0x301, 0x118, 0, { 0x1c: uar, 0x58: 0, 0x5c: 0x200, 0x110: 0x7fff, 0x114: 0xfffff000 });
    expect(dwordAt(succeed(driver, lost, 16), 8)).toBe(async.number);
    model.controls.setLinkPartner(false);
    expect(model.eventQueues.get(async.number)?.producerIndex).toBe(1);
    query(driver);
  });
});
