import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dword, dwordAt, putDword, putQuad, quadAt } from '../wire.js';
import { request, type Submission } from './test-driver.js';
import { bench, probe, succeed } from './test-probe.js';

const adapter: Submission = { request: request(0x101), replyLengthBytes: 272 };

describe('a command', () => {
  it('of many blocks arrives whole, its reply too, and ends where its length says', () => {
    const { driver } = bench();
    succeed(driver, request(0x104), 12);
    const addresses = Array.from({ length: 700 }, () => driver.nextGift());
    const bytes = request(0x108, 16 + 8 * 700, 1, { 0xc: 700 });
    addresses.forEach((address, index) => { putQuad(bytes, 16 + 8 * index, address); });
    const misleadFromLast = (block: Uint8Array, index: number): void => {
      if (index === 10) putQuad(block, 0x230, 0x7fff_0000_0001n);
    };
    expect(driver.command({ request: bytes, replyLengthBytes: 16, slot: 31, spoilBlock: misleadFromLast })).toMatchObject({ isDone: true, delivery: 0 });
    const taken = succeed(driver, request(0x108, 16, 2, { 0xc: 700 }), 16 + 8 * 700, 31);
    expect(addresses.map((_, index) => quadAt(taken, 16 + 8 * index))).toEqual(addresses);
  });

  it('changes nothing of the guest beyond its reply', () => {
    const { driver } = bench();
    succeed(driver, request(0x104), 12);
    driver.enqueue({ request: request(0x10a), replyLengthBytes: 112, spareBlocks: 2 });
    const before = driver.memory.slice();
    driver.write32(0x18, 1);
    driver.settle();
    const changed = [...before.keys()].filter((at) => before[at] !== driver.memory[at]);
    const [first = 0] = changed.filter((at) => at >= 0x2000);
    expect(changed.every((at) => (at >= 0x1020 && at < 0x1030) || at === 0x103f || (at >= first - 512 && at < first + 96))).toBe(true);
    expect(driver.completion(0).isDone).toBe(true);
  });

  it('with a reply shorter than the inline part leaves the rest of the inline part alone', () => {
    const { driver } = bench();
    driver.enqueue({ request: request(0x104), replyLengthBytes: 12, spoil: (entry) => entry.fill(0xee, 0x2c, 0x30) });
    driver.write32(0x18, 1);
    driver.settle();
    expect([...driver.memory.subarray(0x1020, 0x1030)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xee, 0xee, 0xee, 0xee]);
  });

  it('runs after the doorbell write has returned, one a task, in the order of the doorbells', () => {
    const { driver, log } = bench();
    succeed(driver, request(0x104), 12);
    log.length = 0;
    driver.enqueue({ request: request(0x107, 16, 1), replyLengthBytes: 16, slot: 3 });
    driver.enqueue({ request: request(0x10a), replyLengthBytes: 112, slot: 0 });
    driver.enqueue({ request: request(0x101), replyLengthBytes: 272, slot: 1 });
    driver.write32(0x18, 0b1000);
    driver.write32(0x18, 0b1011);
    expect(log).toEqual([]);
    expect(driver.settle()).toBe(3);
    expect(log).toEqual(['QUERY_PAGES', 'QUERY_ISSI', 'QUERY_ADAPTER']);
  });

  it('is not run twice when the doorbell rings twice', () => {
    const { driver, log } = bench();
    driver.enqueue({ request: request(0x104), replyLengthBytes: 12 });
    driver.write32(0x18, 1);
    driver.settle();
    driver.write32(0x18, 1);
    driver.settle();
    expect(log).toEqual(['ENABLE_HCA']);
  });

  it('is dropped by a reset before its turn', () => {
    const { driver, device, log } = bench();
    driver.enqueue({ request: request(0x104), replyLengthBytes: 12 });
    driver.write32(0x18, 1);
    device.reset();
    driver.start();
    driver.settle();
    expect([log, driver.completion(0).isDone]).toEqual([[], false]);
    succeed(driver, request(0x104), 12);
  });

  it('stays with a firmware that hangs, and is answered once it has recovered and the driver looks', () => {
    const { driver, model } = bench();
    model.faults.hang = true;
    expect(driver.command({ request: request(0x104), replyLengthBytes: 12 }).isDone).toBe(false);
    driver.read32(0x1010);
    expect(driver.settle()).toBe(0);
    model.faults.hang = false;
    driver.read32(0x1010);
    expect(driver.settle()).toBe(1);
    expect(driver.completion(0).isDone).toBe(true);
  });
});

describe('a command that cannot be delivered', () => {
  const lengthy: Submission = { request: request(0x108, 16 + 8 * 100, 1, { 0xc: 100 }), replyLengthBytes: 16 };
  const cases: [string, number, Submission][] = [
    ['a signature that is wrong', 1, { ...adapter, spoil: (entry) => { entry[0x3d] = 0x5a; } }],
    ['another token in a block', 2, { ...lengthy, spoilBlock: (block, index) => { if (index === 1) block[0x23d] = 0xfe; } }],
    ['blocks out of order', 3, { ...lengthy, spoilBlock: (block, index) => { if (index === 1) putDword(block, 0x238, 7); } }],
    ['blocks that go round', 3, { ...lengthy, spoilBlock: (block, index) => { if (index === 0) putQuad(block, 0x230, block.byteOffset); } }],
    ['an output pointer out of line', 4, { ...adapter, spoil: (entry) => { dword(entry, 0x34, [8, 0, 0x40]); } }],
    ['no output pointer where one is needed', 4, { ...adapter, spoil: (entry) => { putQuad(entry, 0x30, 0); } }],
    ['an input pointer out of line', 5, { ...lengthy, spoil: (entry) => { dword(entry, 0xc, [8, 0, 0x1]); } }],
    ['no second block where one is needed', 5, { ...lengthy, spoilBlock: (block) => { putQuad(block, 0x230, 0); } }],
    ['an input that the guest has not mapped', 6, { ...lengthy, spoil: (entry) => { putQuad(entry, 0x8, 0x7fff_0000_0000n); } }],
    ['an output that the guest has not mapped', 6, { ...adapter, spoil: (entry) => { putQuad(entry, 0x30, 0x7fff_0000_0000n); } }],
    ['an input shorter than a header', 7, { ...adapter, spoil: (entry) => { putDword(entry, 0x4, 15); } }],
    ['an input longer than any', 7, { ...adapter, spoil: (entry) => { putDword(entry, 0x4, 0x200001); } }],
    ['an output without room for a status', 8, { ...adapter, spoil: (entry) => { putDword(entry, 0x38, 7); } }],
    ['an output longer than any', 8, { ...adapter, spoil: (entry) => { putDword(entry, 0x38, 0xffffffff); } }],
    ['a reserved byte that is set', 9, { ...adapter, spoil: (entry) => { entry[2] = 1; } }],
    ['another transport', 10, { ...adapter, spoil: (entry) => { entry[0] = 6; } }],
  ];

  it.each(cases)('because of %s has status %i and never reaches the firmware', (_, delivery, submission) => {
    const { driver, log } = bench();
    succeed(driver, request(0x104), 12);
    log.length = 0;
    expect(driver.command(submission)).toMatchObject({ isDone: true, delivery });
    expect(log).toEqual([]);
  });

  it('is completed by event like any other', () => {
    const parts = bench();
    const { commands } = probe(parts);
    commands.take();
    parts.driver.command({ ...adapter, slot: 2, spoil: (entry) => { entry[0] = 6; } });
    expect(commands.take().map(({ data }) => dwordAt(data, 0))).toEqual([4]);
  });

  it('may leave its entry unsigned', () => {
    const { driver } = bench();
    driver.enqueue({ request: request(0x104), replyLengthBytes: 12 });
    driver.memory[0x103d] = 0;
    driver.write32(0x18, 1);
    driver.settle();
    expect(driver.completion(0)).toMatchObject({ isDone: true, delivery: 0 });
  });
});

describe('the function under random use', () => {
  const entry = fc.record({ slot: fc.nat(31), bytes: fc.uint8Array({ minLength: 64, maxLength: 64 }), isOwned: fc.boolean() });
  const access = fc.record({ offset: fc.oneof(fc.nat(0x2100), fc.nat(0x8000)), data: fc.uint8Array({ minLength: 1, maxLength: 8 }) });

  it('never throws, and is done after as many tasks as there are slots', () => {
    fc.assert(fc.property(fc.array(entry, { maxLength: 8 }), fc.array(access, { maxLength: 8 }), fc.nat(0xffffffff), (entries, accesses, slots) => {
      const { driver, device } = bench();
      for (const { slot, bytes, isOwned } of entries) {
        driver.memory.set(bytes, 0x1000 + slot * 64);
        driver.memory[0x1000 + slot * 64] = 7;
        driver.memory[0x103f + slot * 64] = isOwned ? 1 : 0;
      }
      driver.write32(0x18, slots);
      expect(driver.settle()).toBeLessThanOrEqual(32);
      const [region] = device.regions;
      for (const { offset, data } of accesses) {
        const width = data.length >= 8 ? 8 : data.length >= 4 ? 4 : data.length >= 2 ? 2 : 1;
        region?.write(offset - (offset % width), data.subarray(0, width));
        expect(region?.read(offset - (offset % width), width)).toHaveLength(width);
      }
      driver.settle();
    }), { numRuns: 300 });
  });

  it('survives a command queue that lies outside the guest', () => {
    const { driver } = bench();
    driver.write32(0x10, 0x7fff);
    driver.write32(0x14, 0xfffff000);
    driver.write32(0x18, 0xffffffff);
    expect(driver.settle()).toBe(32);
  });
});
