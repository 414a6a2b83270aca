import { describe, expect, it } from 'vitest';
import { TestModel } from '../../test-support.js';
import { bitsAt, dwordAt, flagAt, quadAt } from '../../wire.js';
import { REFUSAL } from '../refusal.js';

const word = (value: number): string => value.toString(16).padStart(8, '0');

/** A driver with a key to all of its memory. */
function withKey(): { readonly model: TestModel; readonly ask: (sizeBytes: number, cookie?: number, uid?: number) => ReturnType<TestModel['send']> } {
  const model = TestModel.operational();
  const domain = bitsAt(model.send({ opcode: 0x800 }).reply, 8, 23, 0);
  const index = bitsAt(model.send({ opcode: 0x200, rest: `0000000000000000 00000c00 ffffff00 00000000 ${word(0x80000000 + domain)}`, lengthBytes: 272 }).reply, 8, 23, 0);
  return {
    model,
    ask: (sizeBytes, cookie = 0, uid = 0) => model.send({
      opcode: 0x805, uid, rest: `0000402e 00000000 00000002 00000000 00000000 00000000 ${word(index << 8)} ${word(sizeBytes)} 0000000000001000 00000000${word(cookie)}`, lengthBytes: 80, replyBytes: 80,
    }),
  };
}

describe('a core dump', () => {
  it('is written in pairs of address and value, and gone on with by its cookie', () => {
    const { model, ask } = withKey();
    const sizes = [];
    let cookie = 0;
    for (let more = true; more;) {
      const { status, reply } = ask(10_000, cookie);
      expect(status).toBe(0);
      sizes.push(dwordAt(reply, 0x24));
      cookie = Number(quadAt(reply, 0x30));
      more = flagAt(reply, 0x10, 31);
    }
    expect(sizes).toEqual([10_000, 10_000, 10_000, 2768]);
    const written = Buffer.concat(model.memory.map(({ data }) => data));
    expect(written.length).toBe(4096 * 8);
    for (let pair = 0; pair < 4096; pair++) expect(dwordAt(written, pair * 8)).toBe(pair * 4);
  });

  it('has no room to go to but the driver\'s memory', () => {
    const { model, ask } = withKey();
    expect(ask(4096, 0, model.openContext())).toMatchObject(REFUSAL.objectUnknown);
    expect(model.readRegister(0x402e, 64, '00000002')).toMatchObject(REFUSAL.objectUnknown);
    expect(model.memory).toEqual([]);
  });

  it('goes to the tracer when the driver names no memory', () => {
    expect(TestModel.operational().writeRegister(0x402e, 64, '00000000').status).toBe(0);
  });

  it('is of a kind, and of a queue pair that is there', () => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x402e, 64, '00000003')).toMatchObject(REFUSAL.registerValue);
    expect(model.writeRegister(0x402e, 64, '00000001 00000000 00000000 00000001')).toMatchObject(REFUSAL.objectUnknown);
  });
});
