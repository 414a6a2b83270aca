import { describe, expect, test } from 'vitest';
import { TestFirmware, TestPciDriver, words } from '../test-support.js';
import { packed, textAt, u16, u32, u64, u8 } from '../wire.js';

const NOP = packed(64, [0, 1, 0]);
const SYSTEM = 1;

function plugged(profile?: string) {
  const firmware = new TestFirmware(profile);
  return { firmware, driver: new TestPciDriver(firmware) };
}

function probed(profile?: string) {
  const both = plugged(profile);
  both.driver.probe();
  return both;
}

describe('device information', () => {
  test('has the signature, versions and texts in their places', () => {
    const { driver } = plugged();
    expect([0, 1, 2, 3].map((at) => driver.read(at, 1))).toEqual([0x49, 0x56, 0x45, 0x44]);
    expect([driver.read(5, 1), driver.read(6, 1), driver.read(7, 1)]).toEqual([0, 2, 1]);
    const text = (at: number): string => textAt(Uint8Array.from({ length: 32 }, (_, index) => driver.read(at + index, 1)), 0, 32);
    expect([text(12), text(44)]).toEqual(['1.120.0-SIM-7', 'SIMDSC00000']);
  });

  test('cannot be written', () => {
    const { driver } = plugged();
    driver.write(0, 0);
    expect(driver.read(0, 4)).toBe(0x4445_5649);
  });
});

describe('device commands', () => {
  test('identify the device, in version 1 only', () => {
    const { driver } = plugged();
    expect([driver.command(1, [1, 1, 1]), driver.read(0x849, 1)]).toEqual([0, 1]);
    expect([driver.read(0x888, 1), driver.read(0x890, 4), driver.read(0x888 + 24 + 12, 2), driver.read(0x888 + 24 + 2, 2)]).toEqual([1, 4, 1, 0]);
    expect(driver.command(1, [1, 1, 2])).toBe(1);
  });

  test('INIT answers where its data stood', () => {
    const { driver } = plugged();
    expect(driver.init()).toBe(0);
    expect([driver.read(0x888, 4), driver.read(0x88c, 4), driver.read(0x890, 4), driver.read(0x894, 1), driver.read(0x895, 1)]).toEqual([1, 5, 6, 2, 3]);
  });

  test('lists the stored firmwares', () => {
    const { driver } = plugged();
    expect(driver.command(5, [4, 1, 7])).toBe(0);
    const list = Uint8Array.from({ length: 121 }, (_, index) => driver.read(0x888 + index, 1));
    expect([u8(list, 0), ...[0, 1, 2].map((slot) => textAt(list, 9 + slot * 40, 32))]).toEqual([3, '1.0.0-SIM-1', '1.120.0-SIM-7', '1.118.0-SIM-3']);
    expect([driver.command(5, [4, 1, 0]), driver.command(60), driver.command(0)]).toEqual([19, 2, 0]);
  });

  test('are not done while firmware hangs or is down', () => {
    const { driver, firmware } = plugged();
    firmware.firmware.faults.hang = true;
    expect(driver.command(1, [1, 1, 1])).toBeUndefined();
    firmware.firmware.faults.hang = false;
    firmware.firmware.life.restart(0, 10);
    expect([driver.command(1, [1, 1, 1]), driver.read(7, 1)]).toEqual([undefined, 0]);
  });
});

describe('the admin queue', () => {
  test('registers clients, with numbers that are not 0, and knows them again', () => {
    const { driver, firmware } = probed();
    expect(driver.client).toBe(1);
    expect(firmware.firmware.admin.clients).toEqual(['pds_core.fwctl.0']);
    driver.post(packed(64, [0, 1, 7], [2, 2, 1]), packed(64, [0, 1, 7], [2, 2, 1]), packed(64, [0, 1, 8], [2, 2, 1], [4, 1, 70]), packed(64, [0, 1, 99]), packed(64, [0, 1, 6]));
    driver.settle();
    expect([1, 2, 3, 4, 5].map((place) => u8(driver.completion(place), 0))).toEqual([0, 33, 33, 2, 14]);
  });

  test('completes in order, each with its index, and the color changes at every turn of the ring', () => {
    const { driver } = probed();
    for (let round = 0; round < 40; round++) {
      driver.post(NOP);
      driver.settle();
    }
    const state = Array.from({ length: 16 }, (_, place) => [u16(driver.completion(place), 2), u8(driver.completion(place), 15)]);
    expect(state).toEqual(Array.from({ length: 16 }, (_, place) => [place, place < 41 % 16 ? 0x80 : 0]));
  });

  test('runs all commands behind one doorbell, after the doorbell has returned', () => {
    const { driver } = probed();
    driver.post(NOP, NOP, NOP);
    expect(u8(driver.completion(1), 15)).toBe(0);
    driver.settle();
    expect([1, 2, 3, 4].map((place) => u8(driver.completion(place), 15))).toEqual([0x80, 0x80, 0x80, 0]);
  });

  test('identifies itself and lists endpoints and operations into the driver\'s memory', () => {
    const { driver } = probed();
    const { base, bytes } = driver.memory;
    const query = (entity: number, endpoint: number, room = 4096): Uint8Array => packed(64, [0, 1, 8], [2, 2, 1], [4, 1, 72], [5, 1, entity], [8, 4, room], [12, 8, base + 0x5000n], [20, 4, endpoint]);
    driver.post(packed(64, [0, 1, 8], [2, 2, 1], [4, 1, 70], [8, 4, 22], [12, 8, base + 0x4000n]));
    driver.settle();
    expect([u64(bytes, 0x4000), u32(bytes, 0x400c), u32(bytes, 0x4010), u8(bytes, 0x4016)]).toEqual([0n, 4096, 16_384, 0]);
    driver.post(query(0, 0));
    driver.settle();
    expect([u32(bytes, 0x5004), ...[0, 1, 2, 3, 4, 5].map((at) => u32(bytes, 0x5008 + at * 4))]).toEqual([6, 0x5349_4d01, 0x5349_4d02, 0x5349_4d03, 0x5349_4d04, 0x5349_4d05, 0x5349_4d06]);
    driver.post(query(1, 0x5349_4d02));
    driver.settle();
    expect([u32(bytes, 0x5004), ...[0, 1, 2, 3].map((at) => [u32(bytes, 0x5008 + at * 8), u8(bytes, 0x500c + at * 8)])]).toEqual([4, [1, 0], [0x1_0002, 0], [3, 4], [4, 8]]);
    driver.post(query(1, 0x77), query(2, 0x5349_4d02), query(0, 0, 8));
    driver.settle();
    expect([4, 5, 6].map((place) => u8(driver.completion(place), 0))).toEqual([7, 19, 14]);
  });

  test('runs an operation: request from memory, reply into it and not a byte further', () => {
    const { driver } = probed();
    driver.memory.bytes.fill(0xee, 0x6000, 0x6100);
    driver.post(driver.rpc(1, SYSTEM, { at: 0x4000, bytes: new Uint8Array() }, { at: 0x6000, lengthBytes: 16 }));
    driver.settle();
    expect([u8(driver.completion(1), 0), u32(driver.completion(1), 4), u32(driver.completion(1), 8)]).toEqual([0, 0, 16]);
    expect([textAt(driver.memory.bytes, 0x6000, 13), ...driver.memory.bytes.slice(0x6010, 0x6014)]).toEqual(['1.120.0-SIM-7', 0xee, 0xee, 0xee, 0xee]);
  });

  test.each([
    ['a form other than by address', [6, 2, 1], 14], ['scatter lists of requests', [44, 1, 1], 14], ['scatter lists of replies', [60, 1, 1], 14],
    ['more than it takes', [40, 4, 4097], 14], ['more than it gives', [56, 4, 16_385], 14], ['an unknown endpoint', [8, 4, 0x77], 7], ['an unknown operation', [12, 4, 77], 19],
    ['a version too new', [12, 4, 0x1_0001], 1], ['memory that is not there, to read', [32, 8, 8], 17], ['memory that is not there, to write', [48, 8, 8], 17], ['an unknown client', [2, 2, 9], 33],
  ] as const)('refuses %s', (_what, [at, widthBytes, value], status) => {
    const { driver } = probed();
    const entry = driver.rpc(1, SYSTEM, { at: 0x4000, bytes: words(0) }, { at: 0x6000, lengthBytes: 16 });
    entry.set(packed(widthBytes, [0, widthBytes, value]), at);
    driver.post(entry);
    driver.settle();
    expect(u8(driver.completion(1), 0)).toBe(status);
  });

  test('gives no answer after RESET, and forgets what was posted', () => {
    const { driver } = probed();
    driver.post(NOP);
    driver.command(2);
    driver.settle();
    expect(u8(driver.completion(1), 15)).toBe(0);
    driver.post(NOP);
    driver.settle();
    expect(u8(driver.completion(1), 15)).toBe(0);
  });

  test('a ring in memory that is gone stops the queue, and nothing else', () => {
    const { driver } = plugged();
    const data = packed(32, [0, 8, 8n], [8, 8, 8n], [16, 8, 8n], [30, 1, 4], [31, 1, 6]);
    for (let at = 0; at < 32; at += 4) driver.write(0x888 + at, u32(data, at));
    expect(driver.command(3)).toBe(0);
    driver.post(NOP);
    driver.settle();
    expect(driver.init()).toBe(0);
    driver.post(NOP);
    driver.settle();
    expect(u8(driver.completion(0), 15)).toBe(0x80);
  });
});

describe('interrupts', () => {
  test('one speaks, masks itself, and speaks again when there is more than was returned', () => {
    const { driver } = probed();
    driver.raised.length = 0;
    driver.post(NOP, NOP, NOP);
    driver.settle();
    expect([driver.raised, driver.read(0x2008, 2), driver.read(0x2004, 4)]).toEqual([[0], 3, 1]);
    driver.handle(2);
    expect([driver.raised, driver.read(0x2008, 2)]).toEqual([[0, 0], 1]);
    driver.handle(1);
    expect([driver.raised, driver.read(0x2008, 2), driver.read(0x2004, 4)]).toEqual([[0, 0], 0, 0]);
  });

  test('a masked one waits until it is not', () => {
    const { driver } = probed();
    driver.raised.length = 0;
    driver.write(0x2004, 1);
    driver.post(NOP);
    driver.settle();
    expect(driver.raised).toEqual([]);
    driver.write(0x2004, 0);
    expect(driver.raised).toEqual([0]);
  });

  test('the first write of the driver\'s start, and reads beyond, do no harm', () => {
    const { driver } = plugged();
    driver.write(0x2008, 0x2_0000);
    driver.write(0x2000, 7);
    driver.write(0x2ffc, 7);
    expect([driver.read(0x2000, 4), driver.read(0x2008, 4), driver.read(0x2ffc, 4), driver.read(0x1000, 4), driver.read(0xfffc, 4)]).toEqual([7, 0, 0, 0, 0]);
  });
});

describe('events', () => {
  const takeDown = (driver: TestPciDriver): Uint8Array => {
    const block = packed(20, [0, 4, 0x10], [4, 4, 1], [9, 1, 3], [10, 1, 1], [12, 4, 200_000], [16, 2, 1500]);
    return driver.rpc(2, 3, { at: 0x4000, bytes: block }, { at: 0x6000, lengthBytes: 64 });
  };

  test('a link that changes is told in the notify queue, numbered from 1', () => {
    const { driver } = probed();
    driver.post(takeDown(driver));
    driver.settle();
    const event = driver.event(0);
    expect([u64(event, 0), u16(event, 8), u16(event, 10), u32(event, 12)]).toEqual([1n, 1, 0, 0]);
    expect(driver.read(0x2008, 2)).toBe(2);
  });

  test('the queue goes round', () => {
    const { driver } = probed();
    for (let round = 0; round < 33; round++) {
      driver.post(driver.rpc(3, 5, { at: 0x4000, bytes: words(2) }, { at: 0x6000, lengthBytes: 16 }));
      driver.settle();
    }
    expect([u64(driver.event(63), 0), u64(driver.event(0), 0), u64(driver.event(3), 0), u64(driver.event(4), 0)]).toEqual([128n, 129n, 132n, 69n]);
  });
});

describe('restarts', () => {
  const restart = (driver: TestPciDriver, delayMs: number, downMs: number): void => {
    driver.post(driver.rpc(4, SYSTEM, { at: 0x4000, bytes: words(delayMs, downMs) }, { at: 0x6000, lengthBytes: 0 }));
    driver.settle();
  };

  test('the status register goes down and up, with another generation; events tell of it; clients are kept', () => {
    const { driver, firmware } = probed();
    restart(driver, 10, 100);
    expect([driver.read(7, 1), u16(driver.event(0), 8), u8(driver.event(0), 11)]).toEqual([0x01, 2, 0]);
    firmware.nowMs = 10;
    expect(driver.read(7, 1)).toBe(0x00);
    driver.post(NOP);
    driver.settle();
    expect(u8(driver.completion(2), 15)).toBe(0);
    firmware.nowMs = 110;
    expect(driver.read(7, 1)).toBe(0x11);
    driver.command(2);
    driver.init();
    expect([u64(driver.event(0), 0), u16(driver.event(0), 8), u8(driver.event(0), 11)]).toEqual([1n, 2, 1]);
    driver.post(driver.rpc(3, SYSTEM, { at: 0x4000, bytes: new Uint8Array() }, { at: 0x6000, lengthBytes: 16 }));
    driver.settle();
    expect([u8(driver.completion(0), 0), u8(driver.completion(0), 15), u32(driver.memory.bytes, 0x6008)]).toEqual([0, 0x80, 1]);
  });

  test('generations go round after 16', () => {
    const { driver, firmware } = plugged();
    const seen = Array.from({ length: 17 }, () => {
      firmware.firmware.life.restart(0, 0);
      return driver.read(7, 1);
    });
    expect([seen[0], seen[14], seen[15], seen[16]]).toEqual([0x11, 0xf1, 0x01, 0x11]);
  });

  test('a firmware that hung comes back by restarting: no late answer into memory that is no longer the device\'s', () => {
    const { driver, firmware } = probed();
    firmware.firmware.faults.hang = true;
    driver.post(NOP, NOP);
    driver.settle();
    expect([driver.read(7, 1), u8(driver.completion(1), 15)]).toEqual([0x01, 0]);
    firmware.firmware.faults.hang = false;
    expect(driver.read(7, 1)).toBe(0x11);
    driver.settle();
    expect(u8(driver.completion(1), 15)).toBe(0);
  });

  test('a reset of the function leaves firmware as it is, without clients and queues', () => {
    const { driver, firmware } = probed();
    driver.post(driver.rpc(2, 5, { at: 0x4000, bytes: words(0, 7) }, { at: 0x6000, lengthBytes: 0 }));
    driver.settle();
    const digest = firmware.firmware.digest();
    driver.function.reset();
    expect([firmware.firmware.admin.clients, driver.read(7, 1), driver.read(0x2004, 4), firmware.firmware.digest()]).toEqual([[], 0x01, 1, digest]);
    driver.probe();
    expect(driver.client).toBe(2);
  });
});

test('whatever stands in the rings, the function never throws, and answers every entry', () => {
  const { driver } = probed('faulty');
  let seed = 20_261_129;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed / 2 ** 32;
  };
  let answered = 0;
  for (let round = 0; round < 3000; round++) {
    const entry = Uint8Array.from({ length: 64 }, () => Math.floor(random() * 256));
    if (random() < 0.9) entry.set(packed(4, [0, 1, 8], [2, 2, 1]));
    if (random() < 0.8) entry.set([70, 71, 72].slice(Math.floor(random() * 3)).slice(0, 1), 4);
    if (random() < 0.7) entry.set(driver.rpc(1 + Math.floor(random() * 4), 1 + Math.floor(random() * 6), { at: 0x4000, bytes: Uint8Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256)) }, { at: 0x6000, lengthBytes: Math.floor(random() * 600) }));
    if (entry[4] === 71 && u32(entry, 8) === 0x5349_4d01 && u16(entry, 12) === 4) continue;
    driver.post(entry);
    driver.settle();
    answered++;
    expect(u8(driver.completion(answered % 16), 15)).toBe(Math.floor(answered / 16) % 2 === 0 ? 0x80 : 0);
  }
  expect(answered).toBeGreaterThan(2500);
});
