import type { PageAccount } from './types.js';

/** The stages at which firmware asks the driver for memory, with the `op_mod` of QUERY_PAGES. */
export const PAGE_STAGE = { boot: 1, init: 2, regular: 3 } as const;

const PAGE_BYTES = 4096n;

/** The host memory that firmware owns: which 4 KiB pages it holds, and what it still wants or means to give back. */
export class PagePool implements PageAccount {
  readonly #held = new Set<bigint>();
  readonly #due: Map<number, number>;
  #surplus = 0;

  /** `boot` and `init` are the pages wanted before INIT_HCA. */
  constructor(boot: number, init: number) {
    this.#due = new Map([[PAGE_STAGE.boot, boot], [PAGE_STAGE.init, init], [PAGE_STAGE.regular, 0]]);
  }

  get held(): number {
    return this.#held.size;
  }

  get wanted(): number {
    return this.dueAt(PAGE_STAGE.boot) + this.dueAt(PAGE_STAGE.init) + this.dueAt(PAGE_STAGE.regular);
  }

  /** May INIT_HCA go ahead? */
  get isSatisfied(): boolean {
    return this.dueAt(PAGE_STAGE.boot) + this.dueAt(PAGE_STAGE.init) === 0;
  }

  /** Pages still to be given for a stage of {@link PAGE_STAGE}. */
  dueAt(stage: number): number {
    return this.#due.get(stage) ?? 0;
  }

  /** What QUERY_PAGES answers: pages wanted, or minus the pages to be given back. */
  balanceAt(stage: number): number {
    return stage === PAGE_STAGE.regular && this.#surplus > 0 ? -this.#surplus : this.dueAt(stage);
  }

  /** Can these addresses all be accepted: multiples of 4096, each once, none held already? */
  accepts(pages: readonly bigint[]): boolean {
    return new Set(pages).size === pages.length && pages.every((page) => page % PAGE_BYTES === 0n && !this.#held.has(page));
  }

  /** Takes over the pages; the earliest stage is satisfied first. The caller has checked `accepts` and `wanted`. */
  give(pages: readonly bigint[]): void {
    for (const page of pages) this.#held.add(page);
    let left = pages.length;
    for (const [stage, due] of this.#due) {
      const taken = Math.min(due, left);
      this.#due.set(stage, due - taken);
      left -= taken;
    }
  }

  /** Wants `pages` more while running. */
  request(pages: number): void {
    this.#due.set(PAGE_STAGE.regular, this.dueAt(PAGE_STAGE.regular) + pages);
  }

  /** Means to give `pages` back while running; false when it holds fewer than that. */
  offer(pages: number): boolean {
    if (this.#surplus + pages > this.#held.size) return false;
    this.#surplus += pages;
    return true;
  }

  /** The driver cannot give what was wanted while running: wants nothing more. */
  withdrawRequest(): void {
    this.#due.set(PAGE_STAGE.regular, 0);
  }

  /**
   * Gives back at most `limit` pages. While the function runs these are the ones on offer; otherwise any, and it will want as many
   * again before it can run.
   */
  takeBack(limit: number, isRunning: boolean): bigint[] {
    const count = Math.min(limit, isRunning ? this.#surplus : this.#held.size);
    const pages: bigint[] = [];
    for (const page of this.#held) {
      if (pages.length === count) break;
      pages.push(page);
    }
    for (const page of pages) this.#held.delete(page);
    this.#surplus = Math.max(0, this.#surplus - count);
    if (!isRunning) this.#due.set(PAGE_STAGE.init, this.dueAt(PAGE_STAGE.init) + count);
    return pages;
  }
}
