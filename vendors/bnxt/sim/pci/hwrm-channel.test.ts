import { expect, test } from 'vitest';
import { message, numberAt, putNumber, raw, u16, u64, u8 } from '../bytes.js';
import { FirmwareModel } from '../firmware/model.js';
import { PROFILES } from '../profiles/index.js';
import { TestGuest } from '../test-guest.js';
import { NetxtremeFunction } from './netxtreme-function.js';

const REPLY = 0x2000;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function plugged(): { guest: TestGuest; model: FirmwareModel; device: NetxtremeFunction } {
  const profile = PROFILES.get('bcm57414') ?? expect.unreachable();
  const model = new FirmwareModel({ index: 0, profile, now: () => 0 });
  const guest = new TestGuest();
  const device = new NetxtremeFunction(model, guest.schedule);
  guest.plug(device);
  return { guest, model, device };
}

function request(opcode: number, { sequence = 0, address = REPLY, lengthBytes = 24 } = {}): Uint8Array {
  return message(lengthBytes, u16(0, opcode, 0xffff, sequence, 0xffff), u64(8, address), u16(16, 0xffff));
}

const replyAt = (guest: TestGuest, address = REPLY): Uint8Array => guest.memory.subarray(address, address + numberAt(guest.memory, address + 6, 2));

test('VER_GET as the driver writes it at probe is answered where it says', () => {
  const { guest } = plugged();
  const asked = bytes('0000 ffff 0000 ffff 0020000000000000 010a03 0000000000');
  guest.send(asked);
  expect(guest.written).toEqual([]);
  guest.settle();
  const reply = replyAt(guest);
  expect(reply).toHaveLength(176);
  expect([...reply.subarray(0, 11)]).toEqual([0, 0, 0, 0, 0, 0, 176, 0, 1, 10, 3]);
  expect(reply.at(-1)).toBe(1);
});

test('payload, code and number, length and mark of completeness come in this order', () => {
  const { guest } = plugged();
  guest.send(request(0xe0));
  guest.settle();
  expect(guest.written).toEqual([[REPLY + 8, 15], [REPLY, 6], [REPLY + 6, 2], [REPLY + 23, 1]]);
});

test('an unknown command is answered with an error of 16 bytes', () => {
  const { guest } = plugged();
  guest.send(request(0xc9, { sequence: 44 }));
  guest.settle();
  expect(Buffer.from(replyAt(guest)).toString('hex')).toBe(Buffer.from(bytes('ffff c900 2c00 1000 00000000 0000 00 01')).toString('hex'));
});

test('stores of any width make a request, and a tail may lie beyond the window', () => {
  const { guest, device } = plugged();
  const asked = request(0x16);
  for (const [at, byte] of asked.entries()) device.regions[0]?.write(at, Uint8Array.of(byte));
  guest.store(0x80, Uint8Array.of(0, 0));
  guest.store(0x100, Uint8Array.of(1, 0, 0, 0));
  guest.settle();
  expect(numberAt(replyAt(guest), 2, 2)).toBe(0x16);
});

test('an answer that comes after the next doorbell, or after a reset, is not written', () => {
  const { guest, device } = plugged();
  guest.send(request(0x15, { address: REPLY }));
  guest.send(request(0x16, { address: REPLY + 0x1000 }));
  guest.settle();
  expect([numberAt(guest.memory, REPLY + 6, 2), numberAt(guest.memory, REPLY + 0x1006, 2)]).toEqual([0, 176]);
  guest.written.length = 0;
  guest.send(request(0x15));
  device.reset();
  guest.settle();
  expect(guest.written).toEqual([]);
});

test('a hanging firmware takes a request and writes nothing, and answers the next one when it has recovered', () => {
  const { guest, model } = plugged();
  model.faults.hang = true;
  guest.send(request(0xe0));
  guest.settle();
  expect(guest.written).toEqual([]);
  model.faults.hang = false;
  guest.send(request(0xe0, { sequence: 1 }));
  guest.settle();
  expect(numberAt(replyAt(guest), 4, 2)).toBe(1);
});

test('a request that is longer than the window is fetched from memory', () => {
  const { guest, model } = plugged();
  const long = message(160, raw(0, request(0x17, { lengthBytes: 160 })), u8(24, 0x10), u16(36, 7));
  guest.memory.set(long, 0x3000);
  guest.send(message(16, u16(0, 0x17, 0x4321, 0xffff, 160), u64(8, 0x3000)));
  guest.settle();
  expect(model.state.rings.txRings).toBe(7);
  expect(numberAt(replyAt(guest), 0, 4)).toBe(0x17 * 0x10000);
});

test.each([
  ['one that would be short in any case', message(16, u16(0, 0, 0x4321, 0xffff, 24), u64(8, 0x3000))],
  ['one of a length that nobody announced', message(16, u16(0, 0, 0x4321, 0xffff, 4096), u64(8, 0x3000))],
  ['one that points nowhere', message(16, u16(0, 0, 0x4321, 0xffff, 160))],
  ['one that points at another', message(16, u16(0, 0, 0x4321, 0xffff, 160), u64(8, 0x4000))],
  ['a request whose answer goes nowhere', request(0, { address: 0 })],
  ['a request whose answer goes to memory that is not there', request(0, { address: 0xffff_0000 })],
])('nothing is written for %s', (_what, asked) => {
  const { guest } = plugged();
  putNumber(guest.memory, 0x4002, 2, 0x4321);
  guest.send(asked);
  guest.settle();
  expect(guest.written).toEqual([]);
});

test('the firmware status register says that all is well, and the registers behind the window nothing', () => {
  const { guest } = plugged();
  expect([guest.load(0x520), guest.load(0x31f0)]).toEqual([0x8000, 0]);
});
