import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestModel } from '../../test-support.js';
import { OwnCapabilities } from '../own-capabilities.js';
import { bytes, hex } from '../../test-support.js';
import { dwordAt, putDword } from '../../wire.js';
import type { PciCapability } from '@auxctl/core';

const ALL = 0xffff_ffff;
const MAILBOX = 0x100000;

/** Software that uses the gateway, by dwords of the capability. */
class Software {
  readonly model: TestModel;
  readonly #own: OwnCapabilities;
  readonly gateway: PciCapability;

  constructor(model = new TestModel()) {
    this.model = model;
    this.#own = new OwnCapabilities(model.firmware);
    const [gateway] = this.#own.all;
    if (gateway === undefined) throw new TypeError('no gateway');
    this.gateway = gateway;
  }

  reset(): void {
    this.#own.reset();
  }

  select(space: number): { isSupported: boolean; size: number | undefined } {
    this.gateway.write(0x4, space, ALL);
    const control = this.gateway.read(0x4);
    expect(control % 0x10000).toBe(space);
    return { isSupported: control >>> 29 !== 0, size: (control >>> 28) % 2 === 1 ? this.gateway.read(0x10) : undefined };
  }

  load(space: number, address: number): number {
    this.select(space);
    this.gateway.write(0x10, address, ALL);
    expect(this.gateway.read(0x10) >>> 31).toBe(1);
    return this.gateway.read(0x14);
  }

  store(space: number, address: number, value: number): void {
    this.select(space);
    this.gateway.write(0x14, value, ALL);
    this.gateway.write(0x10, address + 2 ** 31, ALL);
    expect(this.gateway.read(0x10) >>> 31).toBe(0);
  }

  /** The syndrome of the last access. */
  get syndrome(): number {
    return this.gateway.read(0x10) >>> 30 === 0 ? 0 : (this.gateway.read(0x4) >>> 24) & 0xf;
  }

  icmd(opcode: number, message: string, answerBytes: number): { status: number; answer: string } {
    const request = bytes(message);
    for (let at = 0; at < request.length; at += 4) this.store(3, MAILBOX + at, dwordAt(request, at));
    this.store(3, 0, opcode * 0x10000 + 1);
    const control = this.load(3, 0);
    expect(control % 2).toBe(0);
    const answer = new Uint8Array(answerBytes);
    for (let at = 0; at < answerBytes; at += 4) putDword(answer, at, this.load(3, MAILBOX + at));
    return { status: (control >>> 8) % 0x100, answer: hex(answer) };
  }
}

let software: Software;
beforeEach(() => {
  software = new Software();
});

describe('the gateway', () => {
  it('says what it is', () => {
    expect([software.gateway.id, software.gateway.lengthBytes, software.gateway.read(0)]).toEqual([9, 0x18, 0x0018_0000]);
  });

  it('gives a new ticket at each read, and its semaphore to one owner at a time', () => {
    const { gateway } = software;
    const [first, second] = [gateway.read(8), gateway.read(8)];
    expect(first).not.toBe(second);
    gateway.write(0xc, first, ALL);
    gateway.write(0xc, second, ALL);
    expect(gateway.read(0xc)).toBe(first);
    gateway.write(0xc, 0, ALL);
    gateway.write(0xc, second, ALL);
    expect(gateway.read(0xc)).toBe(second);
    software.reset();
    expect(gateway.read(0xc)).toBe(0);
  });

  it('supports the spaces that tools and the kernel look for, and no others', () => {
    const supported = [...Array(0x120).keys()].filter((space) => software.select(space).isSupported);
    expect(supported).toEqual([1, 2, 3, 6, 7, 10]);
    expect(software.select(7).size).toBe(0x200000);
    expect(software.select(2).size).toBeUndefined();
  });

  it('ignores the status bits that software writes back', () => {
    software.gateway.write(0x4, 0xffff_0002, ALL);
    expect(software.gateway.read(0x4)).toBe(0x2000_0002);
  });

  it('knows the chip', () => {
    expect(software.load(2, 0xf0014)).toBe(0x212);
    software.store(2, 0xf0014, 7);
    expect(software.load(6, 0xf0014)).toBe(0x212);
    expect(software.load(2, 0xb5f04)).toBe(0);
  });

  it('keeps what is written to the chip\'s registers until a reset', () => {
    const before = software.load(2, 0x120004);
    software.store(2, 0x120004, 0xdead_beef);
    expect(software.load(6, 0x120004)).toBe(0xdead_beef);
    software.reset();
    expect(software.load(2, 0x120004)).toBe(before);
  });

  it('walks through what a crash dump takes by itself', () => {
    const seen: number[] = [];
    software.select(7);
    for (let at = 0x100000; at < 0x200000;) {
      seen.push(at);
      software.gateway.write(0x10, at, ALL);
      const next = software.gateway.read(0x10) % 2 ** 30;
      expect(next).toBeGreaterThan(at);
      at = next;
    }
    expect([seen.length, seen[64]]).toEqual([16 * 64, 0x110000]);
    software.load(7, 0x200000);
    expect(software.syndrome).toBe(3);
  });

  it.each([[2, 0x101], [3, 4], [10, 0x100], [7, 0x40000000 - 4]])('tells of an address that is none: space %i, %i', (space, address) => {
    software.load(space, address);
    expect(software.syndrome).toBe(address % 4 === 0 ? 3 : 1);
  });

  it('has semaphores that show their owner', () => {
    software.store(10, 0, 4711);
    software.store(10, 0, 4712);
    expect([software.load(10, 0), software.load(10, 0x20)]).toEqual([4711, 0]);
    software.store(10, 0, 0);
    expect(software.load(10, 0)).toBe(0);
  });
});

/** The message for a register. */
function message(id: string, method: number, data: string): string {
  const dwords = 1 + data.length / 8;
  return `08048000 ${id}${(method * 0x100 + 1).toString(16).padStart(4, '0')} 0011223344556677 ${(0x1800_0000 + dwords * 0x10000).toString(16)} ${data}`;
}

describe('the mailbox behind it', () => {
  it('is large enough for every register that tools read', () => {
    expect(software.load(3, 0x1000)).toBe(0x340);
  });

  it('says what it can', () => {
    expect(software.icmd(0x8400, '', 8)).toEqual({ status: 0, answer: 'ec00000000000000' });
  });

  it('reads a register with no driver at all, with the values that a driver\'s tool reads', () => {
    const operational = TestModel.operational();
    const read = new Software(operational).icmd(0x9001, message('9020', 1, '00'.repeat(160)), 20 + 160);
    expect(read.status).toBe(0);
    expect(read.answer.slice(0, 16)).toBe('0804800090208101');
    expect(read.answer.slice(40)).toBe(hex(operational.readRegister(0x9020, 160).reply));
    expect(software.icmd(0x9001, message('9020', 1, '00'.repeat(160)), 4).answer).toBe('08048000');
    expect(software.model.log.at(-1)).toMatchObject({ command: 'ICMD_ACCESS_REG', status: 0 });
  });

  it('writes a register', () => {
    expect(software.icmd(0x9001, message('6001', 2, '41'.repeat(64)), 4).answer).toBe('08048000');
    expect(software.icmd(0x9001, message('6001', 1, '00'.repeat(64)), 84).answer.slice(40)).toBe('41'.repeat(64));
  });

  it.each([
    ['an unknown register', message('abcd', 1, '00'.repeat(8)), 0x04],
    ['a register that cannot be written', message('9020', 2, '00'.repeat(160)), 0x07],
    ['a port that is none', message('5006', 1, `00090000${'00'.repeat(12)}`), 0x07],
    ['too little data', message('9020', 1, '00'.repeat(8)), 0x24],
    ['another method', message('9020', 3, '00'.repeat(8)), 0x06],
    ['another class', message('9020', 1, '00'.repeat(8)).replace('90200101', '90200102'), 0x05],
    ['another TLV', message('9020', 1, '00'.repeat(8)).replace('08048000', '18048000'), 0x03],
    ['data past the mailbox', message('9020', 1, '00'.repeat(8)).replace('18030000', '1fff0000'), 0x07],
  ])('refuses %s inside the message', (_what, request, status) => {
    const { status: own, answer } = software.icmd(0x9001, request, 8);
    expect([own, Number.parseInt(answer.slice(4, 8), 16)]).toEqual([0, 0x8000 + status * 0x100]);
    expect(answer.slice(12, 13)).toBe('8');
    expect(software.load(3, 0x1008)).toBeGreaterThan(0);
  });

  it('does not know other commands', () => {
    expect(software.icmd(0x1234, '', 0).status).toBe(1);
  });

  it('stays busy while the firmware hangs, and goes on when it is well', () => {
    software.model.firmware.faults.hang = true;
    software.store(3, 0, 0x8400_0001);
    expect(software.load(3, 0)).toBe(0x8400_0001);
    software.model.firmware.faults.hang = false;
    expect(software.load(3, 0)).toBe(0x8400_0000);
  });
});

it('no sequence of accesses makes it throw, or answer with what is no dword', () => {
  const access = fc.tuple(fc.constantFrom(0, 4, 8, 0xc, 0x10, 0x14), fc.oneof(fc.nat(ALL), fc.constantFrom(1, 2, 3, 7, 10, 0x100000, 0x80100000, 0x90010001)), fc.constantFrom(ALL, 0xffff, 0xff000000));
  fc.assert(fc.property(fc.array(access, { maxLength: 100 }), (accesses) => {
    const { gateway } = new Software();
    for (const [offset, value, mask] of accesses) {
      gateway.write(offset, value, mask);
      const word = gateway.read(offset);
      expect(Number.isInteger(word) && word >= 0 && word <= ALL).toBe(true);
    }
  }), { numRuns: 300 });
});
