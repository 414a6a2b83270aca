import type { FirmwareState } from './state.js';
import type { CommandStatus } from './types.js';

/** Why an access is refused; `undefined` when it is done. */
export type Outcome = CommandStatus | undefined;

/** One register as firmware keeps it. Both accesses get `data` of exactly `sizeBytes`, zero where the request was shorter. */
export interface Register {
  /** 16 bits. */
  readonly id: number;
  readonly name: string;
  /** As long as the newest document says. */
  readonly sizeBytes: number;
  /** The shortest form in use, where older documents know fewer bytes. */
  readonly minimumBytes?: number;
  /** Fills `out` (`sizeBytes`, zeroed) for the index fields in `data`. */
  read(state: FirmwareState, data: Uint8Array, out: Uint8Array): Outcome;
  /** Takes the fields in `data`. Absent when the register cannot be written. */
  write?(state: FirmwareState, data: Uint8Array): Outcome;
}
