import { describe, expect, it } from 'vitest';
import { TestModel, bytes, hex } from '../test-support.js';
import { createFirmware } from './model.js';

describe('a command', () => {
  it('is answered as fwctl\'s published vectors say', () => {
    const model = TestModel.operational();
    model.firmware.faults.refuse.set(0x101, { status: 0x02, syndrome: 0x00abcdef });
    expect(hex(model.firmware.execute(bytes('0101 0000 0000 0000 0000000000000000'), 16))).toBe('0200000000abcdef0000000000000000');
    model.firmware.faults.refuse.clear();
    const adapter = model.firmware.execute(bytes('0101 0000 0000 0000 0000000000000000'), 272) ?? new Uint8Array();
    expect(hex(adapter.subarray(0, 8))).toBe('0000000000000000');
    expect(hex(adapter.subarray(0x28, 0x30))).toBe('000002c9000015b3');
    expect(hex(adapter.subarray(0x100))).toBe(hex(Buffer.from('SIM_0000000022\0\0')));
    const general = model.firmware.execute(bytes('0100 0000 0000 0001 0000000000000000'), 4112) ?? new Uint8Array();
    expect(hex(general.subarray(16 + 0xd4, 16 + 0xd8))).toBe('00000007');
    expect(hex(general.subarray(16 + 0x34, 16 + 0x38))).toBe('0cf0e101');
    const sensor = model.firmware.execute(bytes(`0805 0000 0000 0001 0000 900a 00000000 ${'00'.repeat(32)}`), 48) ?? new Uint8Array();
    expect(hex(sensor.subarray(0, 16))).toBe('00'.repeat(16));
    expect(Buffer.from(sensor.subarray(16 + 24)).toString('latin1')).toBe('asic\0\0\0\0');
  });

  it.each([0, 1, 8, 12, 16, 17, 272, 4112, 2 * 1024 * 1024])('gets a reply of the asked %i bytes, the rest zero', (replyBytes) => {
    const model = TestModel.operational();
    const { reply } = model.send({ opcode: 0x80d, replyBytes });
    expect(reply.length).toBe(replyBytes);
    expect(reply.subarray(replyBytes < 16 ? replyBytes : 0).every((byte) => byte === 0)).toBe(true);
  });

  it.each([-1, Number.NaN, 1e12, 2.5])('survives the impossible reply length %d', (replyBytes) => {
    const { firmware } = TestModel.operational();
    const reply = firmware.execute(bytes('080d0000000000000000000000000000'), replyBytes);
    expect(reply?.length).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('is neither modified nor kept', () => {
    const model = TestModel.operational();
    const request = bytes(`0805 0000 0000 0000 0000 6001 00000000 ${'41'.repeat(64)}`);
    const before = hex(request);
    model.firmware.execute(request, 80);
    expect(hex(request)).toBe(before);
    request.fill(0xff);
    expect(hex(model.readRegister(0x6001, 64).reply)).toBe('41'.repeat(64));
  });

  it('is logged, in order, with a copy and its status', () => {
    const model = new TestModel();
    model.send({ opcode: 0x104, replyBytes: 12 });
    model.send({ opcode: 0x104, replyBytes: 12 });
    model.send({ opcode: 0x9999 });
    expect(model.log.map(({ sequence, command, status }) => [sequence, command, status])).toEqual([
      [0, 'ENABLE_HCA', 0], [1, 'ENABLE_HCA', 4], [2, '0x9999', 2],
    ]);
    expect(hex(model.log[2]?.request)).toBe(`9999${'00'.repeat(14)}`);
    model.firmware.reset();
    model.send({ opcode: 0x80d });
    expect(model.log.at(-1)?.sequence).toBe(0);
  });

  it('that meets a hanging firmware is logged, and has no effect and no answer', () => {
    const model = new TestModel();
    model.firmware.faults.hang = true;
    expect(model.firmware.execute(bytes('01040000000000000000000000000000'), 12)).toBeUndefined();
    expect(model.log).toMatchObject([{ command: 'ENABLE_HCA', status: undefined }]);
    model.firmware.faults.hang = false;
    expect(model.firmware.lifeCycle).toBe('disabled');
    expect(model.send({ opcode: 0x104, replyBytes: 12 }).status).toBe(0);
  });
});

describe('a model', () => {
  it('starts with every command of the driver\'s probe, in both profiles', () => {
    const names = (profile: string): string[] => TestModel.operational(profile).log.map(({ command, status }) => `${command} ${status}`);
    expect(names('connectx-6-dx')).toEqual([
      'ENABLE_HCA 0', 'QUERY_ISSI 0', 'SET_ISSI 0', 'QUERY_PAGES 0', 'MANAGE_PAGES 0', 'ACCESS_REG 0', 'QUERY_HCA_CAP 0', 'SET_HCA_CAP 0',
      'QUERY_PAGES 0', 'MANAGE_PAGES 0', 'INIT_HCA 0', 'SET_DRIVER_VERSION 0', 'ALLOC_UAR 0', 'CREATE_EQ 0', 'CREATE_EQ 0', 'CREATE_EQ 0',
    ]);
    expect(names('minimal')).toEqual([
      'ENABLE_HCA 0', 'QUERY_ISSI 2', 'QUERY_PAGES 0', 'ACCESS_REG 0', 'QUERY_HCA_CAP 0', 'SET_HCA_CAP 0',
      'QUERY_PAGES 0', 'INIT_HCA 0', 'SET_DRIVER_VERSION 0', 'ALLOC_UAR 0', 'CREATE_EQ 0', 'CREATE_EQ 0', 'CREATE_EQ 0',
    ]);
  });

  it('goes through its life and can begin again', () => {
    const model = TestModel.operational();
    const [before] = model.firmware.eventQueues.values();
    expect([model.firmware.lifeCycle, before?.uarPage, model.firmware.uars.size]).toEqual(['operational', 4, 1]);
    expect(model.send({ opcode: 0x105, replyBytes: 12 }).status).toBe(4);
    expect(model.send({ opcode: 0x103 }).status).toBe(0);
    expect([model.firmware.lifeCycle, model.firmware.eventQueues.size, model.firmware.uars.size]).toEqual(['enabled', 0, 0]);
    expect(model.queues).toEqual(['+0', '+1', '+2', '-0', '-1', '-2']);
    expect(model.send({ opcode: 0x105, replyBytes: 12 }).status).toBe(0);
    expect(model.firmware.lifeCycle).toBe('disabled');
    expect(model.send({ opcode: 0x104, replyBytes: 12 }).status).toBe(0);
  });

  it('forgets everything at a reset', () => {
    const model = TestModel.operational();
    const uid = model.openContext();
    model.writeRegister(0x6001, 64, '42'.repeat(64));
    model.firmware.health.syndrome = 8;
    const { generation } = model.firmware;
    model.nowMs += 10_000;
    model.firmware.reset();
    const { lifeCycle, eventQueues, uars, pages, health } = model.firmware;
    expect({ lifeCycle, queues: eventQueues.size, uars: uars.size, held: pages.held, wanted: pages.wanted, syndrome: health.syndrome })
      .toEqual({ lifeCycle: 'disabled', queues: 0, uars: 0, held: 0, wanted: 1524, syndrome: 0 });
    expect(model.firmware.generation).toBeGreaterThan(generation);
    expect(model.firmware.uptimeMs()).toBe(0);
    expect(model.send({ opcode: 0x80d, uid }).status).toBe(5);
    model.send({ opcode: 0x104, replyBytes: 12 });
    expect(Buffer.from(model.readRegister(0x6001, 64).reply).toString('latin1')).toMatch(/^SIM4125 ConnectX6Dx\0+$/);
  });

  it('counts a generation for each tear-down', () => {
    const model = TestModel.operational();
    const { generation } = model.firmware;
    model.send({ opcode: 0x103 });
    expect(model.firmware.generation).toBe(generation + 1);
  });

  it('refuses a profile that it does not have', () => {
    const make = (): unknown => createFirmware({ profile: 'connectx-99', index: 0, uars: { first: 4, count: 1 }, now: () => 0 });
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_NAME' }));
  });

  it('gives each device its own serial number and address', () => {
    const [a, b] = [new TestModel('connectx-6-dx', 0), new TestModel('connectx-6-dx', 1)];
    expect(a.firmware.identity.serialNumber).not.toBe(b.firmware.identity.serialNumber);
    expect(b.firmware.identity.baseMac - a.firmware.identity.baseMac).toBe(16n);
  });
});
