import { setTimeout as pause } from 'node:timers/promises';
import type { Effect } from '@auxctl/schemas';
import { SystemCallError } from '../errors/classes.js';
import { JournalObserver, type ObservationRecord } from '../journal/observer.js';
import type { JournalLimits } from '../journal/writer.js';
import { surroundings } from '../journal/surroundings.js';
import { defaultNative, type NativeSource } from '../native.js';
import { NodeDevices, type NodeDevice } from './devices.js';
import { KernelProbe } from './kernel-probe.js';
import { probeName, removeLeftovers } from './probe.js';
import { Processes } from './process.js';
import { lacking, Tracefs } from './tracefs.js';
import { Watcher } from './watcher.js';

/** How to watch. */
export interface WatchCommandsOptions extends JournalLimits {
  /** The directory of the tool's state; the journal is in its folder `journal`. */
  readonly state: string;
  /** What the journal is sealed with. */
  readonly key?: Uint8Array | undefined;
  /** The weakest effect that is recorded. */
  readonly from: Effect;
  /** Looks for the device of a node of the fwctl class, such as `fwctl0`, among those that there are now. */
  readonly findDevice: (node: string) => Promise<NodeDevice | undefined>;
  /** Where the shim for waiting, locks and sockets comes from. */
  readonly native?: NativeSource;
  /** The socket of the system's journal, which gets copies where it exists. */
  readonly systemJournal?: string;
  /** The directory that holds `sys` and `proc`; `/` when absent. */
  readonly root?: string;
  /** As `process.arch`. */
  readonly arch?: string;
  /** Is told what did not go well and is no reason to end. */
  readonly warn: (text: string) => void;
  /** Ends it well. */
  readonly signal: AbortSignal;
}

const IDLE_MS = 1000;
const WAITING_MS = 200;
/** When the kernel says that there is something, and there is not. */
const NOTHING_MS = 20;

/**
 * Watches the firmware RPCs of all processes of this machine by a probe in the kernel, records them in the journal, and gives each record. Commands that
 * this tool has recorded itself in the same journal are left out. Ends when `signal` aborts or the caller stops; no probe is left behind then, and
 * those that killed watchers left are removed at the beginning. Rejects with `ERR_KERNEL_SETTING`, `ERR_PERMISSION` or `ERR_JOURNAL`.
 */
export async function* watchCommands(options: WatchCommandsOptions): AsyncGenerator<ObservationRecord, void, void> {
  const { state, key, native = defaultNative, root = '/', arch = process.arch, findDevice, from, warn, signal } = options;
  const tracefs = Tracefs.find(root);
  const processes = new Processes(root);
  const self = processes.self();
  if (self === undefined) throw lacking('this process runs in a container with numbers of processes of its own', 'Run it on the host.', 'ENOTSUP');
  clean(tracefs, processes, warn);
  await using observer = await JournalObserver.open({ ...options, state, key, native });
  const { bootId, host } = surroundings();
  const around = { host, ...(bootId === undefined ? {} : { bootId }) };
  const watcher = new Watcher({ state, from, observer, processes, devices: new NodeDevices(root, findDevice, warn), around, pid: self.pid, warn });
  const shim = await native();
  const probe = KernelProbe.install(tracefs, probeName(self), { root, arch });
  let isRemoved = false;
  const remove = (): void => {
    if (!isRemoved) probe.remove();
    isRemoved = true;
  };
  try {
    yield* await watcher.begin();
    while (!signal.aborted) {
      const isReady = await waitFor(async (wait) => shim.poll([{ fd: probe.pipe, readable: true }], wait), watcher.isWaiting ? WAITING_MS : IDLE_MS, signal);
      const drained = probe.drain();
      if (isReady && drained.events.length === 0) await pause(NOTHING_MS);
      yield* await watcher.take(drained, requireThere(probe.missed()));
    }
    yield* await watcher.take(probe.drain(), undefined);
    remove();
    yield* await watcher.end();
  } finally {
    remove();
  }
}

function requireThere(missed: number | undefined): number {
  if (missed === undefined) throw new SystemCallError('ERR_KERNEL_SETTING', 'somebody removed the probe from the kernel, or switched probes off: nothing is observed any more', 'ENOENT');
  return missed;
}

function clean(tracefs: Tracefs, processes: Processes, warn: (text: string) => void): void {
  const { removed, kept } = removeLeftovers(tracefs, (owner) => processes.isRunning(owner));
  for (const name of removed) warn(`removed ${name} from the kernel, which a watcher left behind that was killed`);
  for (const { name, error } of kept) warn(`${name}, which a watcher left in the kernel, cannot be removed: ${error instanceof Error ? error.message : String(error)}`);
}

/** Did something come in time? */
async function waitFor(poll: (wait: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<readonly unknown[]>, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    return (await poll({ timeoutMs, signal })).length > 0;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
