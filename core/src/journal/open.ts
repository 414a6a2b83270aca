import { existsSync, readFileSync } from 'node:fs';
import { PolicyError } from '../errors/classes.js';
import { defaultNative, type NativeSource } from '../native.js';
import { fileLock } from './lock.js';
import { JournalRecorder } from './recorder.js';
import { LEAST_KEY_BYTES } from './seal.js';
import { SYSTEM_JOURNAL_SOCKET, SystemJournal } from './system-journal.js';
import type { JournalClock, JournalLimits } from './writer.js';

/** How to keep a journal. */
export interface JournalOptions extends JournalLimits {
  /** The directory of the tool's state; the journal is in its folder `journal`. */
  readonly state: string;
  /** What the journal is sealed with; see {@link readJournalKey}. */
  readonly key?: Uint8Array | undefined;
  /** Why, in the user's words; kept with each command. */
  readonly reason?: string | undefined;
  /** Where the shim for locks and sockets comes from. */
  readonly native?: NativeSource;
  /** The socket of the system's journal, which gets copies where it exists. */
  readonly systemJournal?: string;
  /** Is told when an outcome could not be recorded. */
  readonly warn: (text: string) => void;
}

const NANOSECONDS = 1e6;
const DIGITS = 3;

/** A recorder that keeps a journal in the state directory; nothing is opened before the first command that can change a device. */
export function journalRecorder({ native = defaultNative, systemJournal = SYSTEM_JOURNAL_SOCKET, ...options }: JournalOptions): JournalRecorder {
  return new JournalRecorder({
    ...options, lock: fileLock(native), clock: kernelClock,
    copies: existsSync(systemJournal) ? new SystemJournal(native, systemJournal) : undefined,
  });
}

/** The key in a file, without a newline at its end. Throws `ERR_JOURNAL` when it cannot be read, or is shorter than 16 bytes. */
export function readJournalKey(path: string): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new PolicyError('ERR_JOURNAL', `the key in ${path} cannot be read`, { cause });
  }
  const key = bytes.at(-1) === '\n'.charCodeAt(0) ? bytes.subarray(0, -1) : bytes;
  if (key.length < LEAST_KEY_BYTES) throw new PolicyError('ERR_JOURNAL', `the key in ${path} has ${key.length} bytes, fewer than ${LEAST_KEY_BYTES}`, { hint: 'head -c 32 /dev/urandom makes one.' });
  return key;
}

/** The kernel's clocks. */
export const kernelClock: JournalClock = { now: () => new Date(), monotonicMs };

/** Milliseconds of the kernel's monotonic clock, to the microsecond. */
function monotonicMs(): number {
  return Number((Number(process.hrtime.bigint()) / NANOSECONDS).toFixed(DIGITS));
}
