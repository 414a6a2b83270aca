import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuxctlError } from '../errors/base.js';
import type { CommandIntent } from '../channel/recorder.js';
import type { JournalLock } from './lock.js';
import { JournalRecorder, type RecorderOptions } from './recorder.js';

/** A lock for writers of one process. */
export function localLock(): JournalLock {
  let last: Promise<unknown> = Promise.resolve();
  return async (_path, action) => {
    const turn = last.then(action);
    last = turn.catch(() => undefined);
    return turn;
  };
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
      state: this.path, lock: this.#lock, warn: (text) => this.warnings.push(text),
      clock: { now: () => new Date(Date.UTC(2026, 0, 1) + this.#ms), monotonicMs: () => { this.#ms += 1; return this.#ms; } },
      surroundings: { bootId: 'b', host: 'h', user: { uid: 0, loginUid: 1000, sudoUser: 'eve' }, process: { pid: 5, executable: '/bin/x', commandLine: ['x', 'reg', 'write'] } }, ...more,
    });
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
