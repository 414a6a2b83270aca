import { closeSync, readFileSync, readSync } from 'node:fs';
import { release } from 'node:os';
import { errnoOf } from '../journal/files.js';
import { readModules } from '../system/modules.js';
import { RootedFiles } from '../system/rooted-files.js';
import { parseEventFormat, type EventFormat } from './event-format.js';
import { eventNames, makeProbes, probeLines, removeProbes, symbolName } from './probe.js';
import { RpcEvents, type RpcEvent } from './rpc-events.js';
import { readSubBuffer } from './sub-buffer.js';
import { lacking, type Tracefs } from './tracefs.js';

/** What came from the kernel at once. */
export interface Drained {
  /** In the order in which they happened. */
  readonly events: readonly RpcEvent[];
  /** So many events were overwritten before they were read; -1 where that is not counted. */
  readonly overrun: number;
  /** Was anything there that could not be understood? */
  readonly isUnreadable: boolean;
}

/** How to probe. */
export interface ProbeOptions {
  /** The directory that holds `sys` and `proc`. */
  readonly root: string;
  /** As `process.arch`. */
  readonly arch: string;
}

const SETTINGS: readonly (readonly [file: string, value: string])[] = [['buffer_size_kb', '256'], ['trace_clock', 'mono'], ['buffer_percent', '0']];
const PIECE_BYTES = 64 * 1024;
/** So many pieces of one processor's buffer are read at once. */
const MOST_PIECES = 64;
const KPROBES_ENABLED = '/sys/kernel/debug/kprobes/enabled';
const UNCOUNTED = -1;

/** A group of probes with a buffer of their own, in the kernel until it is removed. */
export class KernelProbe {
  /** Can be read when there is anything to drain. */
  readonly pipe: number;
  readonly #tracefs: Tracefs;
  readonly #name: string;
  readonly #files: RootedFiles;
  readonly #raw: readonly number[];
  readonly #head: EventFormat;
  readonly #events: RpcEvents;
  readonly #piece = new Uint8Array(PIECE_BYTES);

  private constructor(tracefs: Tracefs, name: string, files: RootedFiles) {
    const instance = `instances/${name}`;
    const events = eventNames(name);
    const format = (event: string): EventFormat => parseEventFormat(tracefs.read(`events/${name}/${event}/format`));
    this.#tracefs = tracefs;
    this.#name = name;
    this.#files = files;
    this.#head = parseEventFormat(tracefs.read('events/header_page'));
    this.#events = new RpcEvents(format(events.request), format(events.seen), format(events.return));
    this.pipe = tracefs.open(`${instance}/trace_pipe`);
    this.#raw = tracefs.namesIn(`${instance}/per_cpu`).map((cpu) => tracefs.open(`${instance}/per_cpu/${cpu}/trace_pipe_raw`));
  }

  /** Puts the probes into the kernel and switches them on. Throws `ERR_KERNEL_SETTING`, `ERR_PERMISSION` or `ERR_SYSTEM_CALL`, and leaves nothing behind. */
  static install(tracefs: Tracefs, name: string, { root, arch }: ProbeOptions): KernelProbe {
    const files = new RootedFiles(root);
    if (files.text(KPROBES_ENABLED) === '0') throw lacking('probes are switched off', `echo 1 > ${KPROBES_ENABLED} switches them on.`);
    const isInstalled = readModules(files, release(), ['fwctl'])['fwctl'] === 'installed';
    const lines = probeLines(name, symbolName(readFileSync(files.locate('/proc/kallsyms'), 'latin1'), isInstalled), arch);
    makeProbes(tracefs, name, lines);
    try {
      const instance = `instances/${name}`;
      tracefs.makeInstance(name);
      const known = tracefs.namesIn(instance);
      for (const [file, value] of SETTINGS) if (known.includes(file)) tracefs.write(`${instance}/${file}`, value);
      const probe = new KernelProbe(tracefs, name, files);
      tracefs.write(`${instance}/events/${name}/enable`, '1');
      return probe;
    } catch (error) {
      removeProbes(tracefs, name);
      throw error;
    }
  }

  /** Takes what has come, as much of it as fits. */
  drain(): Drained {
    const events: RpcEvent[] = [];
    let overrun = 0;
    let isUnreadable = false;
    for (const fd of this.#raw) {
      for (let count = 0; count < MOST_PIECES; count++) {
        const piece = this.#read(fd);
        if (piece === undefined) break;
        const { events: raw, lost, isWhole } = readSubBuffer(piece, this.#head);
        overrun = lost === UNCOUNTED || overrun === UNCOUNTED ? UNCOUNTED : overrun + lost;
        const read = raw.map((event) => this.#events.read(event));
        isUnreadable ||= !isWhole || read.includes(undefined);
        events.push(...read.filter((event) => event !== undefined));
      }
    }
    events.sort((a, b) => Number(a.timeNs - b.timeNs));
    return { events, overrun, isUnreadable };
  }

  /** How many requests the kernel had no room to follow; undefined where the probes are not in the kernel any more, or are switched off. */
  missed(): number | undefined {
    if (this.#files.text(KPROBES_ENABLED) === '0') return undefined;
    const { request } = eventNames(this.#name);
    const [, missed] = new RegExp(`^\\s*${request}\\s+\\d+\\s+(\\d+)$`, 'm').exec(this.#tracefs.read('kprobe_profile')) ?? [];
    return missed === undefined ? undefined : Number(missed);
  }

  /** Takes the probes out of the kernel, with their buffer. */
  remove(): void {
    for (const fd of [this.pipe, ...this.#raw]) closeSync(fd);
    removeProbes(this.#tracefs, this.#name);
  }

  #read(fd: number): Uint8Array | undefined {
    try {
      const lengthBytes = readSync(fd, this.#piece, 0, PIECE_BYTES, null);
      return lengthBytes === 0 ? undefined : this.#piece.subarray(0, lengthBytes);
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return undefined;
      throw this.#tracefs.refusal(error, 'trace_pipe_raw');
    }
  }
}
