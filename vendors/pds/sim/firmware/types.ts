import type { DscState } from './state.js';

/** Status of a command on the device's queues (Linux 7.2, include/linux/pds/pds_common.h and pds_core_if.h, enum pds_core_status_code). */
export const STATUS = {
  success: 0, version: 1, opcode: 2, permission: 4, noEntry: 7, invalid: 14, badAddress: 17, notSupported: 19, noClient: 33,
} as const;

/** What this firmware package answers an operation with that it did not do: the `err` of a completion. */
export const RESULT = {
  ok: 0, badLength: 1, noSuchPort: 2, badValue: 3, noSuchBlock: 4, readOnly: 5, badAddress: 6, noSuchSet: 7, testFailed: 8,
} as const;

/** How an operation marks itself in the list that firmware gives the driver (enum pds_fwctl_operation_attribute). */
export const ATTRIBUTE = { read: 0x00, debugRead: 0x02, write: 0x04, debugWrite: 0x08, sync: 0x10, maintenance: 0x80 } as const;

/** What an operation came to. `status` other than 0 means that the device did not even take it as one. */
export interface Outcome {
  readonly status?: number;
  readonly error?: number;
  /** At most as long as there is room for; the rest of the room is left as it is. */
  readonly data?: Uint8Array;
}

/** A request to an operation. */
export interface OperationCall {
  readonly payload: Uint8Array;
  /** 0 to {@link Operation.version}. */
  readonly version: number;
  readonly roomBytes: number;
}

/** One operation of an endpoint. */
export interface Operation {
  /** 16 bits. */
  readonly number: number;
  readonly name: string;
  readonly attribute: number;
  /** The highest version that it knows; 0 when absent. */
  readonly version?: number;
  /** Shorter requests are refused. */
  readonly requestBytes: number;
  run(state: DscState, call: OperationCall): Outcome;
}

/** A part of the firmware with operations of its own. */
export interface Endpoint {
  /** 32 bits. */
  readonly id: number;
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Its operations are not told: the query is answered with this status. */
  readonly queryStatus?: number;
}

/** An outcome that refuses. */
export function refused(error: number): Outcome {
  return { error };
}
