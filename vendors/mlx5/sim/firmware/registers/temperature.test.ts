import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';
import { bitsAt } from '../../wire.js';

const sensor = (model: TestModel, index = 0): Uint8Array => model.readRegister(0x900a, 32, index.toString(16).padStart(8, '0')).reply;
const degrees = (reply: Uint8Array, offsetBytes = 0x4): number => ((bitsAt(reply, offsetBytes, 15, 0) << 16) >> 16) / 8;
const PERIOD_MS = 600_000;

describe('temperature', () => {
  it('sensors are listed', () => {
    expect(hex(TestModel.operational().readRegister(0x9009, 16).reply)).toBe('00000001' + '00000001' + '0000000000000001');
    expect(TestModel.operational('minimal').readRegister(0x9009, 16).status).toBe(3);
    expect(TestModel.operational().readRegister(0x9009, 16, '00010000').status).toBe(0xa);
  });

  it('swings about its mean, the same way for the same time', () => {
    const model = TestModel.operational();
    const series = Array.from({ length: 60 }, () => {
      model.nowMs += PERIOD_MS / 60;
      return degrees(sensor(model));
    });
    expect([Math.min(...series), Math.max(...series)]).toEqual([54, 62]);
    model.nowMs = 5_000 + PERIOD_MS / 60;
    expect(degrees(sensor(model))).toBe(series[0]);
  });

  it('of the module has an index and a name of its own', () => {
    const reply = sensor(TestModel.operational(), 64);
    expect([hex(reply.subarray(0, 4)), Buffer.from(reply.subarray(24)).toString('latin1')]).toEqual(['00000040', 'Module0\0']);
  });

  it('maximum covers the time between two reads, until it is reset', () => {
    const model = TestModel.operational();
    model.nowMs += PERIOD_MS;
    expect(degrees(sensor(model), 0x8)).toBe(62);
    model.firmware.controls.setHeating(20);
    const heated = degrees(sensor(model));
    model.firmware.controls.setHeating(0);
    expect([degrees(sensor(model), 0x8), heated > 62]).toEqual([heated, true]);
    expect(model.writeRegister(0x900a, 32, '00000000 00000000 40000000').status).toBe(0);
    const now = sensor(model);
    expect(degrees(now, 0x8)).toBe(degrees(now));
    model.writeRegister(0x900a, 32, '00000000');
    expect(hex(sensor(model).subarray(8, 12))).toBe('00000000');
  });

  it('thresholds are as they were written, also negative ones', () => {
    const model = TestModel.operational();
    expect(hex(sensor(model).subarray(12, 20))).toBe('40000348' + '000002f8');
    model.writeRegister(0x900a, 32, '00000000 00000000 80000000 80000300 0000ffb0');
    expect(hex(sensor(model).subarray(12, 20))).toBe('80000300' + '0000ffb0');
  });

  it('above the threshold is told once, and again after it has cooled down', () => {
    const model = TestModel.operational();
    model.firmware.controls.setHeating(50);
    expect(model.events.map(({ queue, event }) => [queue.number, event.type])).toEqual([[1, 0x17]]);
    expect(hex(model.events[0]?.event.data)).toBe('0000000000000001' + '0000000000000001' + '00'.repeat(12));
    model.firmware.controls.setHeating(51);
    expect(model.events.length).toBe(1);
    model.firmware.controls.setHeating(0);
    model.firmware.controls.setHeating(50);
    expect(model.events.length).toBe(2);
  });

  it('is told once only, or not at all, as the driver wishes', () => {
    const model = TestModel.operational();
    const heatings = ['80', '00'].map((mode) => {
      model.writeRegister(0x900a, 32, `00000000 00000000 80000000 ${mode}000300 000002f8`);
      for (const heating of [50, 0, 50, 0]) model.firmware.controls.setHeating(heating);
      return model.events.filter(({ event }) => event.data[15] === 1).length;
    });
    expect(heatings).toEqual([1, 1]);
  });
});
