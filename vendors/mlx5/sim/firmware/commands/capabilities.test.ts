import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../profiles/index.js';
import { TestModel, hex } from '../../test-support.js';
import { bitsAt, dword, flagAt } from '../../wire.js';

const query = (model: TestModel, type: number, isCurrent: boolean, replyBytes = 4112): Uint8Array =>
  model.send({ opcode: 0x100, opMod: type * 2 + Number(isCurrent), replyBytes }).reply.subarray(16);

describe('capabilities', () => {
  it('answer for every type of the profile, current and maximum', () => {
    const model = TestModel.operational();
    const types = [...(PROFILES.get('connectx-6-dx')?.capabilities.keys() ?? [])];
    expect(types.sort((a, b) => a - b)).toEqual([
      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x0f, 0x11, 0x13, 0x14, 0x15, 0x1a, 0x1d, 0x1e, 0x1f, 0x20, 0x25, 0x26, 0x28, 0x2a,
    ]);
    const hasValues = (type: number, isCurrent: boolean): boolean => query(model, type, isCurrent).some((byte) => byte !== 0);
    const newer = [0x05, 0x06, 0x1d, 0x1e, 0x1f, 0x28, 0x2a];
    for (const type of types) for (const isCurrent of [true, false]) expect([type, hasValues(type, isCurrent)]).toEqual([type, !newer.includes(type)]);
  });

  it('say what the facts sheet puts where', () => {
    const general = query(TestModel.operational(), 0, true);
    expect({
      log_max_qp: bitsAt(general, 0x10, 4, 0), log_max_cq: bitsAt(general, 0x18, 4, 0), log_max_eq: bitsAt(general, 0x1c, 3, 0),
      mcam_reg: flagAt(general, 0x34, 22), port_type: bitsAt(general, 0x34, 9, 8), num_ports: general[55], log_bf_reg_size: bitsAt(general, 0x4c, 20, 16),
      eswitch_manager: flagAt(general, 0x34, 24), num_vhca_ports: general[194],
    }).toEqual({
      log_max_qp: 18, log_max_cq: 24, log_max_eq: 6, mcam_reg: true, port_type: 1, num_ports: 1, log_bf_reg_size: 9, eswitch_manager: false, num_vhca_ports: 0,
    });
  });

  it('are cut to the room that there is', () => {
    expect(query(TestModel.operational(), 0x0d, true, 80).length).toBe(64);
    expect(TestModel.operational().send({ opcode: 0x100, opMod: 1, replyBytes: 79 }).status).toBe(0x51);
  });

  it('are kept as the driver sets them, until DISABLE_HCA', () => {
    const model = new TestModel();
    model.send({ opcode: 0x104, replyBytes: 12 });
    const offered = query(model, 0, false);
    const wanted = query(model, 0, true).slice();
    expect([flagAt(offered, 0x40, 5), flagAt(wanted, 0x40, 5)]).toEqual([true, false]);
    dword(wanted, 0x40, [5, 5, 1], [15, 14, 0]);
    const set = { opcode: 0x109, rest: `0000000000000000${hex(wanted)}`, lengthBytes: 4112 };
    expect(model.send(set).status).toBe(0);
    expect(hex(query(model, 0, true))).toBe(hex(wanted));
    expect(hex(query(model, 0, false))).toBe(hex(offered));
    model.send({ opcode: 0x105, replyBytes: 12 });
    model.send({ opcode: 0x104, replyBytes: 12 });
    expect(flagAt(query(model, 0, true), 0x40, 5)).toBe(false);
  });
});
