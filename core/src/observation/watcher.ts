import { constants } from 'node:os';
import type { Effect } from '@auxctl/schemas';
import { SCOPES } from '@auxctl/schemas/model';
import { strongerEffect } from '../channel/effects.js';
import { AuxctlError } from '../errors/base.js';
import type { ObservedBody, Times, WatchBody } from '../journal/bodies.js';
import { observedBody } from '../journal/bodies.js';
import { JournalFollower } from '../journal/follow.js';
import type { JournalObserver, ObservationRecord } from '../journal/observer.js';
import type { Surroundings } from '../journal/surroundings.js';
import { CallPairs, type PairedCall } from './call-pairs.js';
import type { NodeDevices, SeenNodes } from './devices.js';
import type { Drained } from './kernel-probe.js';
import { UNNAMED } from './name-command.js';
import { OwnCommands } from './own.js';
import type { Processes, ProcessFacts } from './process.js';

/** What a watcher needs. */
export interface WatcherParts {
  readonly state: string;
  /** The weakest effect that is recorded. */
  readonly from: Effect;
  readonly observer: Pick<JournalObserver, 'record' | 'times'>;
  readonly processes: Pick<Processes, 'facts' | 'openNodes' | 'uptimeMs'>;
  readonly devices: Pick<NodeDevices, 'look' | 'meant'>;
  readonly around: Pick<Surroundings, 'bootId' | 'host'>;
  readonly pid: number;
  readonly warn: (text: string) => void;
}

/** What was found out while the process was there. */
interface Found {
  readonly facts: ProcessFacts | undefined;
  readonly nodes: SeenNodes;
}

/** So long a call may take before it is recorded without what became of it. */
const RETURN_MS = 1000;
const NANOSECONDS = 1_000_000n;
const NANOSECONDS_NUMBER = 1e6;
const DIGITS = 3;
/** What the kernel's two clocks may differ by, as they are read. */
const CLOCK_SLACK_MS = 20;

/** Makes records of what the kernel shows: whose call, to which device, what it means, and whether this tool has recorded it itself. */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #pairs = new CallPairs<Found>();
  readonly #own = new OwnCommands();
  readonly #follower: JournalFollower;
  #missed = 0;
  #unwritten = 0;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#follower = new JournalFollower(parts.state);
  }

  /** Does any call wait for its return? */
  get isWaiting(): boolean {
    return this.#pairs.isWaiting;
  }

  /** Records that watching begins. Rejects with `ERR_JOURNAL`. */
  async begin(): Promise<ObservationRecord[]> {
    await this.#follower.update();
    return this.#parts.observer.record([this.#watchBody({ event: 'began', from: this.#parts.from })]);
  }

  /** Records what came from the kernel; `missed` is how many requests it has not followed so far. Does not reject where the journal cannot be written: says so, and that they are lost. */
  async take({ events, overrun, isUnreadable }: Drained, missed: number | undefined): Promise<ObservationRecord[]> {
    const { monotonicMs } = this.#parts.observer.times;
    const done: PairedCall<Found>[] = [];
    for (const event of events) {
      if (event.type === 'call') done.push(...this.#pairs.begin(event, this.#look(event.thread, event.node, event.timeNs)));
      else if (event.type === 'return') done.push(...this.#pairs.end(event));
      // Where events are missing, it is not certain whose request could be read.
      else if (overrun === 0) this.#pairs.see(event);
    }
    done.push(...this.#pairs.overdue(BigInt(Math.round(monotonicMs - RETURN_MS)) * NANOSECONDS));
    const bodies: (ObservedBody | WatchBody)[] = [];
    if (overrun !== 0) bodies.push(this.#lost('overrun', overrun));
    if (isUnreadable) bodies.push(this.#lost('unreadable'));
    if (missed !== undefined && missed > this.#missed) bodies.push(this.#lost('unprobed', missed - this.#missed));
    this.#missed = Math.max(this.#missed, missed ?? 0);
    bodies.push(...await this.#observed(done));
    return this.#write(bodies);
  }

  /** Records what still waits, and that watching ends. */
  async end(): Promise<ObservationRecord[]> {
    const rest = await this.#observed(this.#pairs.overdue(BigInt(Number.MAX_SAFE_INTEGER)));
    return this.#write([...rest, this.#watchBody({ event: 'ended' })]);
  }

  /** Looks at the process at once: it may end at any moment. */
  #look(thread: number, node: string, timeNs: bigint): Found {
    const { processes, devices, observer } = this.#parts;
    const sinceMs = observer.times.monotonicMs - Number(timeNs) / NANOSECONDS_NUMBER;
    const facts = processes.facts(thread, processes.uptimeMs() - sinceMs + CLOCK_SLACK_MS);
    return { facts, nodes: devices.look(node, () => (facts === undefined ? [] : processes.openNodes(facts.pid))) };
  }

  async #observed(calls: readonly PairedCall<Found>[]): Promise<ObservedBody[]> {
    if (calls.length === 0) return [];
    await this.#follow();
    const bodies: ObservedBody[] = [];
    for (const call of calls) {
      const body = await this.#bodyOf(call);
      if (body !== undefined) bodies.push(body);
    }
    return bodies;
  }

  /** Without what the journal holds, commands of this tool are recorded as those of others: rather twice than not at all. */
  async #follow(): Promise<void> {
    try {
      await this.#follower.update();
    } catch (error) {
      this.#parts.warn(`the journal cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #bodyOf({ call: whole, isSeen, result, found: { facts, nodes } }: PairedCall<Found>): Promise<ObservedBody | undefined> {
    const { devices, from, around } = this.#parts;
    const call = isSeen ? whole : { ...whole, head: new Uint8Array() };
    const { device, plugin, namer } = await devices.meant(nodes);
    const named = namer === undefined ? UNNAMED : await namer.name(call.head, call.requestBytes);
    if (strongerEffect(named.effect, from) !== named.effect) return undefined;
    const times = this.#timesOf(call.timeNs);
    const processes = facts === undefined ? undefined : [facts.pid, facts.parent];
    if (this.#own.includes({ bootId: around.bootId, processes, address: device.address, requestBytes: call.requestBytes, timeMs: times.monotonicMs }, this.#follower.commands)) return undefined;
    return observedBody({
      times, around, call, facts, device, plugin, named, scope: SCOPES[call.scope],
      outcome: result === undefined ? { result: 'unknown' } : result >= 0 ? { result: 'passed' } : { result: 'not-passed', errno: errnoName(-result) },
    });
  }

  /** When something happened that the kernel's clock tells. */
  #timesOf(timeNs: bigint): Times {
    const { format, time, monotonicMs } = this.#parts.observer.times;
    const atMs = Number((Number(timeNs) / NANOSECONDS_NUMBER).toFixed(DIGITS));
    return { format, time: new Date(Date.parse(time) - Math.max(0, monotonicMs - atMs)).toISOString(), monotonicMs: atMs };
  }

  #lost(why: NonNullable<WatchBody['why']>, lost?: number): WatchBody {
    return this.#watchBody({ event: 'lost', why, ...(lost === undefined || lost < 0 ? {} : { lost }) });
  }

  #watchBody(more: Pick<WatchBody, 'event' | 'from' | 'why' | 'lost'>): WatchBody {
    const { observer, around, pid } = this.#parts;
    return { type: 'watch', ...observer.times, ...around, pid, ...more };
  }

  async #write(bodies: readonly (ObservedBody | WatchBody)[]): Promise<ObservationRecord[]> {
    if (bodies.length === 0 && this.#unwritten === 0) return [];
    const all = this.#unwritten === 0 ? bodies : [this.#lost('unwritten', this.#unwritten), ...bodies];
    try {
      const records = await this.#parts.observer.record(all);
      this.#unwritten = 0;
      return records;
    } catch (error) {
      if (!(error instanceof AuxctlError)) throw error;
      if (bodies.length > 0) this.#parts.warn(`what was observed could not be recorded: ${error.message}`);
      this.#unwritten += bodies.length;
      return [];
    }
  }
}

function errnoName(errno: number): string {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}
