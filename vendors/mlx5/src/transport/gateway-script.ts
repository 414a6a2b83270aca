import type { ConfigSequence, ConfigSequenceResult, ConfigStep } from '@auxctl/core';
import type { GatewayLayout, SpaceName } from './gateway-layout.js';

const ALL_BITS = 0xffff_ffff;
/** The device answers an access within so many looks, or not at all. */
const ACCESS_TRIES = 2048;
/** A ticket of zero would mean that nobody holds the semaphore; the counter then gives another. */
const TICKET_TRIES = 4;
/** The words that every script begins with. The ticket starts as what no counter gives while the device is there. */
const ZERO = 0;
const TICKET = 1;
const SEMAPHORE = 2;
const CONTROL = 3;

/** What a step is for, which says what its failure means. */
export type Purpose = 'semaphore' | 'ticket' | 'space' | 'access' | 'expectation' | 'release';

/** A dword that a script reads; good for its own results only. */
export type Reading = number;

/** Why a script did not do its work, and the word that the failing step saw last. */
export interface ScriptFailure {
  readonly purpose: Purpose;
  /** Would another attempt make sense? */
  readonly isTransient: boolean;
  readonly word: number;
}

/**
 * Accesses to the gateway's address spaces that happen under one hold of its semaphore: taken at the start, given back at the end whatever
 * happens, all within one job of the channel's worker. So nothing that befalls this program can leave the semaphore taken.
 */
export class GatewayScript {
  readonly #layout: GatewayLayout;
  readonly #base: number;
  readonly #words: number[] = [0, ALL_BITS, 0, 0];
  readonly #steps: ConfigStep[] = [];
  readonly #purposes: Purpose[] = [];
  #space: SpaceName | undefined;
  #finished: ConfigSequence | undefined;

  /** `base` is the capability's place in configuration space, in bytes. */
  constructor(layout: GatewayLayout, base: number) {
    this.#layout = layout;
    this.#base = base;
    const { semaphore, counter } = layout;
    this.#await('semaphore', semaphore.offsetBytes, SEMAPHORE, { than: ZERO, failure: 'EAGAIN' });
    this.#await('ticket', counter.offsetBytes, TICKET, { than: ZERO, differs: true, tries: TICKET_TRIES });
    this.#write('ticket', semaphore.offsetBytes, TICKET);
    this.#await('semaphore', semaphore.offsetBytes, SEMAPHORE, { than: TICKET, failure: 'EAGAIN' });
  }

  /** Reads a dword. */
  read(space: SpaceName, address: number): Reading {
    this.#select(space);
    const { layout, at } = this.#request(address, 0);
    this.#await('access', layout.address.offsetBytes, at, { mask: layout.flag.mask, than: this.#constant(layout.flag.mask), tries: ACCESS_TRIES });
    const reading = this.#constant(0);
    this.#step('access', { type: 'read', offsetBytes: this.#base + layout.data.offsetBytes, word: reading });
    return reading;
  }

  /** Writes a dword. */
  write(space: SpaceName, address: number, value: number): void {
    this.#select(space);
    this.#write('access', this.#layout.data.offsetBytes, this.#constant(value));
    const { layout, at } = this.#request(address, 1);
    this.#await('access', layout.address.offsetBytes, at, { mask: layout.flag.mask, than: ZERO, tries: ACCESS_TRIES });
  }

  /** Goes on only if the dword read last is this under the mask. With `isTransient`, another attempt might find it so. */
  expect(value: number, { mask = ALL_BITS, isTransient = false }: { readonly mask?: number; readonly isTransient?: boolean } = {}): void {
    this.#await('expectation', this.#layout.data.offsetBytes, this.#constant(0), { mask, than: this.#constant(value), failure: isTransient ? 'EAGAIN' : 'ECANCELED' });
  }

  /** The whole of it, to which nothing can be added any more. At its end the semaphore is given back, if it is held by the ticket taken here. */
  finish(): ConfigSequence {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  #finish(): ConfigSequence {
    const cleanupFrom = this.#steps.length;
    this.#await('release', this.#layout.semaphore.offsetBytes, SEMAPHORE, { than: TICKET });
    this.#write('release', this.#layout.semaphore.offsetBytes, ZERO);
    return { words: Uint32Array.from(this.#words), steps: this.#steps, cleanupFrom };
  }

  /** What a failure means; `undefined` when all went well. */
  failureOf({ failure, words }: ConfigSequenceResult): ScriptFailure | undefined {
    if (failure === undefined) return undefined;
    const word = words[this.#steps[failure.step]?.word ?? ZERO] ?? 0;
    return { purpose: this.#purposes[failure.step] ?? 'access', isTransient: failure.error.code === 'EAGAIN', word };
  }

  #select(space: SpaceName): void {
    if (space === this.#space) return;
    this.#space = space;
    const { space: field, status, numberOf } = this.#layout;
    const control = this.#base + field.offsetBytes;
    this.#step('space', { type: 'read', offsetBytes: control, word: CONTROL });
    this.#step('space', { type: 'merge', word: CONTROL, mask: field.mask, bits: numberOf(space) });
    this.#step('space', { type: 'write', offsetBytes: control, word: CONTROL });
    const wanted = this.#constant(field.put(numberOf(space)));
    this.#await('space', field.offsetBytes, CONTROL, { mask: field.mask, than: wanted });
    this.#await('space', status.offsetBytes, CONTROL, { mask: status.mask, than: ZERO, differs: true });
  }

  #request(address: number, flag: number): { readonly layout: GatewayLayout; readonly at: number } {
    const layout = this.#layout;
    const at = this.#constant(layout.flag.put(flag, address));
    this.#write('access', layout.address.offsetBytes, at);
    return { layout, at };
  }

  #constant(value: number): number {
    return this.#words.push(value) - 1;
  }

  #write(purpose: Purpose, offsetBytes: number, word: number): void {
    this.#step(purpose, { type: 'write', offsetBytes: this.#base + offsetBytes, word });
  }

  #await(purpose: Purpose, offsetBytes: number, word: number, condition: Partial<Extract<ConfigStep, { type: 'await' }>> & { readonly than: number }): void {
    this.#step(purpose, { type: 'await', mask: ALL_BITS, tries: 1, failure: 'ECANCELED', ...condition, offsetBytes: this.#base + offsetBytes, word });
  }

  #step(purpose: Purpose, step: ConfigStep): void {
    this.#purposes.push(purpose);
    this.#steps.push(step);
  }
}
