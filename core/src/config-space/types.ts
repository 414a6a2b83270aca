import type { Sequence, SequenceResult, SequenceStep } from '../native.js';
import type { WaitOptions } from '../wait.js';

/**
 * A PCI function's configuration space, opened to be written. Its registers are words of four bytes, little-endian, and reading one may
 * have effects. Every method rejects with `ERR_DEVICE_GONE` once the function is gone, with `ERR_TRANSPORT_TIMEOUT` or `ERR_ABORTED` when the wait is
 * over, and with `ERR_CLOSED` after `close`.
 */
export interface ConfigSpaceAccess extends AsyncDisposable {
  /** Reads bytes; fewer where the system shows no more, as it does to those who may not see all. */
  read(offsetBytes: number, lengthBytes: number, wait?: WaitOptions): Promise<Uint8Array>;
  /** Runs accesses that belong together. Resolves also when one of its conditions is not met; rejects with `ERR_PERMISSION` when the system refuses a write. */
  sequence(sequence: Sequence, wait?: WaitOptions): Promise<SequenceResult>;
  /** What is done should the program die or end without `close`. `undefined` takes it back. */
  setLastWill(sequence: Sequence | undefined, wait?: WaitOptions): Promise<void>;
  /** Harmless when repeated, and while calls are pending. */
  close(): Promise<void>;
}

/** Accesses that belong together; see the native shim's `Sequence`. */
export type ConfigSequence = Sequence;
/** One of them. */
export type ConfigStep = SequenceStep;
/** What they have come to. */
export type ConfigSequenceResult = SequenceResult;

/** Opens the configuration space of the device at hand. Rejects with `ERR_NO_TRANSPORT`, `ERR_PERMISSION`, `ERR_DEVICE_GONE`. */
export type ConfigSpaceSource = (wait: WaitOptions) => Promise<ConfigSpaceAccess>;
