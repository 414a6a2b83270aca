import { commandLineValue } from './command-line.js';
import { RootedFiles } from './rooted-files.js';
import { decodeTaint, type Taint } from './taint.js';

/** How far the kernel defends itself against root; `unavailable` when securityfs does not tell. */
export type LockdownMode = 'none' | 'integrity' | 'confidentiality' | 'unavailable';

/** The kernel's marks and its defences. */
export interface KernelSecurity {
  /** Undefined when the kernel does not tell. */
  readonly taint: Taint | undefined;
  /** The bits of the taint word that stop the machine when they are set: `panic_on_taint=` of the command line. 0 when none does. */
  readonly panicOnTaint: number;
  readonly lockdown: LockdownMode;
}

/** Reads {@link KernelSecurity} of the system below `root`, in three small reads. */
export function kernelSecurity({ root }: { readonly root?: string | undefined } = {}): KernelSecurity {
  return readSecurity(new RootedFiles(root));
}

/** {@link kernelSecurity}, with faults reported. */
export function readSecurity(files: RootedFiles): KernelSecurity {
  return { taint: readTaint(files), panicOnTaint: readPanicOnTaint(files), lockdown: readLockdown(files) };
}

const TAINTED = '/proc/sys/kernel/tainted';
const LOCKDOWN = '/sys/kernel/security/lockdown';
const MAX_COMMAND_LINE_BYTES = 64 * 1024;

function readTaint(files: RootedFiles): Taint | undefined {
  const text = files.text(TAINTED);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return decodeTaint(value);
  files.report({ type: 'malformed', path: TAINTED, detail: 'not a number' });
  return undefined;
}

function readPanicOnTaint(files: RootedFiles): number {
  const value = commandLineValue(files.text('/proc/cmdline', { maxBytes: MAX_COMMAND_LINE_BYTES }) ?? '', 'panic_on_taint');
  const [, digits] = /^(?:0x)?([0-9a-f]{1,13})(?:,|$)/i.exec(value ?? '') ?? [];
  return digits === undefined ? 0 : Number.parseInt(digits, 16);
}

function readLockdown(files: RootedFiles): LockdownMode {
  const text = files.text(LOCKDOWN);
  if (text === undefined) return 'unavailable';
  const mode = /\[(none|integrity|confidentiality)\]/.exec(text)?.[1];
  if (mode === 'none' || mode === 'integrity' || mode === 'confidentiality') return mode;
  files.report({ type: 'malformed', path: LOCKDOWN, detail: 'no mode is marked' });
  return 'unavailable';
}
