import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bringUp } from '../driver.js';
import { TestModel } from '../test-support.js';
import { dword } from '../wire.js';
import { COMMANDS } from './commands/index.js';
import { REGISTERS } from './registers/index.js';
import { REFUSAL } from './refusal.js';

const RUNS = 20_000;
/** So many outcomes come up at least twenty times each on average in so many requests; about six more are rarer. */
const COMMON_OUTCOMES = 20;
const OUTCOMES = new Set(['0/0', ...Object.values(REFUSAL).map(({ status, syndrome }) => `${status}/${syndrome}`)]);

const opcode = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...COMMANDS.keys()) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }) });
const lengthOf = (known: number): fc.Arbitrary<number> => fc.oneof(fc.constant(known), fc.integer({ min: 0, max: 600 }));
const registerId = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...REGISTERS.map(({ id }) => id)) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }) });

/** A request with a plausible header and a body of anything, and a length that is mostly the right one. */
const request = opcode.chain((code) => fc
  .record({
    body: fc.uint8Array({ minLength: 0, maxLength: 600 }),
    opMod: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff })),
    uid: fc.constantFrom(0, 0, 0, 0, 1, 2),
    lengthBytes: lengthOf(COMMANDS.get(code)?.requestBytes ?? 16),
    replyBytes: lengthOf(COMMANDS.get(code)?.replyBytes ?? 16),
    registerId,
    isTame: fc.boolean(),
  })
  .map(({ body, opMod, uid, lengthBytes, replyBytes, registerId: id, isTame }) => {
    const bytes = new Uint8Array(lengthBytes);
    bytes.set(body.subarray(0, Math.max(0, lengthBytes - 16)), Math.min(16, lengthBytes));
    dword(bytes, 0x0, [31, 16, code], [15, 0, uid]);
    dword(bytes, 0x4, [15, 0, opMod]);
    if (code === 0x805) dword(bytes, 0x8, [15, 0, id]);
    else if (!isTame) bytes.set(body.subarray(0, Math.max(0, Math.min(8, lengthBytes - 8))), Math.min(8, lengthBytes));
    return { bytes, replyBytes };
  }));

/** Resets, brings up and opens a user context, so that most requests meet a model that has something to do. */
function restart(model: TestModel): void {
  model.firmware.reset();
  bringUp(model.firmware);
  model.openContext();
}

describe('the model under fire', () => {
  it(`answers ${RUNS} random requests with the right length and a listed reason, and never throws`, () => {
    const model = new TestModel();
    const seen = new Set<string>();
    fc.assert(
      fc.property(request, fc.integer({ min: 0, max: 1_000 }), ({ bytes, replyBytes }, ms) => {
        model.nowMs += ms;
        if (model.firmware.lifeCycle === 'disabled') restart(model);
        const reply = model.firmware.execute(bytes, replyBytes);
        if (reply?.length !== replyBytes) return false;
        if (replyBytes < 8) return true;
        const view = new DataView(reply.buffer);
        const outcome = `${view.getUint8(0)}/${view.getUint32(4)}`;
        seen.add(outcome);
        model.log.length = 0;
        model.events.length = 0;
        model.queues.length = 0;
        return OUTCOMES.has(outcome);
      }),
      { numRuns: RUNS },
    );
    expect(seen.size).toBeGreaterThanOrEqual(COMMON_OUTCOMES);
    expect(seen).toContain('0/0');
  });

  it('answers requests of every length from nothing to a whole queue of pages', () => {
    const model = TestModel.operational('minimal');
    for (const code of COMMANDS.keys()) {
      for (let lengthBytes = 0; lengthBytes < 64; lengthBytes++) {
        const bytes = new Uint8Array(lengthBytes).fill(0xff);
        dword(bytes, 0x0, [31, 16, code], [15, 0, 0]);
        expect(model.firmware.execute(bytes, lengthBytes)?.length).toBe(lengthBytes);
      }
    }
  });

  it('keeps no more memory however often it is asked', () => {
    const model = TestModel.operational();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapAfter = (rounds: number): number => {
      for (let round = 0; round < rounds; round++) {
        model.nowMs += 7;
        model.readRegister(0x5008, 256, `000100${(round % 0x24).toString(16).padStart(2, '0')} 8000000${round % 8}`);
        model.writeRegister(0x6001, 64, '41'.repeat(64));
        model.send({ opcode: 0x770, lengthBytes: 32, replyBytes: 528 });
        model.log.length = 0;
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heapAfter(3_000);
    expect(heapAfter(20_000) - before).toBeLessThan(1e6);
  });
});
