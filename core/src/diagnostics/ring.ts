import type { SamplingParameters } from '../plugin/diagnostics.js';
import { groupRounds, type Round } from './rounds.js';
import type { DiagnosticRecord, DiagnosticSample } from './types.js';
import { unwrapForward, unwrapNear } from './unwrap.js';

/** So many records at most in one reply: enough to be quick, few enough to be short. */
const MOST_RECORDS = 1024;
/** The first reply of a poll has room for some samples more than the last poll found. */
const SPARE_SAMPLES = 4;

/** How to read a device's ring. */
export interface RingOptions {
  readonly parameters: Pick<SamplingParameters, 'counters' | 'samples'>;
  readonly sampleIdBits: number;
  readonly timestampBits: number;
  /** Clocks a second, where that is known: tells how often a timestamp has wrapped during a long pause. */
  readonly clockHz?: number | undefined;
  /** Reads so many samples from a position on, around the ring's end. */
  readonly read: (position: number, samples: number) => Promise<readonly DiagnosticRecord[]>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

interface Numbered extends Round {
  readonly number: number;
}

/**
 * Reads what a device has put into its ring since the last time, in order. The ring is read from where the next sample must stand; when the
 * device has gone around it meanwhile, the ids tell how many samples were overwritten.
 */
export class RingReader {
  readonly #options: RingOptions;
  readonly #startedMs: number;
  /** The id of sample 0; undefined until a sample has been seen. */
  #firstId: bigint | undefined;
  #last: { readonly number: number; readonly clocks: bigint; readonly atMs: number } | undefined;
  #expected = 0;

  /** To be made when sampling has just been started. */
  constructor(options: RingOptions) {
    this.#options = options;
    this.#startedMs = options.now();
  }

  /** How many samples the device has taken, as far as they were seen. */
  get taken(): number {
    return this.#next;
  }

  get #next(): number {
    return (this.#last?.number ?? -1) + 1;
  }

  /** The samples since the last poll, in order; none when there are none. At most as many as the ring holds. */
  async poll(): Promise<DiagnosticSample[]> {
    const found = (await this.#collect()).sort((a, b) => a.number - b.number);
    this.#expected = found.length;
    return this.#inOrder(found);
  }

  async #collect(): Promise<Numbered[]> {
    const { parameters: { counters, samples: depth }, read } = this.#options;
    const most = Math.max(1, Math.floor(MOST_RECORDS / counters.length));
    const found: Numbered[] = [];
    for (let seen = 0, wanted = Math.min(most, this.#expected + SPARE_SAMPLES); seen < depth; wanted = most) {
      const count = Math.min(wanted, depth - seen);
      const position = (this.#next + seen) % depth;
      const fresh = this.#fresh(groupRounds(await read(position, count), counters), position);
      found.push(...fresh);
      seen += count;
      if (fresh.length < count) break;
    }
    return found;
  }

  #fresh(rounds: readonly Round[], position: number): Numbered[] {
    const [first] = rounds;
    if (first === undefined) return [];
    this.#firstId ??= this.#idOfSampleZero(first, position);
    const { sampleIdBits } = this.#options;
    const origin = this.#firstId;
    const near = origin + BigInt(this.#expectedNumber());
    const numbered = rounds.map((round): Numbered => ({ ...round, number: Number(unwrapNear(round.sampleId, sampleIdBits, near) - origin) }));
    return numbered.filter(({ number }) => number >= this.#next);
  }

  /** Sample n stands at position n modulo the ring's size. Firmware that starts to number at 0 or 1 also tells how often it has gone around. */
  #idOfSampleZero({ sampleId, index }: Round, position: number): bigint {
    const depth = BigInt(this.#options.parameters.samples);
    const place = BigInt((position + index) % this.#options.parameters.samples);
    const ahead = depth === 1n ? BigInt(sampleId > 0n) : (sampleId + depth - place) % depth;
    return ahead <= 1n ? ahead : sampleId - place;
  }

  /** Where the device should be by now, at the pace so far; near the last sample unless it may have wrapped its ids since. */
  #expectedNumber(): number {
    const { sampleIdBits, now, parameters: { samples } } = this.#options;
    if (this.#last === undefined) return 0;
    const { atMs, number } = this.#last;
    const pace = number / Math.max(1, atMs - this.#startedMs);
    const ahead = Math.floor(pace * (now() - atMs));
    return ahead > 2 ** sampleIdBits / 4 ? number + ahead - Math.floor(samples / 2) : number;
  }

  #inOrder(found: readonly Numbered[]): DiagnosticSample[] {
    const atMs = this.#options.now();
    const clocksOf = this.#unwrapper(found.at(-1)?.number ?? 0, atMs);
    return found.map(({ number, timestamp, values }): DiagnosticSample => {
      const lostBefore = number - this.#next;
      const clocks = clocksOf(timestamp, number);
      this.#last = { number, clocks, atMs };
      return { number, clocks, lostBefore, values };
    });
  }

  /** During a pause longer than half a turn of the clock, only this side's clock tells how often it went around. */
  #unwrapper(newest: number, atMs: number): (timestamp: bigint, number: number) => bigint {
    const { timestampBits, clockHz = 0 } = this.#options;
    const before = this.#last;
    const elapsed = before === undefined ? 0 : Math.round(((atMs - before.atMs) * clockHz) / 1000);
    return (timestamp, number) => {
      if (this.#last === undefined || before === undefined) return unwrapForward(timestamp, timestampBits, this.#last?.clocks ?? 0n);
      if (elapsed < 2 ** (timestampBits - 1)) return unwrapForward(timestamp, timestampBits, this.#last.clocks);
      const share = (number - before.number) / Math.max(1, newest - before.number);
      return unwrapForward(timestamp, timestampBits, this.#last.clocks, before.clocks + BigInt(Math.round(elapsed * share)));
    };
  }
}
