import { describe, expect, it } from 'vitest';
import { TestModel, bytes, hex } from '../../test-support.js';
import { flagAt } from '../../wire.js';
import { REFUSAL } from '../refusal.js';
import { REGISTERS } from './index.js';

/** Index fields in hexadecimal that some register reads with: none, port 1, port 1 and a protocol, an item of configuration, some information, a dump. */
const INDEXES = ['00000000', '00010000', '00010004', '0000000000000080', '00000001', '40001010'];
/** Takes data and has none to give. */
const UPDATE_DATA = 0x9063;
const NOT_THERE = REFUSAL.register.syndrome;

const exists = (model: TestModel, id: number): boolean => model.readRegister(id, 1024, '00010000').syndrome !== NOT_THERE;
/** The bits of a 128-bit mask, of which bit 0 is the lowest of the last dword. */
const bitsOf = (mask: Uint8Array): number[] => Array.from({ length: 128 }, (_, bit) => bit).filter((bit) => flagAt(mask, 12 - 4 * Math.floor(bit / 32), bit % 32));

describe('registers', () => {
  it.each([
    ['MCAM', 0x907f, 72, 0, 0x9000], ['MCAM', 0x907f, 72, 1, 0x9080], ['MCAM', 0x907f, 72, 2, 0x9100], ['MCAM', 0x907f, 72, 3, 0x9180],
    ['PCAM', 0x507f, 80, 0, 0x5000], ['QCAM', 0x4019, 72, 0, 0x4000], ['SBCAM', 0xb01f, 76, 0, 0xb000],
  ])('are found in %s (%i, %i bytes), group %i, exactly those that answer', (_name, id, sizeBytes, group, base) => {
    const model = TestModel.operational();
    const mask = model.readRegister(id, sizeBytes, `0000000${group}`).reply.subarray(8, 24);
    const there = Array.from({ length: 128 }, (_, bit) => bit).filter((bit) => exists(model, base + bit));
    expect(bitsOf(mask)).toEqual(there);
    expect(there.length > 0).toBe(group !== 1);
  });

  it('say which features they have', () => {
    const model = TestModel.operational();
    const features = (id: number, sizeBytes: number): number[] => bitsOf(model.readRegister(id, sizeBytes).reply.subarray(40, 56));
    expect(features(0x907f, 72)).toEqual([0, 1, 3, 4, 17, 21, 32, 33, 34]);
    expect(features(0x507f, 80)).toEqual([0, 1, 3, 4, 5, 9, 13, 23, 44, 103, 111]);
    expect(features(0x4019, 72)).toEqual([4]);
  });

  it('have ids of their own; a profile has all of them or some', () => {
    expect(new Set(REGISTERS.map(({ id }) => id)).size).toBe(REGISTERS.length);
    const known = (profile: string): number[] => REGISTERS.map(({ id }) => id).filter((id) => exists(TestModel.operational(profile), id));
    expect(known('connectx-6-dx').length).toBe(REGISTERS.length);
    expect(known('minimal').sort()).toEqual([0x5004, 0x5006, 0x5008, 0x6001, 0x7004]);
  });

  it.each(REGISTERS.filter(({ id }) => id !== UPDATE_DATA).map(({ name, id, sizeBytes, minimumBytes }) => [name, id, sizeBytes, minimumBytes ?? sizeBytes] as const))(
    '%s takes more data than it has, and no less',
    (_name, id, sizeBytes, minimumBytes) => {
      const model = TestModel.operational();
      const index = INDEXES.find((each) => model.readRegister(id, sizeBytes, each).status === 0);
      if (index === undefined) throw new TypeError('add an index with which it reads to INDEXES');
      const long = model.readRegister(id, 3100, index);
      expect(long.status).toBe(0);
      expect(long.reply.length).toBe(3100);
      expect(long.reply.subarray(sizeBytes).every((each) => each === 0)).toBe(true);
      expect(hex(long.reply.subarray(0, sizeBytes))).toBe(hex(model.readRegister(id, sizeBytes, index).reply));
      expect(model.readRegister(id, minimumBytes, index).status).toBe(0);
      expect(model.readRegister(id, minimumBytes - 4, index).status).toBe(0x50);
      const rest = `0000${id.toString(16)}00000000${index}`;
      expect(model.send({ opcode: 0x805, opMod: 1, rest, lengthBytes: 16 + sizeBytes, replyBytes: 12 + minimumBytes }).status).toBe(0x51);
    },
  );
});

describe('MGIR', () => {
  it('says what the device is', () => {
    const model = TestModel.operational('connectx-6-dx', 2);
    model.nowMs += 12_345;
    const reply = model.readRegister(0x9020, 160).reply;
    expect(hex(reply.subarray(0, 0x20))).toBe('0000101d' + '00010000' + '00000212' + '00000000' + '00000200' + '5e51a020' + '00000000' + '0000000c');
    expect(hex(reply.subarray(0x20, 0x30))).toBe('03162bf6' + '00000000' + '03142026' + '00001830');
    expect(Buffer.from(reply.subarray(0x30, 0x40)).toString('latin1')).toBe('SIM_0000000022\0\0');
    expect(hex(reply.subarray(0x44, 0x50))).toBe('00000016' + '0000002b' + '000003f6');
  });
});

describe('NODE_DESC and HOST_ENDIANNESS', () => {
  it('keep what is written', () => {
    const model = TestModel.operational();
    const text = hex(Buffer.from('rack 12, slot 3'.padEnd(64, '\0')));
    expect(hex(model.writeRegister(0x6001, 64, text).reply)).toBe(text);
    expect(hex(model.readRegister(0x6001, 64).reply)).toBe(text);
    expect(hex(model.writeRegister(0x7004, 16, `80${'11'.repeat(15)}`).reply)).toBe(`80${'00'.repeat(15)}`);
    expect(model.writeRegister(0x7004, 16, '40').status).toBe(3);
  });
});

describe('time', () => {
  it('of day runs on from what the driver tells', () => {
    const model = TestModel.operational();
    expect(hex(model.readRegister(0x902d, 16).reply)).toBe('00'.repeat(16));
    model.writeRegister(0x902d, 16, '00000000 00000000 00000001 fffffff0');
    model.nowMs += 3;
    expect(hex(model.readRegister(0x902d, 16).reply)).toBe('80000000' + '00000000' + '00000002' + '00000ba8');
  });

  it('can be tuned in frequency, and not be set', () => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x9055, 28, '00000003 fffffff6').status).toBe(0);
    expect(hex(model.writeRegister(0x9055, 28, '00000001 00000000 00000000 00000000 66666666 00000001').reply.subarray(4, 8))).toBe('fffffff6');
    expect(model.writeRegister(0x9055, 28, '00000007').status).toBe(3);
    expect(model.writeRegister(0x9055, 28, '00000001 00000000 00000000 00000000 00000000 80000000').status).toBe(3);
  });

  it('limits of the driver are in DTOR', () => {
    const reply = TestModel.operational().readRegister(0xc00e, 64).reply;
    expect([0x04, 0x14, 0x20, 0x34, 0x3c].map((offset) => hex(reply.subarray(offset, offset + 4)))).toEqual(['20000002', '20000002', '000007d0', '20000078', '00000000']);
  });
});

describe('MFRL', () => {
  it('arms a reset, which a reset disarms', () => {
    const model = TestModel.operational();
    expect(hex(model.readRegister(0x9028, 8).reply)).toBe('0000000000000148');
    expect(hex(model.writeRegister(0x9028, 8, '00000000 00000040').reply)).toBe('0000000000080148');
    expect(model.firmware.armedResetLevel).toBe(6);
    model.firmware.reset();
    model.send({ opcode: 0x104, replyBytes: 12 });
    expect(hex(model.readRegister(0x9028, 8).reply)).toBe('0000000000000148');
    expect(model.firmware.armedResetLevel).toBeUndefined();
  });

  it.each(['00000001', '00000048', '01000008'])('does not take %s: a level that it has not, two at once, a type that it has not', (value) => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x9028, 8, `00000000 ${value}`).status).toBe(3);
    expect(model.firmware.armedResetLevel).toBeUndefined();
  });

  it('has options in MROQ: one type of reset, two levels', () => {
    const model = TestModel.operational();
    expect(hex(model.readRegister(0x902f, 32, '00000000').reply.subarray(0, 4))).toBe('01030048');
    expect(hex(model.readRegister(0x902f, 32, '0000ff00').reply.subarray(0, 4))).toBe('0000ff00');
  });
});

describe('MPEIN', () => {
  it('shows sixteen lanes', () => {
    expect(hex(TestModel.operational().readRegister(0x9050, 48).reply.subarray(8, 32))).toBe('00100008' + '00100008' + '00010000' + '00000000' + '21010002' + '0008004b');
  });
});

describe('MCIA', () => {
  const read = (model: TestModel, page: number, address: number, sizeBytes: number, i2c = 0x50): Uint8Array => {
    const word = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
    return model.readRegister(0x9014, 148, `00000000 ${word(i2c * 2 ** 24 + page * 0x10000 + address)} ${word(sizeBytes)}`).reply;
  };
  const text = (reply: Uint8Array, lengthBytes: number): string => Buffer.from(reply.subarray(16, 16 + lengthBytes)).toString('latin1');

  it('reads a module\'s identity', () => {
    const model = TestModel.operational();
    expect(hex(read(model, 0, 0, 2).subarray(0, 20))).toBe('00000000' + '50000000' + '00000002' + '00000000' + '11080000');
    expect(text(read(model, 0, 148, 16), 16)).toBe('AUXCTL SIM      ');
    expect(text(read(model, 0, 196, 16), 16)).toBe('MSIM26X00000    ');
  });

  it('has both checksums of the document', () => {
    const upper = read(TestModel.operational(), 0, 128, 128).subarray(16, 144);
    const sum = (from: number, to: number): number => upper.subarray(from - 128, to - 127).reduce((total, each) => total + each, 0) % 256;
    expect([upper[191 - 128], upper[223 - 128]]).toEqual([sum(128, 190), sum(192, 222)]);
  });

  it('measures temperature and light', () => {
    const model = TestModel.operational();
    const celsius = read(model, 0, 22, 2)[16] ?? 0;
    expect(celsius).toBeGreaterThanOrEqual(38);
    expect(celsius).toBeLessThanOrEqual(44);
    expect(hex(read(model, 0, 3, 1).subarray(16, 17))).toBe('00');
    model.firmware.controls.setLinkPartner(false);
    expect(hex(read(model, 0, 3, 1).subarray(16, 17))).toBe('0f');
  });

  it('has thresholds on page 3 and no other page', () => {
    const model = TestModel.operational();
    expect(hex(read(model, 3, 128, 8).subarray(16, 24))).toBe(hex(bytes('4b00 fb00 4600 0000')));
    expect(read(model, 1, 128, 8)[3]).toBe(9);
  });

  it.each([[0, 0, 0], [0, 0, 129], [0, 200, 57], [0, 0xffff, 128], [4, 0, 16]])('reports a failed access to page %i, address %i, %i bytes', (page, address, sizeBytes) => {
    const reply = read(TestModel.operational(), page, address, sizeBytes);
    expect([reply[3], hex(reply.subarray(16))]).toEqual([9, '00'.repeat(132)]);
  });

  it('reports a failed access to another device on the module\'s bus', () => {
    expect(read(TestModel.operational(), 0, 0, 16, 0x51)[3]).toBe(9);
  });
});
