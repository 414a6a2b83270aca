import { expect, test } from 'vitest';
import { SimulatedMemoryDevice } from '../index.js';
import { pack, putUint, uintAt } from '../wire.js';

/** What the kernel's driver does to a function, access by access (`drivers/cxl/pci.c`, `drivers/cxl/core/regs.c`). */
function host(profile = 'expander') {
  const simulated = new SimulatedMemoryDevice({ index: 3, profile });
  const device = simulated.pciDevice();
  const [bar] = device.regions;
  if (bar === undefined) throw new RangeError('no region');
  const read = (offset: number, width: 1 | 2 | 4 | 8): number => uintAt(bar.read(offset, width), 0, Math.min(width, 6));
  const entries = Array.from({ length: read(4, 2) }, (_, at) => (at + 1) * 16).map((at) => [read(at, 2), read(at + 4, 4), read(at + 8, 4)] as const);
  const mailbox = entries.find(([id]) => id === 2)?.[1] ?? 0;
  const command = (opcode: number, payload: Uint8Array) => {
    for (let at = 0; at < payload.length; at += 4) bar.write(mailbox + 0x20 + at, payload.subarray(at, at + 4));
    const register = new Uint8Array(8);
    putUint(register, 0, 2, opcode);
    putUint(register, 2, 3, payload.length);
    bar.write(mailbox + 8, register);
    bar.write(mailbox + 4, Uint8Array.of(1, 0, 0, 0));
    return { isRung: (read(mailbox + 4, 4) & 1) === 1, code: read(mailbox + 0x14, 2), lengthBytes: Math.floor(read(mailbox + 8, 8) / 0x10000) & 0x1fffff, at: (offset: number, width: number) => uintAt(bar.read(mailbox + 0x20 + offset, 8), 0, width) };
  };
  return { simulated, device, read, entries, mailbox, command };
}

test('the function is one that the standard driver binds to, and shows where its registers are', () => {
  const { device, entries, read } = host();
  expect(device.identity.classCode).toBe(0x050210);
  const [serial, cxl, locator] = device.extendedCapabilities ?? [];
  expect([serial?.id, Buffer.from(serial?.data ?? []).toString('hex')]).toEqual([3, '03000000515e0000']);
  expect([uintAt(cxl?.data ?? new Uint8Array(), 0, 2), uintAt(cxl?.data ?? new Uint8Array(), 2, 2) >> 4, uintAt(cxl?.data ?? new Uint8Array(), 4, 2)]).toEqual([0x1e98, 0x3c, 0]);
  expect(Buffer.from(locator?.data ?? []).toString('hex')).toBe('981e' + '4001' + '0800' + '0000' + '00030000' + '00000000');
  expect(entries.map(([id]) => id).sort()).toEqual([1, 16384, 2]);
  expect(read(0x110, 8)).toBe(0x14);
});

test('a command runs while the doorbell is written', () => {
  const { command, read, mailbox } = host();
  expect(read(mailbox, 4)).toBe(11);
  const identity = command(0x4000, new Uint8Array());
  expect([identity.isRung, identity.code, identity.lengthBytes, identity.at(16, 6)]).toEqual([false, 0, 67, 1]);
  const features = command(0x500, pack([4, 8 + 48 * 5], [2, 0], [2, 0]));
  expect([features.code, features.lengthBytes, features.at(0, 2), features.at(2, 2)]).toEqual([0, 8 + 48 * 5, 5, 18]);
  expect(command(0x4400, new Uint8Array()).code).toBe(3);
  expect(command(0x401, new Uint8Array(24)).code).toBe(0x17);
});

test('a firmware that hangs keeps the doorbell rung, and answers what it took when it is well again', () => {
  const { simulated, command, read, mailbox } = host();
  simulated.faults.hang = true;
  expect(command(0x4000, new Uint8Array()).isRung).toBe(true);
  simulated.faults.hang = false;
  expect(read(mailbox + 4, 4)).toBe(0);
  expect(Math.floor(read(mailbox + 8, 8) / 0x10000)).toBe(67);
});

test('an unfinished transfer is dropped by a new one, and parts out of order are refused', () => {
  const { command } = host();
  const part = (action: number, offset: number, data: number): number => command(0x502, pack(Buffer.from('1f6c2b048d3a4c519e0b7a55c0ffee04', 'hex'), [4, action + 8], [2, offset], [1, 1], new Uint8Array(9), new Uint8Array(data))).code;
  expect([part(2, 0, 4), part(1, 0, 4), part(1, 0, 8), part(2, 4, 4), part(2, 8, 4), part(3, 12, 4), part(3, 16, 4)]).toEqual([0x1c, 0, 0, 0x1c, 0, 0, 0x1c]);
});
