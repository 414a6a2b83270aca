import type { CommandRecorder } from '../channel/recorder.js';
import type { CommandPolicy } from '../policy/types.js';
import type { AllowOptions } from '../channel/types.js';
import type { Devlink } from '../devlink/devlink.js';
import type { DevlinkHandle, DevlinkParam, DevlinkValue, ParamMode } from '../devlink/types.js';
import type { NetlinkSource } from '../netlink/generic.js';
import type { WaitOptions } from '../wait.js';

/** Where the kernel's devlink is asked. */
export interface KernelSource extends WaitOptions {
  /** Where the native shim comes from; the addon of this package when absent. */
  readonly native?: NetlinkSource;
  /** A client that is there already, and stays open; one is made and closed again when absent. */
  readonly devlink?: Devlink;
}

/** A device's parameters as the kernel offers them. */
export interface KernelParameters {
  /** The devlink instance that offers them. */
  readonly handle: DevlinkHandle;
  /** In the kernel's order. */
  readonly parameters: readonly DevlinkParam[];
}

/** What a kernel parameter is to be. */
export interface KernelParameterWish {
  readonly name: string;
  /** As typed: whole numbers also as `0x...`, flags as `true` or `false`, lists with commas. */
  readonly value: string;
  /** Which of its values; needed where it has several. */
  readonly mode?: ParamMode;
}

/** A change of a kernel parameter that has been checked, and not been made. */
export interface PreparedKernelParameter {
  readonly handle: DevlinkHandle;
  readonly parameter: DevlinkParam;
  readonly mode: ParamMode;
  /** The value before; absent where the kernel does not tell. */
  readonly before?: DevlinkValue;
  readonly wanted: DevlinkValue;
}

/** A change of a kernel parameter that has been made. */
export interface KernelParameterChange extends PreparedKernelParameter {
  /** What the kernel says afterwards. */
  readonly after: DevlinkValue;
}

/** How a kernel parameter is set. */
export interface SetKernelParameterOptions extends KernelSource, AllowOptions {
  /** Records the change before it is made and after; nothing is recorded when absent. */
  readonly recorder?: CommandRecorder;
  /** Has a say in it before it is made. */
  readonly policy?: CommandPolicy;
  /** What the record names as the plugin; `kernel` when absent. */
  readonly plugin?: string;
}
