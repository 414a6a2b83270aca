/** A job of a channel, as the addon numbers them. */
export type JobId = number;

/** One worker and its file. */
export interface ChannelHandle {
  /** 0, or the errno why the worker could not be started. */
  readonly error: number;
  /**
   * Copies memory and plan (see `plan.ts`) and hands them to the worker. Steps from `cleanupFrom` on run in any case. With `isWill` nothing runs: the
   * worker keeps the plan as its last will, and the job is over.
   */
  submit(arena: Uint8Array, plan: Uint32Array, stopOnError: boolean, cleanupFrom: number, isWill: boolean): JobId;
  /** Ends the worker once the running job has ended. */
  stop(): void;
}

/** A region of mapped memory. */
export interface MappingHandle {
  read8(offset: number, big: boolean): number;
  read16(offset: number, big: boolean): number;
  read32(offset: number, big: boolean): number;
  read64(offset: number, big: boolean): bigint;
  write8(offset: number, value: number, big: boolean): void;
  write16(offset: number, value: number, big: boolean): void;
  write32(offset: number, value: number, big: boolean): void;
  write64(offset: number, value: bigint, big: boolean): void;
  copyOut(offset: number, target: Uint8Array): void;
  copyIn(offset: number, bytes: Uint8Array): void;
  close(): void;
}

/** An owned file descriptor. */
export interface DescriptorHandle {
  /** The descriptor, or -1 when it is closed or released. */
  number(): number;
  /** Waits once for events (bits of `PollBits`; 0 ends the watch); 0 or a negative errno. */
  watch(events: number): number;
  /** Gives up the ownership and returns the descriptor. */
  release(): number;
  close(): void;
}

/** Bits of `DescriptorHandle.watch`, which are the event loop's. */
export const PollBits = { readable: 1, writable: 2, priority: 8 } as const;

/**
 * What the addon exports. Functions that make a system call return its result, or the errno negated. They throw a TypeError with
 * `ERR_NATIVE_ARGUMENT` on arguments that this package should not have let through.
 */
export interface Binding {
  /** 0 thread, 1 process, 2 survivor. */
  readonly Channel: new (kind: number, fd: number) => ChannelHandle;
  /** Takes a descriptor over; the function is told what a watch reports, and is held weakly while there is none. */
  readonly Descriptor: new (fd: number, onEvent: (status: number, events: number) => void) => DescriptorHandle;
  setOnCompletion(callback: (id: JobId) => void): void;
  /** Copies a completed job's memory and outcomes; only while its completion is reported. 0, or 1 when the worker ended before the job. */
  collect(id: JobId, arena: Uint8Array, outcomes: Int32Array): number;
  takeMapping(id: JobId): MappingHandle;
  /** Gives a job up, or only if it has not begun. 0: it never begins. 1: it is running (and goes on as it was with `onlyQueued`). 2: it is over. */
  abandon(id: JobId, onlyQueued: boolean): number;
  mapDescriptor(fd: number, offset: number | bigint, length: number, writable: boolean): MappingHandle | number;
  /** 0 full, 1 read, 2 write. */
  barrier(kind: number): void;
  createMemfd(name: string, length: number): number;
  createEventfd(initial: number): number;
  signalEventfd(fd: number, count: bigint): number;
  takeEventfd(fd: number): bigint | number;
  setNonBlocking(fd: number): number;
  duplicate(fd: number): number;
  /** A new IPv4 datagram socket. */
  openDatagram(): number;
  /** Triples fd, events, revents, with the bits of poll(2). */
  pollNow(entries: Int32Array): number;
  errnoText(errno: number): [string, string];
  listenUnix(path: string, mode: number, backlog: number): number;
  connectUnix(path: string): number;
  /** A UNIX socket that sends datagrams. */
  connectDatagram(path: string): number;
  accept(fd: number): number;
  socketPair(pair: Int32Array): number;
  /** Reads into target from offset on; fds[0] becomes the number of descriptors that follow in fds. */
  receive(fd: number, target: Uint8Array, offset: number, fds: Int32Array): number;
  send(fd: number, data: Uint8Array, offset: number, fds: Int32Array): number;
  /** Fills in pid, uid, gid. */
  peerCredentials(fd: number, credentials: Uint32Array): number;
  openNetlink(protocol: number, receiveBufferBytes: number, extendedAck: boolean): number;
  joinNetlinkGroup(fd: number, group: number): number;
  netlinkPort(fd: number): number;
  /** The length of the next datagram. */
  netlinkPending(fd: number): number;
  /** Fills in the sender's port, groups and user id (2^32-1: unknown). */
  netlinkReceive(fd: number, target: Uint8Array, sender: Uint32Array): number;
}
