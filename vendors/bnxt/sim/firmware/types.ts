import type { CommandLogEntry } from '@auxctl/core';
import type { Profile } from '../profiles/types.js';

/** An entry of the non-volatile directory. */
export interface NvmEntry {
  /** A number of `bnxt_nvm_defs.h`. */
  readonly type: number;
  ordinal: number;
  extension: number;
  attributes: number;
  checksum: number;
  /** Room in the memory, and what of it is used. */
  readonly itemBytes: number;
  readonly dataBytes: number;
  /** The version inside an image, as FIND_DIR_ENTRY gives it. */
  readonly version: number;
}

/** How many of each resource the driver has reserved. */
export interface Rings {
  rssContexts: number;
  completionRings: number;
  txRings: number;
  rxRings: number;
  l2Contexts: number;
  vnics: number;
  statContexts: number;
  ringGroups: number;
  msix: number;
}

/** All that the firmware holds. Commands change it; time does not. */
export interface FirmwareState {
  readonly profile: Profile;
  /** Which one of several simulated devices this is. */
  readonly index: number;
  /** Milliseconds since power-on. */
  readonly nowMs: () => number;
  readonly rings: Rings;
  isRegistered: boolean;
  /** The directory; an erased entry leaves its index empty. */
  readonly directory: (NvmEntry | undefined)[];
  /** The optical module's memory: bank 0, page 0. */
  readonly module: Uint8Array;
  /** Registers of the PHY, by address, device and register. */
  readonly mdio: Map<string, number>;
  /** How often the port's counters were cleared. */
  portCountersCleared: number;
  /** The statistics of error correction that PORT_PHY_FDRSTAT starts and stops: {@link nowMs} at either, -1 for never. */
  readonly fdr: { startedMs: number; stoppedMs: number };
  /** What FW_SET_TIME last said, in hexadecimal. */
  clock: string;
  /** `selfrst_status` of FW_QSTATUS, by processor. */
  readonly pendingResets: Map<number, number>;
}

/** A request: its bytes, which may be fewer than its structure has. */
export interface Request {
  readonly bytes: Uint8Array;
  readonly opcode: number;
  u8(offsetBytes: number): number;
  u16(offsetBytes: number): number;
  u32(offsetBytes: number): number;
}

/** Executes a command: the whole reply, whose header the model fills in, or an error code. */
export type Handler = (state: FirmwareState, request: Request) => Uint8Array | number;

/** A command that the firmware knows. */
export interface Command {
  readonly name: string;
  readonly run: Handler;
}

/** Commands by opcode. */
export type CommandTable = Readonly<Record<number, Command>>;

/** Faults that a test switches on. */
export interface FirmwareFaults {
  /** Commands are accepted and never answered. */
  hang: boolean;
  /** Opcode to the error code that each command with it is answered with, before it takes effect. */
  readonly refuse: Map<number, number>;
}

/** How a model is made. */
export interface FirmwareOptions {
  readonly index: number;
  readonly profile: Profile;
  readonly now: () => number;
  readonly onCommand?: (entry: CommandLogEntry) => void;
}
