import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';
import { quadAt } from '../../wire.js';

const counters = (model: TestModel, isClearing = false): Uint8Array =>
  model.send({ opcode: 0x770, rest: `00000000 00000000 00000000 00000000 ${isClearing ? '80000000' : '00000000'}`, lengthBytes: 32, replyBytes: 528 }).reply;

describe('the virtual port', () => {
  it('shows its state', () => {
    const model = TestModel.operational();
    expect(hex(model.send({ opcode: 0x750 }).reply.subarray(12))).toBe('03e80011');
    model.firmware.controls.setLinkPartner(false);
    expect(hex(model.send({ opcode: 0x750 }).reply.subarray(12))).toBe('00000010');
    model.writeRegister(0x5006, 16, '00010200 80000000');
    expect(hex(model.send({ opcode: 0x750 }).reply.subarray(12))).toBe('00000000');
  });

  it('counts packets and octets, and starts anew when cleared', () => {
    const model = TestModel.operational();
    model.nowMs += 60_000;
    const first = counters(model, true);
    expect(quadAt(first, 0x90)).toBeGreaterThan(0n);
    expect(quadAt(first, 0x98)).toBeGreaterThan(quadAt(first, 0x90) * 64n);
    expect(quadAt(counters(model), 0x90)).toBe(0n);
    model.nowMs += 60_000;
    const second = quadAt(counters(model), 0x90);
    expect(Number(second - quadAt(first, 0x90))).toBeGreaterThanOrEqual(-2);
    expect(Number(second - quadAt(first, 0x90))).toBeLessThanOrEqual(2);
  });

  it('counts InfiniBand traffic elsewhere than Ethernet traffic', () => {
    const model = TestModel.operational('minimal');
    model.nowMs += 60_000;
    const reply = counters(model);
    expect([quadAt(reply, 0x30) > 0n, quadAt(reply, 0x90)]).toEqual([true, 0n]);
  });
});
