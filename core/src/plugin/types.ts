import type { LayoutDocumentOf, Manifest, TransportKind } from '@auxctl/schemas';
import type { CommandPlan } from '../channel/types.js';
import type { ConfigSpaceSource } from '../config-space/types.js';
import type { Device } from '../device/types.js';
import type { FieldInput, Fields } from '../layout/types.js';
import type { NativeSource } from '../native.js';
import type { Simulator } from '../simulator/types.js';
import type { LayoutStore } from '../store/store.js';
import type { Transport } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';
import type { DiagnosticsAccess } from './diagnostics.js';
import type { CoreDumpReach, ResourceAccess } from './resources.js';
import type { FirmwareAccess } from './firmware.js';
import type { NvconfigAccess } from './nvconfig.js';

/** A command by name, with the fields to send. */
export interface CommandCall {
  readonly command: string;
  readonly fields: FieldInput;
  /** Room for the reply's part without a fixed size, where the command's layout cannot say. */
  readonly replyTailBytes?: number;
}

/** How a plugin reaches registers with its commands. Images are the register's bytes in device order. */
export interface RegisterAccess {
  /** The command that reads a register; `image` carries the index fields. */
  read(register: LayoutDocumentOf<'register'>, image: Uint8Array): CommandCall;
  /** The command that writes `image` to a register; absent where none can be written. */
  write?(register: LayoutDocumentOf<'register'>, image: Uint8Array): CommandCall;
  /** The register's bytes in the decoded reply of such a command; `asked` are those that were sent, with the index fields, which a reply may lack. */
  image(reply: Fields, asked: Uint8Array): Uint8Array;
  /** The register that a decoded request of any command accesses; `undefined` when it accesses none. */
  target(command: string, request: Fields): RegisterTarget | undefined;
  /** A write may be lost without a sign: the register is read after it, and `ERR_VERIFY` says what was not taken. Default false. */
  readonly readBack?: boolean;
  /**
   * Where what is written to a register shows, for devices that keep more than one value of it; `fields` is what the caller gives. Rejects with
   * `ERR_FIELD_ACCESS` when that names a place where it cannot show. Not asked in a rehearsal.
   */
  writePlace?(register: LayoutDocumentOf<'register'>, fields: FieldInput, queries: PlanQueries): Promise<WritePlace>;
}

/** Where a written value shows. */
export interface WritePlace {
  /** Index fields to read by before and after a write, where the caller does not give them. */
  readonly index: FieldInput;
  /** Does it show at all, before a reset? Without that, nothing is read after the write. */
  readonly isVisible: boolean;
}

/** A register access inside a raw request. */
export interface RegisterTarget {
  readonly id: bigint;
  readonly access: 'read' | 'write';
  readonly image: Uint8Array;
}

/** Which of a capability's two sets of values is meant: what is in force, or what the device could do. */
export type CapabilityMode = 'current' | 'maximum';

/** How a plugin asks for capabilities. */
export interface CapabilityAccess {
  read(capability: LayoutDocumentOf<'capability'>, mode: CapabilityMode): CommandCall;
  image(reply: Fields): Uint8Array;
}

/** One line of a device's identity, such as the firmware version. */
export interface IdentityEntry {
  /** `firmware`, `psid`, `product`, ... */
  readonly name: string;
  readonly value: string;
}

/** What a plugin may use to ask a device who it is: the channel's calls, already bound to the device. */
export interface IdentityQueries {
  readonly call: (command: string, fields: FieldInput) => Promise<Fields>;
  readonly readRegister: (name: string, index: FieldInput) => Promise<Fields>;
  /** The text of a file of the kernel's, such as `/sys/class/net/eth0/address`; undefined where there is none. */
  readonly kernelFile: (path: string) => string | undefined;
  readonly device: Device;
  /** A list asks every device for its firmware version alone: what takes further questions can be left out then. */
  readonly wanted?: 'firmware';
}

/** What a plugin may use to make the plan of a request finer. */
export interface PlanQueries extends Pick<IdentityQueries, 'call' | 'readRegister' | 'device'> {
  /** The plugin's own layouts. */
  readonly layouts: LayoutStore;
  /** What `make` found for this key on this channel; made once, and again after it has failed. */
  readonly remember: <T>(key: string, make: () => Promise<T>) => Promise<T>;
}

/** What a plugin gets when it opens a device. */
export interface OpenContext {
  readonly native: NativeSource;
  readonly wait: WaitOptions;
  readonly layouts: LayoutStore;
  /** What shall carry the channel; absent, the best that leads to the device. */
  readonly transport?: TransportKind;
  /** Opens the device's PCI configuration space, for transports that work through it. */
  readonly configSpace: ConfigSpaceSource;
  /** The directory that holds `sys`, `proc` and `dev`; `/` but for tests. */
  readonly root: string;
}

/**
 * A vendor's plugin: what its manifest and layouts cannot say. Importing the module that exports one does nothing.
 */
export interface Plugin {
  /** The same name as in the manifest. */
  readonly name: string;
  /** Opens the way to the firmware of a device that the match table accepted. */
  open(device: Device, context: OpenContext): Promise<Transport>;
  /** Who the device is, by its own commands. What it refuses is left out. */
  identify(queries: IdentityQueries): Promise<readonly IdentityEntry[]>;
  readonly registers?: RegisterAccess;
  readonly capabilities?: CapabilityAccess;
  readonly diagnostics?: DiagnosticsAccess;
  readonly resources?: ResourceAccess;
  readonly coreDump?: CoreDumpReach;
  readonly nvconfig?: NvconfigAccess;
  readonly firmware?: FirmwareAccess;
  /**
   * Makes the word of the opcode table finer for one request, by what the device itself says: with questions that only inspect. `plan` is what
   * the table and the layouts say. Not asked in a rehearsal, so that the table holds what is true at least.
   */
  refinePlan?(plan: CommandPlan, request: Uint8Array, queries: PlanQueries): Promise<CommandPlan>;
  /**
   * Fills in what a named command needs, the caller did not give, and only code or the device can tell. `queries` is absent in a rehearsal, and
   * for questions that refine or complete others: then only what needs no question is filled in.
   */
  completeRequest?(command: string, fields: FieldInput, queries: PlanQueries | undefined): Promise<FieldInput>;
  /** Throws for a reply of a named command that looks like success and is none. */
  checkReply?(command: string, request: Uint8Array, reply: Fields): void;
  /** Loads the simulator, for plugins that have one. */
  readonly simulator?: () => Promise<Simulator>;
}

/** One row of the table of known plugins: loads nothing by itself. */
export interface PluginEntry {
  readonly manifest: Manifest;
  /** The folder that holds the layout documents. */
  readonly layoutsPath: string;
  readonly load: () => Promise<Plugin>;
}
