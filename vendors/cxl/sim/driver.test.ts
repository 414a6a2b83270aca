import { expect, test } from 'vitest';
import { FeatureDriver } from './driver.js';
import { Firmware } from './firmware/model.js';
import { PROFILES } from './profiles/index.js';
import * as own from './profiles/own-features.js';
import { PATROL_SCRUB } from './profiles/spec-features.js';
import { pack, uintAt, uuidBytes, type Part } from './wire.js';

function driver(profile = 'expander') {
  const chosen = PROFILES.get(profile);
  if (chosen === undefined) throw new RangeError(profile);
  const firmware = new Firmware(chosen);
  const bound = new FeatureDriver(firmware);
  return { firmware, rpc: (request: Uint8Array, { scope = 3, room = 4096 } = {}) => bound.rpc({ request, scope, replyLengthBytes: room }) };
}

const message = (opcode: number, parts: readonly Part[], size = pack(...parts).length): Uint8Array => pack([4, opcode], [4, 0], [4, size], [4, 0], ...parts);
const list = (count: number, start = 0): Uint8Array => message(0x500, [[4, count], [2, start], [2, 0]]);
const get = (uuid: string, count: number, offset = 0, selection = 0): Uint8Array => message(0x501, [uuidBytes(uuid), [2, offset], [2, count], [1, selection]]);
const set = (uuid: string, data: Uint8Array, version = 1): Uint8Array => message(0x502, [uuidBytes(uuid), [4, 0], [2, 0], [1, version], new Uint8Array(9), data]);
const byte = Uint8Array.of(1);

/** In the order of the driver's checks. */
test.each<[string, Uint8Array, { scope?: number; room?: number }, string]>([
  ['a request without a header', new Uint8Array(15), {}, 'EINVAL'],
  ['a size over the request', message(0x501, [uuidBytes(PATROL_SCRUB.uuid)], 17), {}, 'EINVAL'],
  ['another opcode', message(0x4000, []), {}, 'EINVAL'],
  ['a list of size 7', message(0x500, [new Uint8Array(7)]), {}, 'EINVAL'],
  ['a list past its end', list(48, 18), {}, 'EINVAL'],
  ['a get of size 20', message(0x501, [new Uint8Array(20)]), {}, 'EINVAL'],
  ['a get of size 22', message(0x501, [new Uint8Array(22)]), {}, 'EINVAL'],
  ['a get of nothing', get(PATROL_SCRUB.uuid, 0), {}, 'EINVAL'],
  ['a get without room', get(PATROL_SCRUB.uuid, 4), { room: 11 }, 'EINVAL'],
  ['a set without a UUID', message(0x502, [new Uint8Array(15)]), {}, 'EINVAL'],
  ['a set of an unknown feature', set('11111111-2222-3333-4444-555555555555', byte), {}, 'EINVAL'],
  ['a set of what cannot change', set(own.LABEL.uuid, byte), {}, 'EINVAL'],
  ['a set of what the kernel keeps', set(PATROL_SCRUB.uuid, byte), {}, 'EINVAL'],
  ['a set in the background', set(own.MEDIA_TEST.uuid, byte), {}, 'EINVAL'],
  ['a set with reserved effects', set(own.FUTURE.uuid, byte), {}, 'EINVAL'],
  ['a set without effects', set(own.EFFECTLESS.uuid, byte), {}, 'EINVAL'],
  ['a set at a reset with scope 1', set(own.THROTTLING.uuid, byte, 2), { scope: 1 }, 'EINVAL'],
  ['an immediate set with scope 2', set(own.QUEUE_DEPTH.uuid, byte), { scope: 2 }, 'EINVAL'],
  ['a set of no data', set(own.QUEUE_DEPTH.uuid, new Uint8Array()), {}, 'EINVAL'],
  ['a set without room for the reply', set(own.QUEUE_DEPTH.uuid, byte), { room: 7 }, 'EINVAL'],
])('the driver refuses %s', (_what, request, how, errno) => {
  expect(driver().rpc(request, how)).toEqual({ errno });
});

test('upper bits of the opcode, flags and reserved words are not looked at', () => {
  const request = get(own.TEST_FEATURE.uuid, 4);
  request.set([0xff, 0xff], 2);
  request.set([1, 2, 3, 4], 4);
  request.set([1, 2, 3, 4], 12);
  expect(Buffer.from(driver().rpc(request) as Uint8Array).toString('hex')).toBe('0400000000000000efbeadde0000000000000000');
});

test('a reply is counted 8 bytes too long, cut to its room, and says by itself how long it is', () => {
  const { rpc } = driver();
  const length = (reply: unknown): [number, number] => (reply instanceof Uint8Array ? [reply.length, uintAt(reply, 0, 4)] : [-1, -1]);
  expect(length(rpc(list(48 * 3)))).toEqual([24 + 48 * 3, 8 + 48 * 3]);
  expect(length(rpc(list(47)))).toEqual([24, 8]);
  expect(length(rpc(list(4096), { room: 100 }))).toEqual([100, 8 + 48 * 18]);
  expect(length(rpc(get(own.TEST_FEATURE.uuid, 4), { room: 12 }))).toEqual([12, 4]);
  expect(length(rpc(set(own.QUEUE_DEPTH.uuid, Uint8Array.of(9, 0, 0, 0))))).toEqual([16, 0]);
});

test('a mailbox that fails looks like success of a set, and like nothing of a get', () => {
  const { firmware, rpc } = driver();
  const before = firmware.digest();
  firmware.faults.isDeaf = true;
  expect([...(rpc(set(own.QUEUE_DEPTH.uuid, byte)) as Uint8Array)]).toEqual([...new Uint8Array(16)]);
  expect([...(rpc(get(own.TEST_FEATURE.uuid, 4)) as Uint8Array)]).toEqual([...new Uint8Array(16)]);
  expect(firmware.digest()).toBe(before);
});

test('the device\'s code passes unchanged, and a part that fails fails the whole', () => {
  const { rpc } = driver();
  const code = (reply: unknown): number => (reply instanceof Uint8Array ? uintAt(reply, 4, 4) : -1);
  expect(code(rpc(get('11111111-2222-3333-4444-555555555555', 4)))).toBe(0x3);
  expect(code(rpc(get(own.TEST_FEATURE.uuid, 5)))).toBe(0x2);
  expect(code(rpc(get(own.QUEUE_DEPTH.uuid, 4, 0, 1)))).toBe(0x1a);
  expect(code(rpc(get(own.ADDRESS_FILTER.uuid, 5001), { room: 8192 }))).toBe(0x2);
  expect(code(rpc(set(own.THROTTLING.uuid, Uint8Array.of(1, 2, 3, 0), 1)))).toBe(0x19);
  expect(code(rpc(set(own.ADDRESS_FILTER.uuid, new Uint8Array(5001))))).toBe(0x2);
});

test('a device that lists no Set Feature takes none', () => {
  expect(driver('minimal').rpc(set(own.TEST_FEATURE.uuid, byte))).toEqual({ errno: 'EINVAL' });
});
