import { describe, expect, test } from 'vitest';
import { TestFirmware, words } from '../test-support.js';
import { put, textAt, u16, u32, u64, u8 } from '../wire.js';

const EP = { system: 1, port: 2, config: 3, log: 4, diag: 5 };
const BLOCK = { name: 1, log: 2, port: 0x10, sensors: 0x20 };

function opened(profile?: string) {
  const test = new TestFirmware(profile);
  return { test, driver: test.driver() };
}

const result = (outcome: unknown): unknown => (typeof outcome === 'object' && outcome !== null ? Reflect.get(outcome, 'result') : undefined);

/** A PORT_CONFIG block as it is, with some of its bytes changed. */
function portConfig(driver: ReturnType<TestFirmware['driver']>, port: number, ...changes: readonly (readonly [at: number, widthBytes: number, value: number])[]): Uint8Array {
  const block = driver.data(EP.config, 1, words(BLOCK.port, port), { roomBytes: 20 }).slice(4);
  for (const [at, widthBytes, value] of changes) put(block, at, widthBytes, value);
  return Buffer.concat([words(BLOCK.port), block]);
}

describe('SYSTEM', () => {
  test('says its versions', () => {
    const version = opened().driver.data(EP.system, 1, undefined, { roomBytes: 104 });
    expect([textAt(version, 0, 32), textAt(version, 32, 32), textAt(version, 64, 32), u32(version, 96), u8(version, 101)]).toEqual(['1.120.0-SIM-7', 'auxctl-sim-1', 'SIMDSC00000', 20_260_115, 2]);
  });

  test('says what it can do: in force, and at most', () => {
    const { driver } = opened();
    expect([0, 1].map((mode) => u32(driver.data(EP.system, 2, words(0, mode)), 0))).toEqual([0x1f, 0x3f]);
    const limits = driver.data(EP.system, 2, words(1, 0));
    expect([u16(limits, 0), u32(limits, 4), u32(limits, 8), u32(limits, 12)]).toEqual([2, 64, 4096, 200_000]);
    expect([result(driver.call(EP.system, 2, words(2, 0))), result(driver.call(EP.system, 2, words(0, 2))), result(driver.call(EP.system, 2, words(0)))]).toEqual([7, 3, 1]);
  });

  test('refuses a restart that is too far off', () => {
    const { driver, test } = opened();
    expect(result(driver.call(EP.system, 4, words(60_001, 0)))).toBe(3);
    test.nowMs = 120_000;
    expect(u32(driver.data(EP.system, 3), 8)).toBe(0);
  });
});

describe('PORT', () => {
  test('has a state', () => {
    const status = opened().driver.data(EP.port, 1, words(1), { roomBytes: 32 });
    expect([u32(status, 0), ...status.slice(4, 8), u32(status, 8), u32(status, 12), textAt(status, 16, 16)]).toEqual([1, 1, 1, 2, 0, 200_000, 0, 'SIM-QSFP56-DR4']);
  });

  test('counts while it is up, from 0 after clearing; version 1 adds two counters', () => {
    const { driver, test } = opened();
    const frames = (): number => Number(u64(driver.data(EP.port, 2, words(0)), 0));
    test.nowMs = 1000;
    expect(frames()).toBe(1_483_000);
    driver.data(EP.config, 2, portConfig(driver, 0, [4, 1, 0]));
    test.nowMs = 2000;
    expect(frames()).toBe(1_483_000);
    expect(u64(driver.data(EP.port, 0x1_0002, words(0), { roomBytes: 80 }), 64)).toBe(1n);
    expect([...driver.data(EP.port, 2, words(0), { roomBytes: 80 }).slice(64)]).toEqual(Array(16).fill(0));
    driver.data(EP.port, 3, words(0));
    expect(frames()).toBe(0);
  });

  test('loops back what it sends', () => {
    const { driver, test } = opened();
    test.nowMs = 1000;
    driver.data(EP.port, 4, words(0, 1));
    const counters = driver.data(EP.port, 2, words(0));
    expect(u64(counters, 16)).toBe(u64(counters, 0));
    expect(u8(driver.data(EP.port, 1, words(0)), 7)).toBe(1);
    expect(result(driver.call(EP.port, 4, words(0, 2)))).toBe(3);
  });

  test.each([1, 2, 3, 4])('operation %i refuses a port that there is not', (operation) => {
    expect(result(opened().driver.call(EP.port, operation, words(2, 0)))).toBe(2);
  });
});

describe('CONFIG', () => {
  test('takes a configuration whole, and says what is now', () => {
    const { driver } = opened();
    const wanted = portConfig(driver, 1, [5, 1, 0], [8, 4, 100_000], [12, 2, 9000]);
    const reply = driver.data(EP.config, 2, wanted, { roomBytes: 20 });
    expect(u32(reply, 0)).toBe(16);
    expect(Buffer.from(reply.slice(4))).toEqual(Buffer.from(wanted.slice(4)));
    expect(u32(driver.data(EP.port, 1, words(1)), 8)).toBe(100_000);
    expect(u32(driver.data(EP.port, 1, words(0)), 8)).toBe(200_000);
  });

  test.each([
    ['a speed that it has not', 8, 4, 123], ['more speed than it has', 8, 4, 400_000], ['a frame that is too long', 12, 2, 9217], ['a frame that is too short', 12, 2, 67],
    ['an unknown state', 4, 1, 2], ['an unknown correction', 5, 1, 4], ['unknown flags', 6, 1, 8], ['something in reserved bits', 7, 1, 1], ['something behind', 14, 2, 1],
  ])('refuses %s and changes nothing', (_what, at, widthBytes, value) => {
    const { driver, test } = opened();
    const digest = test.firmware.digest();
    expect(result(driver.call(EP.config, 2, portConfig(driver, 0, [at, widthBytes, value])))).toBe(3);
    expect(test.firmware.digest()).toBe(digest);
  });

  test('refuses blocks that are not there, cannot be written, or are not whole', () => {
    const { driver } = opened();
    const refusals = [driver.call(EP.config, 1, words(0x99)), driver.call(EP.config, 2, words(BLOCK.sensors, 0, 0)), driver.call(EP.config, 2, words(BLOCK.log, 1)), driver.call(EP.config, 1, words(BLOCK.port, 9)), driver.call(EP.config, 1)];
    expect(refusals.map(result)).toEqual([4, 5, 1, 2, 1]);
  });

  test('keeps what is saved over a restart, and counts what was saved anew', () => {
    const { driver, test } = opened();
    const digest = test.firmware.digest();
    driver.data(EP.config, 2, portConfig(driver, 0, [12, 2, 9000]));
    driver.data(EP.config, 2, words(BLOCK.log, 3, 1));
    expect([u32(driver.data(EP.config, 3), 0), u32(driver.data(EP.config, 3), 0)]).toEqual([2, 0]);
    driver.data(EP.config, 2, portConfig(driver, 0, [12, 2, 1500]));
    driver.data(EP.system, 4, words(0, 0));
    expect(u16(driver.data(EP.config, 1, words(BLOCK.port, 0)), 16)).toBe(9000);
    expect(test.firmware.digest()).not.toBe(digest);
  });

  test('refuses a name that is not text', () => {
    expect(result(opened().driver.call(EP.config, 2, Buffer.concat([words(BLOCK.name), Buffer.alloc(64, 0x07)])))).toBe(3);
  });
});

describe('LOG', () => {
  const entries = (bytes: Uint8Array): string[] => Array.from({ length: u32(bytes, 0) }, (_, index) => textAt(bytes, 8 + index * 64 + 16, 48));

  test('notes what happens, by level and module, up to 8 entries a reply, and goes on from where it is told', () => {
    const { driver } = opened();
    for (let round = 0; round < 10; round++) driver.data(EP.config, 3);
    const first = driver.data(EP.log, 1, words(0), { roomBytes: 520 });
    expect([entries(first).length, u32(first, 4), entries(first)[0]]).toEqual([8, 8, 'firmware started']);
    const rest = driver.data(EP.log, 1, words(8), { roomBytes: 520 });
    expect([entries(rest).length, u32(rest, 4)]).toEqual([3, 11]);
    expect(entries(driver.data(EP.log, 1, words(0), { roomBytes: 8 + 64 + 63 }))).toHaveLength(1);
    driver.data(EP.config, 2, words(BLOCK.log, 0, 0xf));
    driver.data(EP.config, 3);
    expect(u32(driver.data(EP.log, 1, words(11)), 0)).toBe(0);
  });

  test('keeps the last 64 entries, and none when it is cleared', () => {
    const { driver } = opened();
    for (let round = 0; round < 100; round++) driver.data(EP.config, 3);
    const oldest = driver.data(EP.log, 1, words(0), { roomBytes: 520 });
    expect(u32(oldest, 8 + 12)).toBe(101 - 64);
    driver.data(EP.log, 2);
    expect([...driver.data(EP.log, 1, words(0), { roomBytes: 8 })]).toEqual([0, 0, 0, 0, 101, 0, 0, 0]);
  });
});

describe('DIAG', () => {
  test('reads and writes memory within its bounds', () => {
    const { driver } = opened();
    driver.data(EP.diag, 2, Buffer.concat([words(4092), Uint8Array.of(1, 2, 3, 4)]));
    expect([...driver.data(EP.diag, 1, words(4088, 8), { roomBytes: 12 })]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    const refusals = [driver.call(EP.diag, 1, words(4089, 8)), driver.call(EP.diag, 1, words(0xffff_ffff, 1)), driver.call(EP.diag, 2, words(4096, 0)), driver.call(EP.diag, 1, words(0, 512))];
    expect(refusals.map(result)).toEqual([6, 6, 6, 1]);
  });

  test('tests itself: links change twice, a bad memory fails with its bit', () => {
    const { driver } = opened();
    expect(u32(driver.data(EP.diag, 3, words(2)), 0)).toBe(0);
    expect([0, 1].map((port) => u32(driver.data(EP.port, 1, words(port)), 12))).toEqual([2, 2]);
    driver.data(EP.diag, 2, Buffer.concat([words(0), Uint8Array.of(0xff)]));
    expect(driver.call(EP.diag, 3, words(1), { roomBytes: 8 })).toEqual({ result: 8, data: words(1, 1200) });
    expect(result(driver.call(EP.diag, 3, words(4)))).toBe(3);
  });
});

test('a minimal firmware has one operation and small messages', () => {
  const { driver } = opened('minimal');
  expect(textAt(driver.data(EP.system, 1, undefined, { roomBytes: 256 }), 0, 32)).toBe('1.0.0-SIM-1');
  expect([driver.call(EP.system, 1, undefined, { roomBytes: 257 }), driver.call(EP.system, 1, new Uint8Array(65)), driver.call(EP.system, 3)]).toEqual(Array(3).fill({ errno: 'EINVAL' }));
});
