import type { AuxctlError } from '../errors/base.js';
import type { Fields } from '../layout/types.js';
import type { ResourceAccess, ResourceQuery, ResourceRequest } from '../plugin/resources.js';
import { Lane, type Errand } from './lane.js';
import { RESOURCE_DUMP_DEFAULTS } from './limits.js';
import type { SegmentDecoder } from './segment-decoder.js';
import type { ResourceSegment } from './segment.js';
import { Walk } from './walk.js';

/** A piece counts as so many bytes at least, so that a device that gives next to nothing at a time does not take forever. */
const LEAST_PIECE_BYTES = 64;

/** What a dump is taken from. */
export interface ResourceSource {
  readonly access: ResourceAccess;
  readonly decoder: SegmentDecoder;
  /** Asks for pieces in one hop; a refusal is that query's answer alone. Rejects when the device is gone or does not answer. */
  read(queries: readonly ResourceQuery[]): Promise<readonly (Fields | AuxctlError)[]>;
}

/** How far a dump goes. */
export interface ResourceDumpLimits {
  /** References are followed so many steps: 0 (the default) for not at all, at most 64. */
  readonly depth?: number;
  /** No more than so many bytes are taken from the device; 16 MiB when left out. */
  readonly mostBytes?: number;
  /** So many dumps are under way at once; 8 when left out. */
  readonly inFlight?: number;
  readonly onProgress?: (progress: ResourceDumpProgress) => void;
}

/** How far a dump has come. */
export interface ResourceDumpProgress {
  readonly lengthBytes: number;
  /** Requests sent to the device. */
  readonly calls: number;
  readonly requestsDone: number;
  /** Grows as references are found. */
  readonly requestsTotal: number;
}

/** What comes of a dump, in the order of the requests; those that references lead to follow. */
export type ResourceDumpEvent =
  | ({ readonly type: 'segment'; readonly segment: ResourceSegment } & Errand)
  /** The device refused the request, or broke the protocol; what had come before is there. Other requests go on. */
  | ({ readonly type: 'failure'; readonly error: AuxctlError } & Errand)
  /** The last event: not everything was dumped, because there was too much of it. */
  | { readonly type: 'limit'; readonly reason: 'bytes' | 'requests'; readonly lengthBytes: number };

/** Dumps resources. Rejects when the device is gone, does not answer, or the caller gives up; `ERR_REPLY` is an event. */
export async function* dumpResources(source: ResourceSource, requests: readonly ResourceRequest[], limits: ResourceDumpLimits = {}): AsyncGenerator<ResourceDumpEvent> {
  yield* new Run(source, requests, limits).events();
}

class Run {
  readonly #source: ResourceSource;
  readonly #limits: ResourceDumpLimits;
  readonly #mostBytes: number;
  readonly #walk: Walk;
  #lanes: Lane[] = [];
  #inFlight: number;
  #lengthBytes = 0;
  #charged = 0;
  #calls = 0;
  #done = 0;

  constructor(source: ResourceSource, requests: readonly ResourceRequest[], limits: ResourceDumpLimits) {
    const { depth, mostBytes, inFlight } = { ...RESOURCE_DUMP_DEFAULTS, ...limits };
    this.#source = source;
    this.#limits = limits;
    this.#mostBytes = mostBytes;
    this.#inFlight = inFlight;
    this.#walk = new Walk(requests, depth);
  }

  async *events(): AsyncGenerator<ResourceDumpEvent> {
    for (;;) {
      this.#fill();
      if (this.#lanes.length === 0) break;
      await this.#round(this.#lanes.slice(0, this.#inFlight));
      yield* this.#giveOut();
      if (this.#charged >= this.#mostBytes && !this.#isIdle()) {
        for (const lane of this.#lanes) yield* this.#segmentsOf(lane, true);
        yield { type: 'limit', reason: 'bytes', lengthBytes: this.#lengthBytes };
        return;
      }
    }
    if (this.#walk.hasDropped) yield { type: 'limit', reason: 'requests', lengthBytes: this.#lengthBytes };
  }

  #isIdle(): boolean {
    this.#fill();
    return this.#lanes.length === 0;
  }

  #fill(): void {
    while (this.#lanes.length < this.#inFlight) {
      const errand = this.#walk.take();
      if (errand === undefined) return;
      this.#lanes.push(new Lane(errand, this.#source.access, this.#source.decoder));
    }
  }

  /** One hop to the device: the next piece of each lane that has not all yet. */
  async #round(lanes: readonly Lane[]): Promise<void> {
    const open = lanes.filter(({ isFinished }) => !isFinished);
    const answers = await this.#source.read(open.map(({ query }) => query));
    this.#calls += open.length;
    for (const [index, lane] of open.entries()) {
      const answer = answers[index];
      if (answer !== undefined) await this.#takeAnswer(lane, answer, open.length > 1);
    }
    this.#limits.onProgress?.({ lengthBytes: this.#lengthBytes, calls: this.#calls, requestsDone: this.#done, requestsTotal: this.#walk.total });
  }

  async #takeAnswer(lane: Lane, answer: Fields | AuxctlError, isShared: boolean): Promise<void> {
    const taken = await lane.take(answer, isShared);
    if (taken === 'restarted') this.#inFlight = 1;
    else this.#lengthBytes += taken;
    this.#charged += Math.max(LEAST_PIECE_BYTES, taken === 'restarted' ? 0 : taken);
    if (lane.isFinished) this.#done++;
  }

  /** What the first lanes have, up to the first that is not finished. */
  *#giveOut(): Generator<ResourceDumpEvent> {
    for (let lane = this.#lanes[0]; lane !== undefined; lane = this.#lanes[0]) {
      yield* this.#segmentsOf(lane);
      if (!lane.isFinished) return;
      if (lane.failure !== undefined) yield { type: 'failure', ...lane.errand, error: lane.failure };
      this.#lanes.shift();
    }
  }

  *#segmentsOf(lane: Lane, isLastChance = false): Generator<ResourceDumpEvent> {
    for (const segment of lane.giveOut(isLastChance)) {
      if (segment.reference !== undefined) this.#walk.follow(lane.errand, segment.reference);
      yield { type: 'segment', ...lane.errand, segment };
    }
  }
}
