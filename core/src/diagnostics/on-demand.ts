import { ReplyError } from '../errors/classes.js';
import { groupRounds } from './rounds.js';
import type { RingOptions } from './ring.js';
import type { DiagnosticSample } from './types.js';
import { unwrapForward } from './unwrap.js';

/** Takes one sample at each poll, from a device that samples when it is asked. Rejects with `ERR_REPLY` when a counter is missing in it. */
export class OnDemandReader {
  readonly #options: Omit<RingOptions, 'sampleIdBits'>;
  #last: { readonly clocks: bigint; readonly atMs: number } | undefined;
  #taken = 0;

  constructor(options: Omit<RingOptions, 'sampleIdBits'>) {
    this.#options = options;
  }

  /** How many samples were taken. */
  get taken(): number {
    return this.#taken;
  }

  async poll(): Promise<DiagnosticSample[]> {
    const { parameters: { counters }, read, now } = this.#options;
    const [round] = groupRounds(await read(0, 1), counters);
    if (round === undefined) throw new ReplyError('ERR_REPLY', 'the device did not sample all of the counters that it was told to');
    const clocks = this.#clocksOf(round.timestamp, now());
    this.#taken += 1;
    return [{ number: this.#taken - 1, clocks, lostBefore: 0, values: round.values }];
  }

  #clocksOf(timestamp: bigint, atMs: number): bigint {
    const { timestampBits, clockHz = 0 } = this.#options;
    const { clocks: before, atMs: beforeMs } = this.#last ?? { clocks: 0n, atMs };
    const clocks = unwrapForward(timestamp, timestampBits, before, before + BigInt(Math.round(((atMs - beforeMs) * clockHz) / 1000)));
    this.#last = { clocks, atMs };
    return clocks;
  }
}
