import type { Answer, TestModel } from './test-support.js';

/** What to sample; repetitively and at once unless `flags` says otherwise. */
export interface Arming {
  readonly counters?: readonly number[];
  /** single, repetitive, sync, clear, on_demand, enable, from the highest of six bits on. */
  readonly flags?: number;
  readonly logSamples?: number;
  readonly logPeriod?: number;
}

/** Tells a model what to sample: one counter every 2^20 clocks into a ring of 16 samples, unless told otherwise. */
export function arm(model: TestModel, { counters = [0x2006], flags = 0b010001, logSamples = 4, logPeriod = 20 }: Arming): Answer {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const context = `${hex(counters.length, 4)}00${hex(logSamples, 2)} ${hex(flags * 4, 2)}0000${hex(logPeriod, 2)} ${'0'.repeat(32)}`;
  return model.send({ opcode: 0x820, rest: context + counters.map((id) => hex(id, 8)).join(''), lengthBytes: 32 + 4 * counters.length });
}
