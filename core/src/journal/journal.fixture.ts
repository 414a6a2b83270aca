import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuxctlError } from '../errors/base.js';
import type { CommandIntent } from '../channel/recorder.js';
import type { ObservedBody, WatchBody } from './bodies.js';
import type { JournalLock } from './lock.js';
import { journalEntries, type JournalCommand, type JournalFilter } from './read.js';
import { JournalRecorder, type RecorderOptions } from './recorder.js';
import { JournalWriter } from './writer.js';

/** A lock for writers of one process. */
export function localLock(): JournalLock {
  let last: Promise<unknown> = Promise.resolve();
  return async (_path, action) => {
    const turn = last.then(action);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** What somebody else did to the small device. */
export function observed(more: Partial<ObservedBody> = {}): ObservedBody {
  return {
    type: 'observed', format: 'auxctl.journal/2', time: '2026-01-01T00:00:00.500Z', monotonicMs: 500, bootId: 'b', host: 'h', process: { pid: 81, name: 'foreign', executable: '/bin/foreign', commandLine: ['foreign', '1'] },
    user: { uid: 7, loginUid: 1001 }, device: { address: 'small-0', node: 'fwctl0', source: 'kernel' }, plugin: 'small', scope: 'configuration', scopeNumber: 0, effect: 'configure', command: 'LAMP', register: 'LAMP',
    request: { bytes: 4, head: '02070132' }, replyRoomBytes: 16, result: 'passed', ...more,
  };
}

/** What a watcher says of itself. */
export function watchRecord(more: Partial<WatchBody> = {}): WatchBody {
  return { type: 'watch', format: 'auxctl.journal/2', time: '2026-01-01T00:00:00.400Z', monotonicMs: 400, bootId: 'b', host: 'h', pid: 80, event: 'began', from: 'configure', ...more };
}

/** An intent of a small device. */
export function intent(more: Partial<CommandIntent> = {}): CommandIntent {
  return {
    device: { address: 'small-0', bus: 'sim', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: [], pci: { vendorId: 0x1af4, deviceId: 1, subsystemVendorId: 0, subsystemId: 0, revision: 0, classCode: 0 }, driver: 'small' },
    plugin: 'small', transport: 'sim', firmware: '1.2', command: 'LAMP', register: 'LAMP', effect: 'configure', scope: 'configuration', request: Uint8Array.of(2, 7, 1, 50),
    fields: { state: '1' }, changes: [{ field: 'state', before: '0', after: '1' }], secrets: [], ...more,
  };
}

/** A state directory that goes away. */
export class State implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'auxctl-state-'));
  readonly warnings: string[] = [];
  readonly #lock = localLock();
  #ms = 0;

  /** A recorder of this journal, as another process would have it. */
  recorder(more: Partial<RecorderOptions> = {}): JournalRecorder {
    return new JournalRecorder({
      ...this.writing,
      surroundings: { bootId: 'b', host: 'h', user: { uid: 0, loginUid: 1000, sudoUser: 'eve' }, process: { pid: 5, executable: '/bin/x', commandLine: ['x', 'reg', 'write'] } }, ...more,
    });
  }

  /** What writers of this journal share. */
  get writing(): Pick<RecorderOptions, 'state' | 'lock' | 'warn' | 'clock'> {
    return {
      state: this.path, lock: this.#lock, warn: (text) => this.warnings.push(text),
      clock: { now: () => new Date(Date.UTC(2026, 0, 1) + this.#ms), monotonicMs: () => { this.#ms += 1; return this.#ms; } },
    };
  }

  /** Records what others did, and that somebody watched. */
  async observe(...bodies: readonly (ObservedBody | WatchBody)[]): Promise<void> {
    await new JournalWriter(this.writing).append(bodies);
  }

  /** Records so many commands, each answered. */
  async fill(commands: number, more: Partial<RecorderOptions> = {}): Promise<void> {
    const recorder = this.recorder(more);
    for (let count = 0; count < commands; count++) await (await recorder.begin([intent({ request: Uint8Array.of(count) })])).end([{ ok: true, replyLengthBytes: 4 }]);
  }

  /** Records so many that nobody finished. */
  async begin(count: number): Promise<void> {
    const recorder = this.recorder();
    for (let at = 0; at < count; at++) await recorder.begin([intent()]);
  }

  at(name: string): string {
    return join(this.path, 'journal', name);
  }

  read(name: string): Buffer {
    return readFileSync(this.at(name));
  }

  write(name: string, bytes: string | Uint8Array): void {
    writeFileSync(this.at(name), bytes);
  }

  lines(name = '000001.jsonl'): string[] {
    return this.read(name).toString().split('\n').slice(0, -1);
  }

  get files(): string[] {
    return readdirSync(join(this.path, 'journal')).filter((name) => name.endsWith('.jsonl'));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

/** An error of the firmware's refusal kind or any other, for outcomes. */
export function failure(code: 'ERR_TRANSPORT_TIMEOUT' | 'ERR_DEVICE_GONE' | 'ERR_ABORTED'): AuxctlError {
  return new AuxctlError(code, 'it failed');
}

/** The commands of this tool in a journal, as {@link journalEntries} has them. */
export async function journalCommands(state: string, filter: JournalFilter, most: number): Promise<{ readonly commands: readonly JournalCommand[]; readonly before: number; readonly unreadable: number }> {
  const { entries, before, unreadable } = await journalEntries(state, filter, most);
  return { commands: entries.flatMap((entry) => (entry.type === 'command' ? [{ intent: entry.intent, ...(entry.outcome === undefined ? {} : { outcome: entry.outcome }) }] : [])), before, unreadable };
}
