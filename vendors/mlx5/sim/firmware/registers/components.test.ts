import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';

const MCQS = 0x9060;
const MCQI = 0x9061;
const MCC = 0x9062;
const MCDA = 0x9063;
const MQIS = 0x9064;

describe('parts of the firmware', () => {
  it('are listed up to the last one', () => {
    const model = TestModel.operational();
    const component = (index: number): string => hex(model.readRegister(MCQS, 16, `0000000${index}`).reply);
    expect([component(0), component(1), component(2)]).toEqual([
      '00000000' + '00000001' + '00000020' + '00000000', '00000001' + '00000007' + '00000000' + '00000000', '80000002' + '0000000c' + '00000010' + '00000000',
    ]);
    expect(model.readRegister(MCQS, 16, '00000003').status).toBe(0xa);
    expect(model.readRegister(MCQS, 16, '00010000').status).toBe(0xa);
  });

  it('say what they are, whole or in pieces', () => {
    const model = TestModel.operational();
    const ask = (kind: string, offset: string, length: string) => model.readRegister(MCQI, 148, `00000000 00000000 ${kind} 00000000 ${offset} ${length}`);
    expect(hex(ask('00000000', '00000000', '0000007c').reply.subarray(0xc, 0x2c))).toBe('00000014' + '00000000' + '0000007c' + '00000023' + '00c00000' + '01000000' + '20000080' + '70000000');
    const version = ask('00000001', '00000000', '0000007c').reply;
    expect(hex(version.subarray(0x18, 0x28))).toBe('2000000a' + '162b03f6' + '00301800' + '20260320');
    expect(Buffer.from(version.subarray(0x38, 0x42)).toString()).toBe('22.43.1014');
    expect(hex(ask('00000001', '00000020', '00000004').reply.subarray(0x18, 0x20))).toBe('32322e3400000000');
    expect(hex(ask('00000005', '00000000', '0000007c').reply.subarray(0x18, 0x1c))).toBe('00000004');
    expect([ask('00000006', '00000000', '0000007c').status, ask('00000001', '0000007d', '00000001').status, ask('00000001', '00000000', '00000080').status]).toEqual([3, 3, 0]);
  });

  it('are called by name, eight letters at a time', () => {
    const model = TestModel.operational();
    const piece = (kind: string, offset: string): string => hex(model.readRegister(MQIS, 24, `${kind} 00000000 ${offset}0008`).reply);
    expect(piece('00000001', '0000')).toBe('00000001' + '0000000c' + '00000008' + '00000000' + hex(Buffer.from('SIM4125-')));
    expect(piece('00000001', '0008')).toBe('00000001' + '0000000c' + '00080004' + '00000000' + hex(Buffer.from('CDAT')) + '00000000');
    expect([model.readRegister(MQIS, 24, '00000005').status, model.readRegister(MQIS, 24, '00000001 00000000 000d0008').status]).toEqual([3, 3]);
  });
});

describe('an update', () => {
  const order = (model: TestModel, instruction: number, { handle = 1, component = 0, sizeBytes = 0 } = {}) => {
    const word = (value: number): string => value.toString(16).padStart(8, '0');
    return model.writeRegister(MCC, 32, [instruction, component, handle, 0, sizeBytes].map(word).join(' '));
  };
  const piece = (model: TestModel, handle: number, offsetBytes: number, lengthBytes: number) => {
    const word = (value: number): string => value.toString(16).padStart(8, '0');
    return model.writeRegister(MCDA, 144, [handle, offsetBytes, lengthBytes].map(word).join(' ')).status;
  };
  const state = (model: TestModel): number => (model.readRegister(MCC, 32).reply[15] ?? 0) % 16;

  it('goes through its states, and is active after a reset', () => {
    const model = TestModel.operational();
    expect(hex(order(model, 1, { handle: 0 }).reply.subarray(8, 16))).toBe('00000001' + '40000001');
    expect(order(model, 3, { sizeBytes: 200 }).status).toBe(0);
    expect(state(model)).toBe(3);
    expect([piece(model, 1, 0, 128), piece(model, 1, 128, 72)]).toEqual([0, 0]);
    expect([order(model, 4).status, state(model)]).toEqual([0, 1]);
    expect(hex(model.readRegister(MCQS, 16).reply.subarray(8, 12))).toBe('00000022');
    expect(order(model, 6).status).toBe(0);
    expect(hex(model.readRegister(MCQS, 16).reply.subarray(8, 12))).toBe('00000024');
    expect([order(model, 2).status, state(model)]).toEqual([0, 0]);
    model.firmware.reset();
    model.send({ opcode: 0x104, replyBytes: 12 });
    expect(hex(model.readRegister(MCQS, 16).reply.subarray(8, 12))).toBe('00000020');
  });

  it('belongs to one host, until that lets go or another takes it away', () => {
    const model = TestModel.operational();
    order(model, 1);
    expect(order(model, 1).status).toBe(6);
    expect(order(model, 2, { handle: 2 }).status).toBe(3);
    expect(order(model, 9).status).toBe(0);
    expect(order(model, 10, { handle: 0 }).status).toBe(0);
    expect(order(model, 9).status).toBe(3);
    expect(hex(order(model, 1).reply.subarray(8, 12))).toBe('00000002');
  });

  it('refuses what comes too early, out of order, or is too much', () => {
    const model = TestModel.operational();
    order(model, 1);
    expect([order(model, 4).status, order(model, 6).status, piece(model, 1, 0, 4), order(model, 7).status]).toEqual([4, 4, 4, 3]);
    expect([order(model, 3, { component: 3, sizeBytes: 4 }).status, order(model, 3, { sizeBytes: 0x0100_0001 }).status, order(model, 3).status]).toEqual([0xa, 3, 3]);
    order(model, 3, { sizeBytes: 100 });
    expect([piece(model, 2, 0, 4), piece(model, 1, 4, 4), piece(model, 1, 0, 104), piece(model, 1, 0, 132), order(model, 4).status]).toEqual([3, 3, 3, 3, 4]);
    expect(model.readRegister(MCDA, 144, '00000002').status).toBe(3);
    expect([order(model, 8).status, state(model)]).toEqual([0, 1]);
  });
});
