import type { CommandLogEntry, PciIdentity } from '@auxctl/core';

/** A firmware version as the initialization segment shows it. Each part is 0 to 65,535. */
export interface FirmwareVersion {
  readonly major: number;
  readonly minor: number;
  readonly subMinor: number;
}

/** What never changes about one simulated function, and what its bus needs to know before the first command. */
export interface FirmwareIdentity {
  readonly pci: PciIdentity;
  /** The chip's own id, as the health buffer shows it. */
  readonly hardwareId: number;
  readonly version: FirmwareVersion;
  /** Parameter-set id, at most 16 ASCII characters. */
  readonly psid: string;
  /** At most 24 ASCII characters. */
  readonly serialNumber: string;
  /** 48 bits. */
  readonly baseMac: bigint;
  /** Ticks of the internal timer per millisecond; 0 when the device publishes none. */
  readonly timerFrequencyKhz: number;
  /** Has configuration space the vendor-specific capability? */
  readonly hasGateway: boolean;
  /** The name in the vital product data; `undefined` when there is none. */
  readonly productName: string | undefined;
  /** Does the firmware publish its time-outs in the initialization segment, and so answer DTOR? */
  readonly publishesTimeouts: boolean;
}

/** The pages of BAR0 that ALLOC_UAR may hand out: clear of the initialization segment and of the MSI-X structures. */
export interface UarRange {
  /** The first page index, at least 1. A page is 4096 bytes. */
  readonly first: number;
  readonly count: number;
}

/**
 * An event queue that CREATE_EQ made. The front end owns the two indices and the armed state; the model only reads the indices
 * for QUERY_EQ. Everything else is as the driver asked.
 */
export interface EventQueue {
  /** 0 to 127. */
  readonly number: number;
  /** MSI-X vector. */
  readonly vector: number;
  /** The queue holds 2 to this power entries of 64 bytes. */
  readonly logEntries: number;
  /** Page index within BAR0 of the doorbell page. */
  readonly uarPage: number;
  /** Where the first entry lies within the first page, a multiple of 64. */
  readonly firstEntryOffsetBytes: number;
  /** A power of two, at least 4096. */
  readonly pageSizeBytes: number;
  /** Guest bus addresses; together they hold all entries. */
  readonly pages: readonly bigint[];
  /** 256 bits in four words: bit n of word 0 is event type n. */
  readonly eventMask: readonly [bigint, bigint, bigint, bigint];
  /** Entries written so far. Counts without bound; the driver sees it modulo 2^24. */
  producerIndex: number;
  /** What the driver last wrote to the doorbell, 24 bits. */
  consumerIndex: number;
}

/** Event types that the model posts, and the one that the front end posts for finished commands. */
export const EVENT_TYPE = {
  portStateChange: 0x09,
  commandCompletion: 0x0a,
  pageRequest: 0x0b,
  temperatureWarning: 0x17,
} as const;

/** Something that firmware tells the driver unasked. */
export interface FirmwareEvent {
  /** Byte 1 of the event queue entry; one of {@link EVENT_TYPE}. */
  readonly type: number;
  /** Byte 3 of the entry. */
  readonly subType: number;
  /** Bytes 20h to 3bh of the entry: 28 bytes, big-endian. */
  readonly data: Uint8Array;
}

/** What a bus does for the model. Every method is called while a command executes or a control is used, never later. */
export interface FirmwareHost {
  /** CREATE_EQ succeeded; the reply to it has not been written yet. */
  eventQueueCreated(queue: EventQueue): void;
  /** DESTROY_EQ succeeded, or TEARDOWN_HCA or a reset took the queue away. */
  eventQueueDestroyed(queue: EventQueue): void;
  /** Write the event into the queue, which has subscribed to its type, and raise its interrupt if it is armed. */
  postEvent(queue: EventQueue, event: FirmwareEvent): void;
  /** Writes into the driver's memory, by bus address; false when nothing is mapped there. */
  writeMemory(address: bigint, bytes: Uint8Array): boolean;
}

/** What the health buffer of the initialization segment shows. All zero while the device is well. */
export interface FirmwareHealth {
  /** Byte 23dh: 0 none, 1 firmware internal, 7 irisc dead, 8 hardware fatal, 10h high temperature. */
  syndrome: number;
  /** 16 bits at 23eh. */
  extendedSyndrome: number;
  /** 3 bits of byte 238h. */
  severity: number;
  /** Bit 7 of byte 238h; with a syndrome it makes the driver start recovery. */
  resetFlowRequired: boolean;
}

/** Faults that a test switches on. */
export interface FirmwareFaults {
  /** Commands are accepted and never answered. */
  hang: boolean;
  /** Opcode to what every command with that opcode is answered with, before it takes effect. */
  readonly refuse: Map<number, CommandStatus>;
}

/** The two words of a command's outcome: 8 and 32 bits. */
export interface CommandStatus {
  readonly status: number;
  readonly syndrome: number;
}

/** What the world around the device does, for tests and demonstrations. */
export interface FirmwareControls {
  /** The far end of the cable appears or goes; the port follows if it is administratively up, and posts an event. */
  setLinkPartner(present: boolean): void;
  /** Degrees Celsius added to every sensor. Posts a temperature warning when a sensor rises above its threshold. */
  setHeating(degrees: number): void;
  /**
   * The firmware wants `pages` more (positive) or gives as many back (negative): posts a page request. Returns false, and does
   * nothing, when no queue listens or when it holds fewer pages than it would give back.
   */
  requestPages(pages: number): boolean;
}

/** Where a function stands in its life: powered, enabled by ENABLE_HCA, or operational after INIT_HCA. */
export type LifeCycle = 'disabled' | 'enabled' | 'operational';

/** How many 4 KiB pages the firmware holds and waits for. */
export interface PageAccount {
  readonly held: number;
  /** Asked for by a query or an event and not given yet. */
  readonly wanted: number;
}

/** An access to a register by its number. */
export interface DirectAccess {
  /** 16 bits. */
  readonly id: number;
  readonly isWrite: boolean;
  /** What is written, or the index fields; never modified. */
  readonly data: Uint8Array;
}

/** What became of it. */
export interface DirectReply {
  /** Why it was refused; `undefined` when it is done. */
  readonly outcome: CommandStatus | undefined;
  /** Does the firmware know the register? */
  readonly isKnown: boolean;
  /** The register, fresh memory; empty when refused. */
  readonly data: Uint8Array;
}

/** One simulated function's firmware: bytes in, bytes out, state inside. Synchronous, and no part of it ever throws. */
export interface FirmwareModel {
  readonly profile: string;
  readonly identity: FirmwareIdentity;
  readonly lifeCycle: LifeCycle;
  /** Grows each time that everything a driver made is lost: by TEARDOWN_HCA and by a reset. */
  readonly generation: number;
  /** The level of the reset that has been asked for and waits for the bus; undefined while none does. */
  readonly armedResetLevel: number | undefined;
  readonly health: FirmwareHealth;
  readonly faults: FirmwareFaults;
  readonly controls: FirmwareControls;
  readonly pages: PageAccount;
  /** The page indices of BAR0 that ALLOC_UAR has handed out. */
  readonly uars: ReadonlySet<number>;
  /** By number. */
  readonly eventQueues: ReadonlyMap<number, EventQueue>;
  /**
   * Executes one command. `request` is the whole input, inline part first; it is read before the call returns and never
   * modified. Bytes 2 and 3 of it are the sender's user context, 0 for the driver. The reply is `replyLengthBytes` long (0 to
   * 2 MiB), fresh memory, zero past what the command defines, cut where it defines more; `undefined` means that the firmware
   * hangs and will not answer.
   */
  execute(request: Uint8Array, replyLengthBytes: number): Uint8Array | undefined;
  /** Accesses a register by a way that needs no command interface: in every life cycle, as the driver. */
  accessRegister(access: DirectAccess): DirectReply;
  /** Milliseconds since power-on, by the injected clock. */
  uptimeMs(): number;
  /** A hash of all that commands change on purpose, without what moves by itself. */
  digest(): string;
  /** Where events go from now on; `undefined` for nowhere. */
  attach(host: FirmwareHost | undefined): void;
  /** Back to the state after power-on: queues and user contexts are gone, capabilities and registers have their first values, and written configuration is current. */
  reset(): void;
}

/** How a model is made. */
export interface FirmwareOptions {
  /** 0 to 255; part of the serial number and MAC address. */
  readonly index: number;
  /** A name out of the profile table. */
  readonly profile: string;
  readonly uars: UarRange;
  /** Milliseconds since some start, never decreasing. */
  readonly now: () => number;
  readonly onCommand?: (entry: CommandLogEntry) => void;
}
