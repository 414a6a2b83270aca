import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalObserved } from '@auxctl/schemas';
import { loginUidOf } from '../system/login-uid.js';
import type { ProbeOwner } from './probe.js';

/** What `/proc` said of the process that a thread belongs to. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly executable: string | undefined;
  readonly commandLine: readonly string[];
  readonly user: NonNullable<JournalObserved['user']> | undefined;
}

const NODE = /^\/dev\/fwctl\/(fwctl\d{1,9})$/;
const MOST_DESCRIPTORS = 4096;
/** The kernel counts these in hundredths of a second on every machine (USER_HZ). */
const TICK_MS = 10;
const START_TICKS_FIELD = 22;
const SECOND_MS = 1000;
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

/** What the kernel tells of processes, read at once, since a process may end at any moment. */
export class Processes {
  readonly #root: string;

  constructor(root = '/') {
    this.#root = root;
  }

  /** The process of a thread; undefined when it has gone, or began only after `sinceBootMs`, and so is another that got its number. */
  facts(thread: number, sinceBootMs: number): ProcessFacts | undefined {
    const status = this.#text(thread, 'status');
    const [, pid] = /^Tgid:\s*(\d+)$/m.exec(status ?? '') ?? [];
    const [, parent] = /^PPid:\s*(\d+)$/m.exec(status ?? '') ?? [];
    const startTicks = this.startTicks(thread);
    if (pid === undefined || parent === undefined || startTicks === undefined || Number(startTicks) * TICK_MS > sinceBootMs + TICK_MS) return undefined;
    const [, uid] = /^Uid:\s*(\d+)/m.exec(status ?? '') ?? [];
    const commandLine = (this.#text(thread, 'cmdline') ?? '').split('\0');
    if (commandLine.at(-1) === '') commandLine.pop();
    return { pid: Number(pid), parent: Number(parent), executable: this.#link(`${thread}/exe`), commandLine, user: uid === undefined ? undefined : { uid: Number(uid), ...this.#loginUid(thread) } };
  }

  /** The nodes of the fwctl class that a process has open, each once. */
  openNodes(pid: number): readonly string[] {
    let names: readonly string[];
    try {
      names = readdirSync(join(this.#root, 'proc', String(pid), 'fd'));
    } catch {
      return [];
    }
    const nodes = names.slice(0, MOST_DESCRIPTORS).flatMap((name) => NODE.exec(this.#link(`${pid}/fd/${name}`) ?? '')?.[1] ?? []);
    return [...new Set(nodes)].sort();
  }

  /** When a process or thread began, in ticks since boot; undefined when it has gone. */
  startTicks(pid: number): string | undefined {
    const stat = this.#text(pid, 'stat');
    // The second field is a name in brackets, which may hold anything.
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TICKS_FIELD - 3];
  }

  /** Does the process run that a watcher's probes are named after? */
  isRunning({ pid, startTicks }: ProbeOwner): boolean {
    return this.startTicks(pid) === startTicks;
  }

  /** This process as the kernel tells it from others. Undefined in a container, whose numbers of processes are not those that the kernel's probes give. */
  self(): ProbeOwner | undefined {
    const startTicks = this.startTicks(process.pid);
    return startTicks === undefined || this.#link('self/ns/pid') !== INITIAL_PID_NAMESPACE ? undefined : { pid: process.pid, startTicks };
  }

  /** How long this machine has run, in milliseconds, with the time that it slept. */
  uptimeMs(): number {
    return Number(readFileSync(join(this.#root, 'proc/uptime'), 'latin1').split(' ')[0]) * SECOND_MS;
  }

  #loginUid(thread: number): { loginUid?: number } {
    const loginUid = loginUidOf(this.#text(thread, 'loginuid'));
    return loginUid === undefined ? {} : { loginUid };
  }

  #text(pid: number, file: string): string | undefined {
    try {
      return readFileSync(join(this.#root, 'proc', String(pid), file), 'utf8');
    } catch {
      return undefined;
    }
  }

  #link(path: string): string | undefined {
    try {
      return readlinkSync(join(this.#root, 'proc', path));
    } catch {
      return undefined;
    }
  }
}
