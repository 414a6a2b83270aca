import type { ResourceRequest } from '../plugin/resources.js';
import type { Errand } from './lane.js';
import { requestKey } from './request.js';

/** So many different requests are made at most, those by reference included. */
const MOST_REQUESTS = 65_536;

/** What is still to be dumped: first what the caller asked for, then what that refers to, each thing once. */
export class Walk {
  readonly #depth: number;
  readonly #seen = new Set<string>();
  #waiting: Errand[] = [];
  #taken = 0;
  #hasDropped = false;

  /** References are followed from errands nearer than `depth`. */
  constructor(requests: readonly ResourceRequest[], depth: number) {
    this.#depth = depth;
    for (const request of requests) this.#add({ request, depth: 0 });
  }

  /** How many errands there have been so far, those that wait included. */
  get total(): number {
    return this.#taken + this.#waiting.length;
  }

  /** Was something left out because there were too many? */
  get hasDropped(): boolean {
    return this.#hasDropped;
  }

  /** The next errand; undefined when none waits. */
  take(): Errand | undefined {
    const next = this.#waiting.shift();
    if (next !== undefined) this.#taken++;
    return next;
  }

  /** An errand's dump refers to another resource. */
  follow({ depth }: Errand, reference: ResourceRequest): void {
    if (depth < this.#depth) this.#add({ request: reference, depth: depth + 1 });
  }

  #add(errand: Errand): void {
    const key = requestKey(errand.request);
    if (this.#seen.has(key)) return;
    if (this.#seen.size >= MOST_REQUESTS) {
      this.#hasDropped = true;
      return;
    }
    this.#seen.add(key);
    this.#waiting.push(errand);
  }
}
