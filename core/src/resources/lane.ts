import { isAnswer } from '../errors/kinds.js';
import { AuxctlError } from '../errors/base.js';
import type { Fields } from '../layout/types.js';
import type { ResourceAccess, ResourceQuery, ResourceRequest } from '../plugin/resources.js';
import { PieceSequence } from './piece-sequence.js';
import type { SegmentDecoder } from './segment-decoder.js';
import { SegmentReader } from './segment-reader.js';
import type { ResourceSegment } from './segment.js';

/** A request with its distance from those that the caller made. */
export interface Errand {
  readonly request: ResourceRequest;
  readonly depth: number;
}

/** One dump under way: its conversation with the device, and what has come of it. */
export class Lane {
  readonly errand: Errand;
  readonly #access: ResourceAccess;
  readonly #decoder: SegmentDecoder;
  #sequence: PieceSequence;
  #reader: SegmentReader;
  #segments: ResourceSegment[] = [];
  #failure: AuxctlError | undefined;
  #isFinished = false;
  #hasGivenOut = false;
  /** Has the device had other dumps between two pieces of this one? */
  #isShared = false;
  #hasRestarted = false;

  constructor(errand: Errand, access: ResourceAccess, decoder: SegmentDecoder) {
    this.errand = errand;
    this.#access = access;
    this.#decoder = decoder;
    this.#sequence = new PieceSequence(access, errand.request);
    this.#reader = new SegmentReader(decoder);
  }

  get query(): ResourceQuery {
    return this.#sequence.query;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get failure(): AuxctlError | undefined {
    return this.#failure;
  }

  /**
   * Takes the device's answer and returns how many bytes of data it had. A dump that goes wrong among others is begun anew, once; the
   * answer is then `restarted`, and the others should wait until this one is done.
   */
  async take(answer: Fields | AuxctlError, isShared: boolean): Promise<number | 'restarted'> {
    this.#isShared ||= isShared;
    try {
      if (answer instanceof AuxctlError) throw answer;
      const data = this.#sequence.take(answer);
      this.#reader.push(data);
      for (let segment = await this.#reader.next(); segment !== undefined; segment = await this.#reader.next()) this.#segments.push(segment);
      if (this.#sequence.isDone) this.#reader.finish();
      this.#isFinished = this.#sequence.isDone;
      return data.length;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** What can be given out now, each segment once: as it comes where nothing can make this dump begin anew, else when all has come or nothing more will. */
  *giveOut(isLastChance = false): Generator<ResourceSegment> {
    if (this.#isShared && !this.#isFinished && !isLastChance) return;
    const segments = this.#segments;
    this.#segments = [];
    this.#hasGivenOut ||= segments.length > 0;
    yield* segments;
  }

  #fail(error: unknown): number | 'restarted' {
    if (!(error instanceof AuxctlError) || !isAnswer(error)) throw error;
    const mayRestart = error.code === 'ERR_REPLY' && this.#isShared && !this.#hasGivenOut && !this.#hasRestarted;
    if (mayRestart) {
      this.#restart();
      return 'restarted';
    }
    this.#failure = error;
    this.#isFinished = true;
    return 0;
  }

  #restart(): void {
    this.#hasRestarted = true;
    this.#isShared = false;
    this.#segments = [];
    this.#sequence = new PieceSequence(this.#access, this.errand.request);
    this.#reader = new SegmentReader(this.#decoder);
  }
}
