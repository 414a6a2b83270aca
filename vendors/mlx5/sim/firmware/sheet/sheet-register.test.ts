import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';
import { REFUSAL } from '../refusal.js';
import { parseSheet } from './notation.js';

describe('the notation of sheets', () => {
  it('says where a field is and what it is', () => {
    expect(parseSheet(16, `
      00: port[23:16]!1-4, lane[3:0]!3
      04: size[15:0]~0x40(8-64)?-mask, mask[31]^, there[30]
      08: count:64@
    `)).toEqual([
      { name: 'port', offsetBytes: 0, bits: [23, 16], role: { kind: 'index', low: 1n, high: 4n } },
      { name: 'lane', offsetBytes: 0, bits: [3, 0], role: { kind: 'index', low: 0n, high: 3n } },
      { name: 'size', offsetBytes: 4, bits: [15, 0], role: { kind: 'kept', value: 0x40n, low: 8n, high: 64n, flag: { name: 'mask', isSet: false } } },
      { name: 'mask', offsetBytes: 4, bits: [31, 31], role: { kind: 'written' } },
      { name: 'there', offsetBytes: 4, bits: [30, 30], role: { kind: 'constant', value: 1n } },
      { name: 'count', offsetBytes: 8, role: { kind: 'live' } },
    ]);
  });

  it.each(['0 a[1]', '0: a[32]', '0: a[1:2]', '0: a[3:0]=16', '0: a[1:0]~4', '0: a[1:0]!4', '0: a[1:0]!3-1', '10: a', '0: a[1]*', 'zz: a[1]'])('refuses %j', (line) => {
    expect(() => parseSheet(16, line)).toThrow(expect.objectContaining({ code: 'ERR_INTERNAL' }));
  });
});

/** Writes, with what they change as a read then shows it. */
const WRITES: readonly (readonly [what: string, id: number, sizeBytes: number, write: string, read: string, shown: string])[] = [
  ['PMTU: the size asked for is in force', 0x5003, 16, '00010000 00000000 23280000', '00010000', '00010000 28000000 23280000 23280000'],
  ['PFCC: pause by priority replaces global pause, as far as the mask goes', 0x5007, 32, '00010010 00ff0000 20ff0000 20000000', '00010000', '28010000 10000000 00ff0000 c0000000 00001f40 00000007 0000ffff 00000000'],
  ['PPTB: only the priorities that the mask names', 0x500b, 12, '00010005 00000321', '00010000', '00010000 00000301 00000000'],
  ['QPTS: trust in DSCP', 0x4002, 8, '00010000 00000002', '00010000', '00010000 00000002'],
  ['QTCT: the class of one priority', 0x400a, 8, '00010003 00000006', '00010003', '20010003 00000006'],
  ['PPLR: loopback', 0x5018, 8, '00010000 00000002', '00010000', '00010000 00060002'],
  ['PMAOS: nothing without its flag', 0x5012, 16, '00000200 00000000', '00000000', '00000101 00000000 00000000 00000000'],
  ['PMAOS: the state with it', 0x5012, 16, '00000200 80000000', '00000000', '00000201 00000000 00000000 00000000'],
  ['SBPR: the size of one pool', 0xb001, 24, '01000002 00000800 00000000', '01000002', '01000002 00000800 00000000 00000000 00000000 00000000'],
  ['MLCR: seconds of blinking', 0x902b, 12, '00010000 0000003c', '00010000', '00010000 0000003c 0000003c'],
];

describe('a write', () => {
  it.each(WRITES)('%s', (_what, id, sizeBytes, write, read, shown) => {
    const model = TestModel.operational();
    const { status, reply } = model.writeRegister(id, sizeBytes, write);
    expect(status).toBe(0);
    expect(hex(model.readRegister(id, sizeBytes, read).reply)).toBe(shown.replaceAll(' ', ''));
    expect(hex(reply)).toHaveLength(2 * sizeBytes);
  });

  it.each([
    ['PMTU beyond the largest frame', 0x5003, 16, '00010000 00000000 ffff0000', REFUSAL.registerValue],
    ['PMTU of another port', 0x5003, 16, '00020000 00000000 05f20000', REFUSAL.port],
    ['QTCT of a priority that is none', 0x400a, 8, '00010009', REFUSAL.registerIndex],
    ['PMAOS of another module', 0x5012, 16, '00010000', REFUSAL.module],
    ['MPEGC of another link', 0x9056, 44, '00010000', REFUSAL.pcieLink],
    ['what can only be read', 0x5001, 20, '00010000', REFUSAL.registerReadOnly],
  ])('is refused: %s', (_what, id, sizeBytes, write, refusal) => {
    const model = TestModel.operational();
    const before = hex(model.readRegister(id, sizeBytes, write.slice(0, 8)).reply);
    expect(model.writeRegister(id, sizeBytes, write)).toMatchObject(refusal);
    expect(hex(model.readRegister(id, sizeBytes, write.slice(0, 8)).reply)).toBe(before);
  });

  it('of one index leaves the others alone', () => {
    const model = TestModel.operational();
    model.writeRegister(0x400a, 8, '00010003 00000006');
    expect(hex(model.readRegister(0x400a, 8, '00010004').reply)).toBe('2001000400000004');
  });

  it('is seen by the registers and commands that show the same thing', () => {
    const model = TestModel.operational();
    model.writeRegister(0x5003, 16, '00010000 00000000 23280000');
    expect(hex(model.send({ opcode: 0x754, replyBytes: 272 }).reply.subarray(0x34, 0x38))).toBe('00002328');
    model.writeRegister(0x5023, 128, `00010000 00000000 00000000 00000000 00000000 00001000 ${'00'.repeat(96)}`);
    expect(hex(model.readRegister(0x5023, 128, '00010000').reply.subarray(0xc, 0x10))).toBe('00000001');
    expect(hex(model.readRegister(0x5031, 256, '00010000').reply.subarray(0x24, 0x28))).toBe('00010001');
  });
});

describe('a port that is taken down', () => {
  it('is down wherever it is shown', () => {
    const model = TestModel.operational();
    const shown = (): Record<string, string> => ({
      PAOS: hex(model.readRegister(0x5006, 16, '00010000').reply.subarray(3, 4)),
      PUDE: hex(model.readRegister(0x5009, 16, '00010000').reply.subarray(2, 4)),
      PPLM: hex(model.readRegister(0x5023, 128, '00010000').reply.subarray(0xc, 0x10)),
      operational: hex(model.readRegister(0x5031, 256, '00010000').reply.subarray(0xc, 0xd)),
      trouble: hex(model.readRegister(0x5031, 256, '00010000 00000001').reply.subarray(0xc, 0x10)),
      vport: hex(model.send({ opcode: 0x750 }).reply.subarray(0xc, 0x10)),
    });
    expect(shown()).toEqual({ PAOS: '01', PUDE: '0101', PPLM: '00000004', operational: '03', trouble: '00000000', vport: '03e80011' });
    model.writeRegister(0x5006, 16, '00010200 80000000');
    expect(shown()).toEqual({ PAOS: '02', PUDE: '0202', PPLM: '00000000', operational: '06', trouble: '00000001', vport: '00000000' });
    expect(hex(model.readRegister(0x5031, 256, '00010000 00000006').reply.subarray(0x8, 0x10))).toBe('0000002100000002');
  });
});

describe('counters of the PCIe link', () => {
  it('agree with the traffic of the port', () => {
    const model = TestModel.operational();
    model.nowMs += 3_600_000;
    const octets = Number(Buffer.from(model.readRegister(0x5008, 256, '00010000').reply.subarray(0x30, 0x38)).readBigUInt64BE());
    const mpcnt = Buffer.from(model.readRegister(0x9051, 256, '00000004').reply);
    expect(Number(mpcnt.readBigUInt64BE(8 + 0x1c))).toBe(Math.floor(octets / 4));
    expect(mpcnt.readUInt32BE(8)).toBe(Math.floor(octets / 4) % 2 ** 32);
    expect(model.readRegister(0x9051, 256, '00000001')).toMatchObject(REFUSAL.counterGroup);
  });
});
