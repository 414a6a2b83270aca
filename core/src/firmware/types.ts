import type { KernelInterface } from '@auxctl/schemas';
import type { CallOptions, CommandPlan } from '../channel/types.js';
import type { ComponentDetails, ComponentStatus, ResetOption, ResetState } from '../plugin/firmware.js';

/** A part of a device's firmware and all that it says of itself. */
export interface Component extends ComponentStatus {
  readonly details: ComponentDetails;
}

/** How a device can be reset, and by which levels each type of reset can be done. */
export interface ResetReport extends ResetState {
  readonly options: readonly ResetOption[];
  /** The kernel's own ways to do it. */
  readonly kernelInterfaces: readonly KernelInterface[];
}

/** The firmware of an open device as a whole. */
export interface Firmware {
  /** Every part that can be updated by itself. Rejects with `ERR_REPLY` for a list that does not end. */
  components(options?: CallOptions): Promise<Component[]>;
  /** The ways to reset it, now. */
  resets(options?: CallOptions): Promise<ResetReport>;
  /** What a reset would do; sends nothing. Rejects with `ERR_FIELD_VALUE` for a level or type of no such name. */
  planReset(level: string, type?: string): Promise<CommandPlan>;
  /** Resets, or arms a reset that waits for the bus. Rejects with `ERR_UNSUPPORTED` for a level or type that the device has not now. */
  reset(level: string, type: string | undefined, options: CallOptions): Promise<ResetReport>;
}
