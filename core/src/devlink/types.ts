import type { FmsgValue } from './fmsg.js';
import type { PARAM_MODES } from './abi.js';

/** A devlink instance: the bus and name of its device, such as `pci` and `0000:03:00.0`, or `devlink_index` and a number. */
export interface DevlinkHandle {
  readonly bus: string;
  readonly name: string;
}

/** A devlink instance as the kernel lists it. */
export interface DevlinkDevice extends DevlinkHandle {
  /** The kernel's number for it; told since Linux 7.1. */
  readonly index?: bigint;
  /** Its last reload has failed. */
  readonly hasReloadFailed: boolean;
}

/** One version of a component. */
export interface DevlinkVersion {
  /** `fixed`: of the hardware. `running`: in force. `stored`: in flash, in force after the next activation. */
  readonly type: 'fixed' | 'running' | 'stored';
  /** Such as `fw.mgmt` or `board.id`. */
  readonly name: string;
  readonly value: string;
}

/** What a device says of itself. */
export interface DevlinkInfo {
  readonly driver?: string;
  readonly serialNumber?: string;
  readonly boardSerialNumber?: string;
  /** In the kernel's order, fixed ones first. */
  readonly versions: readonly DevlinkVersion[];
}

/** Where a parameter's value is kept. */
export type ParamMode = (typeof PARAM_MODES)[number];

/** A value of a parameter, or inside a dump: whole numbers up to 32 bits as numbers, 64 bits as bigint, `flag` as boolean. */
export type DevlinkValue = number | bigint | string | boolean | Uint8Array | readonly bigint[];

/** The kind of a value; a number that this version does not know as `type N`. */
export type DevlinkValueType = 'u8' | 'u16' | 'u32' | 'u64' | 'string' | 'flag' | 'text' | 'binary' | 'u64 array' | `type ${number}`;

/** The value of a parameter in one mode. */
export interface DevlinkParamValue {
  /** A mode that this version does not know as `mode N`. */
  readonly mode: ParamMode | `mode ${number}`;
  readonly value?: DevlinkValue;
  readonly default?: DevlinkValue;
}

/** A parameter and its values. */
export interface DevlinkParam {
  readonly name: string;
  /** Named by the kernel for all drivers, not by this one. */
  readonly isGeneric: boolean;
  readonly type: DevlinkValueType;
  readonly values: readonly DevlinkParamValue[];
}

/** A change of a parameter. */
export interface DevlinkParamChange {
  readonly name: string;
  readonly type: DevlinkValueType;
  readonly mode: ParamMode;
  /** Absent: back to the default. */
  readonly value?: DevlinkValue;
}

/** A port of a device. */
export interface DevlinkPort {
  readonly index: number;
  readonly type: string;
  readonly flavour?: string;
  readonly number?: number;
  readonly netdev?: string;
  readonly interfaceIndex?: number;
}

/** A region of a device's memory, and the snapshots that there are of it. */
export interface DevlinkRegion {
  readonly name: string;
  /** Of a port, where it is one's. */
  readonly portIndex?: number;
  readonly sizeBytes: bigint;
  readonly maxSnapshots?: number;
  /** In ascending order. */
  readonly snapshots: readonly number[];
}

/** What to read of a region. */
export interface RegionRead {
  readonly region: string;
  readonly portIndex?: number | undefined;
  /** A snapshot, or the memory as it is, which few drivers offer and which is not read at one instant. */
  readonly snapshot: number | 'direct';
  readonly offsetBytes: bigint;
  /** 1 to 16 MiB. */
  readonly lengthBytes: number;
}

/** A health reporter of a device, or of one of its ports. */
export interface DevlinkReporter {
  readonly name: string;
  readonly portIndex?: number;
  readonly state: 'healthy' | 'error' | `state ${number}`;
  readonly errorCount?: bigint;
  readonly recoverCount?: bigint;
  /** When its stored dump was made, by the kernel's monotonic clock in milliseconds; absent when there is none. */
  readonly dumpTimeMs?: bigint;
  /** The same by the wall clock, in nanoseconds since 1970. */
  readonly dumpTimeNs?: bigint;
  readonly gracefulPeriodMs?: bigint;
  readonly burstPeriodMs?: bigint;
  readonly recoversItself?: boolean;
  readonly dumpsItself?: boolean;
}

/** Which reporter is meant. */
export interface ReporterName {
  readonly reporter: string;
  readonly portIndex?: number | undefined;
}

/** A resource that a driver shares out, such as table entries, and those that it is divided into. */
export interface DevlinkResource {
  readonly name: string;
  readonly id: bigint;
  readonly size: bigint;
  /** What a reload would make of it, where that differs. */
  readonly sizeNew?: bigint;
  readonly isSizeValid?: boolean;
  readonly occupied?: bigint;
  readonly resources: readonly DevlinkResource[];
}

/** What a reporter has said: a tree. */
export type DevlinkReport = FmsgValue;
