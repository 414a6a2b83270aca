import { checkInteger, checkObject } from './check.js';
import type { Context } from './context.js';
import { HeldDescriptor, type Readiness } from './descriptor.js';
import { argumentError, NativeError } from './errors.js';
import type { PollEntry, PollResult, WaitOptions } from './types.js';
import { checkWait } from './wait.js';

// The bits of poll(2).
const POLLIN = 0x1;
const POLLPRI = 0x2;
const POLLOUT = 0x4;
const POLLERR = 0x8;
const POLLHUP = 0x10;
const POLLNVAL = 0x20;
const FIELDS = 3;

function eventsOf(entry: PollEntry): number {
  return (entry.readable === true ? POLLIN : 0) | (entry.writable === true ? POLLOUT : 0) | (entry.priority === true ? POLLPRI : 0);
}

function resultOf(fd: number, revents: number): PollResult {
  const has = (bits: number): boolean => (revents & bits) !== 0;
  return { fd, readable: has(POLLIN), writable: has(POLLOUT), priority: has(POLLPRI), hangup: has(POLLHUP), error: has(POLLERR | POLLNVAL) };
}

function readyNow(context: Context, entries: readonly PollEntry[]): PollResult[] {
  const words = Int32Array.from(entries.flatMap((entry) => [entry.fd, eventsOf(entry), 0]));
  context.check(context.binding.pollNow(words), 'poll');
  return entries.map(({ fd }, index) => resultOf(fd, words[FIELDS * index + 2] ?? 0))
    .filter((result) => result.readable || result.writable || result.priority || result.hangup || result.error);
}

function check(entries: readonly PollEntry[]): void {
  if (!Array.isArray(entries) || entries.length === 0) throw argumentError('entries', 'an array that is not empty');
  for (const entry of entries as readonly PollEntry[]) {
    checkObject('entries', entry);
    checkInteger('entries.fd', entry.fd, 0, 0x7fff_ffff);
    if (eventsOf(entry) === 0) throw argumentError('entries', 'readable, writable or priority in each');
  }
}

/** Waits until something has come on at least one descriptor; see `Native.poll`. */
export async function poll(context: Context, entries: readonly PollEntry[], wait?: WaitOptions): Promise<PollResult[]> {
  check(entries);
  checkWait(wait);
  const ready = readyNow(context, entries);
  if (ready.length > 0 || wait?.timeoutMs === 0) return ready;
  // Watched as duplicates, since the caller's may be watched by the event loop already.
  const watched = entries.map((entry) => ({ entry, own: new HeldDescriptor(context, context.check(context.binding.duplicate(entry.fd), 'dup'), 'poll') }));
  try {
    const kinds: readonly Readiness[] = ['readable', 'writable', 'priority'];
    await Promise.race(watched.flatMap(({ entry, own }) => kinds.filter((kind) => entry[kind] === true).map((kind) => own.whenReady(kind, wait))));
  } catch (error) {
    if (!(error instanceof NativeError && error.code === 'ERR_NATIVE_TIMEOUT')) throw error;
  } finally {
    for (const { own } of watched) own.close();
  }
  return readyNow(context, entries);
}
