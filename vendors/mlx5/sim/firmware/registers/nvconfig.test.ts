import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';

const MODES = { next: '00000000', current: '00400000', factory: '00800000' };
/** The PCI configuration, as the factory has it: sriov_valid, eight virtual functions, 63 vectors. */
const FACTORY = '80000000' + '00000008' + '0003f000';

function read(model: TestModel, mode: keyof typeof MODES, type = '00000080'): string {
  return hex(model.readRegister(0x9024, 268, MODES[mode] + type).reply.subarray(12, 24));
}

/** Writes twelve bytes as mlxconfig. */
function write(model: TestModel, data: string, type = '00000080') {
  return model.writeRegister(0x9024, 268, `0009000c ${type} 00000000 ${data}`);
}

describe('MNVDA', () => {
  it('has a header that says who wrote the item and how long it is', () => {
    const model = TestModel.operational();
    expect(hex(model.readRegister(0x9024, 268, '0080000000000080').reply.subarray(0, 24))).toBe('0380000c' + '00000080' + '00000000' + FACTORY);
    expect(hex(write(model, '80000000 80000010 00000000').reply.subarray(0, 12))).toBe('0309000c' + '00000080' + '00000000');
  });

  it('takes a write for the next boot; a reset makes it current; the factory\'s values stay', () => {
    const model = TestModel.operational();
    const written = '80000000' + '80000010' + '0003f000';
    expect(write(model, written).status).toBe(0);
    expect([read(model, 'next'), read(model, 'current'), read(model, 'factory')]).toEqual([written, FACTORY, FACTORY]);
    model.firmware.reset();
    model.send({ opcode: 0x104, replyBytes: 12 });
    expect([read(model, 'next'), read(model, 'current'), read(model, 'factory')]).toEqual([written, written, FACTORY]);
  });

  it('keeps what a shorter write leaves out', () => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x9024, 20, '00090008 00000080 00000000 80000000 80000004').status).toBe(0);
    expect(read(model, 'next')).toBe('80000000' + '80000004' + '0003f000');
  });

  it('takes a value only with its valid bit', () => {
    const model = TestModel.operational();
    expect(write(model, '00000000 80000010 00002000').status).toBe(0);
    expect(read(model, 'next')).toBe('00000000' + '00000008' + '00002000');
  });

  it.each([
    ['an item that is not there, as 5, which tools take for an answer', 5, '0009000c 0300abcd'],
    ['more virtual functions than there can be', 3, '0009000c 00000080 00000000 80000000 80000080'],
    ['an item that says what the device is', 3, '00090014 00000081'],
    ['no data', 3, '00090000 00000080'],
    ['part of a dword', 3, '00090003 00000080'],
    ['more data than the item has', 3, '00090010 00000080'],
    ['more data than the register has', 3, '000901ff 00000080'],
  ])('refuses %s', (_what, status, data) => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x9024, 268, data).status).toBe(status);
    expect(read(model, 'next')).toBe(FACTORY);
  });

  it('refuses to read a fourth set of values, and an item that is not there', () => {
    const model = TestModel.operational();
    expect(model.readRegister(0x9024, 268, '00c0000000000080').status).toBe(3);
    expect(model.readRegister(0x9024, 268, '00000000030000c3').status).toBe(5);
  });
});

describe('the other registers of configuration', () => {
  it('say what can be done with an item', () => {
    const model = TestModel.operational();
    const support = (type: string): string => hex(model.readRegister(0x9030, 8, type).reply);
    expect([support('00000080'), support('00000081'), support('0000000c')]).toEqual(['0000008000000003', '0000008100000001', '0000000c00000000']);
    expect(hex(model.readRegister(0x9034, 16).reply.subarray(0, 4))).toBe('00000003');
  });

  it('give one item the factory\'s values, or all', () => {
    const model = TestModel.operational();
    write(model, '80000000 80000010 0003f000');
    model.writeRegister(0x9024, 268, '00090004 03000112 00000000 04000000');
    expect(model.writeRegister(0x9025, 12, '00000000 00000080').status).toBe(0);
    expect([read(model, 'next'), read(model, 'next', '03000112').slice(0, 8)]).toEqual([FACTORY, '04000000']);
    expect(model.writeRegister(0x9033, 8, '00000001').status).toBe(3);
    expect(model.writeRegister(0x9033, 8, '00000000').status).toBe(0);
    expect(read(model, 'next', '03000112').slice(0, 8)).toBe('08000000');
    expect(model.writeRegister(0x9025, 12, '00000000 0300abcd').status).toBe(5);
    expect(model.writeRegister(0x9025, 12, '00000000 00000081').status).toBe(3);
  });

  it('walk through every item once, and end', () => {
    const model = TestModel.operational();
    const types: string[] = [];
    let pointer = '00000000';
    do {
      const { status, reply } = model.readRegister(0x9035, 284, pointer);
      expect(status).toBe(0);
      types.push(hex(reply.subarray(0x14, 0x18)));
      pointer = hex(reply.subarray(0, 4));
    } while (pointer !== '00000000');
    expect(types).toEqual(['00000080', '00000081', '0000010a', '0000010b', '0000011d', '00000160', '03000080', '03000112', '07000080']);
    expect(model.readRegister(0x9035, 284, '00000009').status).toBe(3);
  });

  it('know no item in a profile without any', () => {
    const model = TestModel.operational('minimal');
    expect(model.readRegister(0x9024, 268, '0000000000000080').status).toBe(3);
  });
});
