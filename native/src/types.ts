/** How long a call may wait, and what may end the wait early. */
export interface WaitOptions {
  /** Milliseconds, at least 0; absent means no limit. Rejects with `ERR_NATIVE_TIMEOUT` when they have passed. */
  readonly timeoutMs?: number | undefined;
  /** Rejects with `ERR_NATIVE_ABORTED` (its reason as `cause`) when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What may be done with an opened file. */
export type ChannelAccess = 'read' | 'read-write';

/**
 * Where a channel's system calls run. `process`: a worker with the program's memory but a process id and descriptor table of its
 * own, so that a call that hangs uninterruptibly holds up neither the program's exit nor a pipe's end of file. `thread`: a thread of
 * this process, for requests whose argument names, or whose result is, another file descriptor of the program. `survivor`: as `process`,
 * but when the program dies, of whatever signal, it first ends the running job and carries out its last will. It is in a session of its
 * own, so that what kills the program's process group spares it. Where the kernel refuses such a process there is no channel.
 */
export type WorkerKind = 'process' | 'thread' | 'survivor';

/** How to open a channel; the limits hold for the opening itself. */
export interface OpenOptions extends WaitOptions {
  /** How to open the file. */
  readonly access: ChannelAccess;
  /** Default `process`. */
  readonly worker?: WorkerKind | undefined;
}

/** One pointer in a request's argument (or in a buffer that another pointer leads to), and the memory it shall point at. */
export interface IoctlPointer {
  /** Position in the parent buffer of the 8-byte slot that receives the address; the caller's bytes there are restored afterwards. */
  readonly offsetBytes: number;
  /** Bytes to send (copied, never modified), or the length in bytes of a zero-filled buffer for the answer. */
  readonly buffer: Uint8Array | { readonly lengthBytes: number };
  /** Pointers inside this buffer. */
  readonly pointers?: readonly IoctlPointer[] | undefined;
}

/** One ioctl request. It is read again when the answer comes, so leave it as it is until then. */
export interface IoctlCall {
  /** The request number, 0 to 2^32-1. */
  readonly request: number;
  /** What errors call the request, such as the name of its macro. */
  readonly name: string;
  /**
   * The structure whose address is passed (copied, never modified; at least as long as the size encoded in `request`), or a number
   * passed by value.
   */
  readonly argument: Uint8Array | bigint;
  /** Pointers inside the argument. */
  readonly pointers?: readonly IoctlPointer[] | undefined;
}

/** What a request returned. The memory is fresh and the caller's; results of one batch may share an underlying ArrayBuffer. */
export interface IoctlResult {
  /** The system call's own return value, never negative. */
  readonly result: number;
  /** The argument as the kernel left it, as long as it was sent; empty when it was passed by value. */
  readonly argument: Uint8Array;
  /** The buffers that the pointers led to, each as long as it was sent, in depth-first order of the pointers. */
  readonly buffers: readonly Uint8Array[];
}

/**
 * One step of a sequence. `word` and `than` are indices of its words; `offsetBytes` is a position in the file, where a word is four bytes,
 * little-endian. `write` writes a word. `read` reads one. `await` reads one until it is, or with `differs` is not, equal to another under a
 * mask, at most `tries` times (with a pause of a millisecond after every 16th), and fails with `failure` when it never is. `merge` replaces
 * a word's bits under a mask.
 */
export type SequenceStep =
  | { readonly type: 'read' | 'write'; readonly offsetBytes: number; readonly word: number }
  | {
    readonly type: 'await'; readonly offsetBytes: number; readonly word: number; readonly mask: number; readonly than: number;
    readonly differs?: boolean; readonly tries: number; readonly failure: AwaitFailure;
  }
  | { readonly type: 'merge'; readonly word: number; readonly mask: number; readonly bits: number };

/** How an `await` that waits in vain fails: worth trying again, or not. */
export type AwaitFailure = 'EAGAIN' | 'ECANCELED';

/** Accesses to words of a file that belong together: they run as one job, in order, up to the first that fails. */
export interface Sequence {
  /** The words at the start; never modified. */
  readonly words: Uint32Array;
  readonly steps: readonly SequenceStep[];
  /** Index of the step from which on steps run in any case, also when one before has failed or the caller has given up. */
  readonly cleanupFrom?: number | undefined;
}

/** What a sequence has come to. */
export interface SequenceResult {
  /** The words at the end; fresh memory. */
  readonly words: Uint32Array;
  /** The first step that failed, and why: `EAGAIN` and `ECANCELED` as the step says, `ENODATA` where the file ends before the word. */
  readonly failure?: { readonly step: number; readonly error: NativeErrorShape } | undefined;
}

/** One call's end within a batch. */
export type IoctlOutcome = ({ readonly ok: true } & IoctlResult) | { readonly ok: false; readonly error: NativeErrorShape };

/** How to run a batch. */
export interface BatchOptions extends WaitOptions {
  /** Do not send the calls after the first that fails; their outcome is `ERR_NATIVE_SKIPPED`. Default false. */
  readonly stopOnError?: boolean | undefined;
}

/** What every error of this package carries; see `NativeError`. */
export interface NativeErrorShape extends Error {
  /** The errno's name, such as `ENODEV`, or an `ERR_NATIVE_...` code. */
  readonly code: string;
  /** The errno, positive, where a system call failed. */
  readonly errno?: number;
  /** The system call that failed. */
  readonly syscall?: string;
  /** The ioctl request's name, as the caller gave it. */
  readonly request?: string;
  /** The file or socket concerned. */
  readonly path?: string;
}

/** `open`: ready. `stuck`: an abandoned call has not returned yet; new calls are refused. `closed`: for good. */
export type ChannelState = 'open' | 'stuck' | 'closed';

/**
 * An open file with a worker of its own, which runs its calls one after the other in the order given. Every method that waits
 * rejects with `ERR_NATIVE_CLOSED` after `close`, with `ERR_NATIVE_STUCK` while stuck, with `ERR_NATIVE_ARGUMENT` on a bad
 * argument, and with the errno's name when the system call fails. A call abandoned by timeout or signal before it has started is
 * simply dropped; one that has started leaves the channel stuck until the system call returns.
 */
export interface NativeChannel extends AsyncDisposable {
  /** The path given to `openChannel`, or `fd:N`. */
  readonly path: string;
  /** The present state. */
  readonly state: ChannelState;
  /** Sends one request. */
  ioctl(call: IoctlCall, wait?: WaitOptions): Promise<IoctlResult>;
  /** Sends requests in order, one hop to the worker in all. Resolves to one outcome a call; rejects only if the batch as a whole could not run or was abandoned. */
  ioctlBatch(calls: readonly IoctlCall[], options?: BatchOptions): Promise<IoctlOutcome[]>;
  /** Reads at a position; fewer bytes than asked for at the end of the file. */
  pread(lengthBytes: number, offsetBytes: number | bigint, wait?: WaitOptions): Promise<Uint8Array>;
  /** Writes at a position; resolves to the number of bytes written. */
  pwrite(data: Uint8Array, offsetBytes: number | bigint, wait?: WaitOptions): Promise<number>;
  /** Reads at most so many bytes; empty at the end of the file. What an abandoned read was to return is lost. */
  read(maxBytes: number, wait?: WaitOptions): Promise<Uint8Array>;
  /** Writes; resolves to the number of bytes written. */
  write(data: Uint8Array, wait?: WaitOptions): Promise<number>;
  /** Runs a sequence in one hop. An abandoned one skips to its clean-up. Resolves also when a step fails. */
  sequence(sequence: Sequence, wait?: WaitOptions): Promise<SequenceResult>;
  /**
   * What the worker is to do when it ends other than by `close`: above all, with a worker that is a `survivor`, when the program dies. Tried
   * again for five seconds while it fails with `EAGAIN`. Replaces the one before; `undefined` is none.
   */
  setLastWill(sequence: Sequence | undefined, wait?: WaitOptions): Promise<void>;
  /** The file's size in bytes, 0 for a device. */
  sizeBytes(wait?: WaitOptions): Promise<bigint>;
  /** Maps part of the file, shared; the mapping outlives the channel. */
  map(options: MapOptions, wait?: WaitOptions): Promise<Mapping>;
  /** Takes the file's advisory lock (flock), waiting while another open file has it; the channel stays usable meanwhile. */
  lock(mode: LockMode, wait?: WaitOptions): Promise<void>;
  /** Takes the lock if it is free; resolves to whether it is now held. */
  tryLock(mode: LockMode, wait?: WaitOptions): Promise<boolean>;
  /** Gives the lock back. */
  unlock(wait?: WaitOptions): Promise<void>;
  /**
   * Refuses further calls, rejects those that have not started with `ERR_NATIVE_CLOSED`, lets the running one end, then closes the
   * file. Resolves at once when the channel is stuck (the worker closes the file when the call returns) and whenever the limits
   * given are reached. Further calls of `close` resolve with the first.
   */
  close(wait?: WaitOptions): Promise<void>;
}

/** An advisory lock's kind. */
export type LockMode = 'shared' | 'exclusive';

/** What to map. */
export interface MapOptions {
  /** First byte; any position, not only a multiple of the page size. Default 0. */
  readonly offsetBytes?: number | bigint | undefined;
  /** Number of bytes, at least 1. */
  readonly lengthBytes: number;
  /** What may be done with the memory. */
  readonly protection: 'read' | 'read-write';
}

/** Order of the bytes of a value in memory. */
export type ByteOrder = 'little' | 'big';

/**
 * Mapped memory. Accesses of 8 to 64 bits are single, volatile and need their natural alignment; all are checked against the
 * mapping's length and throw `ERR_NATIVE_ARGUMENT` outside it, `EACCES` on writing to a read-only mapping and `ERR_NATIVE_CLOSED`
 * after `close`. Mapping beyond the end of a regular file is refused with `ENXIO`; a file that someone shrinks later raises SIGBUS on access, which
 * ends the process, so map only files whose owner is trusted or that are sealed against shrinking.
 */
export interface Mapping extends Disposable {
  /** Length in bytes. */
  readonly lengthBytes: number;
  /** Whether it may be written. */
  readonly writable: boolean;
  /** Reads 8 bits. */
  read8(offsetBytes: number): number;
  /** Reads 16 bits. */
  read16(offsetBytes: number, order: ByteOrder): number;
  /** Reads 32 bits, unsigned. */
  read32(offsetBytes: number, order: ByteOrder): number;
  /** Reads 64 bits, unsigned. */
  read64(offsetBytes: number, order: ByteOrder): bigint;
  /** Writes 8 bits, 0 to 255. */
  write8(offsetBytes: number, value: number): void;
  /** Writes 16 bits, 0 to 65535. */
  write16(offsetBytes: number, value: number, order: ByteOrder): void;
  /** Writes 32 bits, 0 to 2^32-1. */
  write32(offsetBytes: number, value: number, order: ByteOrder): void;
  /** Writes 64 bits, 0 to 2^64-1. */
  write64(offsetBytes: number, value: bigint, order: ByteOrder): void;
  /** Copies bytes out into fresh memory; for memory, not for device registers, since the width of its accesses is unspecified. */
  copyOut(offsetBytes: number, lengthBytes: number): Uint8Array;
  /** Copies bytes in; for memory, not for device registers. */
  copyIn(offsetBytes: number, bytes: Uint8Array): void;
  /** Orders all earlier accesses (`read`: reads only, `write`: writes only) before all later ones, as seen by devices and other processes. */
  barrier(kind: 'full' | 'read' | 'write'): void;
  /** Unmaps; harmless when repeated. */
  close(): void;
}

/** A file descriptor that this object owns: closed by `close`, at the latest when the object is garbage-collected. */
export interface OwnedDescriptor extends Disposable {
  /** The number; throws `ERR_NATIVE_CLOSED` after `close`. */
  readonly fd: number;
  /** Whether it has been closed or handed over. */
  readonly closed: boolean;
  /** Closes it; harmless when repeated. */
  close(): void;
}

/** An event counter that other processes and drivers can signal. */
export interface Eventfd extends OwnedDescriptor {
  /** Adds to the counter, 1 if not said, and wakes who waits. Throws `EAGAIN` when the counter is full. */
  signal(count?: bigint): void;
  /** Takes the counter's value and resets it to 0; undefined when it is 0. */
  tryTake(): bigint | undefined;
  /** Waits for the counter to become positive, then takes it. At most one wait at a time. */
  take(wait?: WaitOptions): Promise<bigint>;
}

/** Who is at the other end of a UNIX socket, as the kernel knew it when it connected. */
export interface PeerCredentials {
  /** Process id. */
  readonly pid: number;
  /** Effective user id. */
  readonly uid: number;
  /** Effective group id. */
  readonly gid: number;
}

/** How to listen. */
export interface ListenOptions {
  /** Permission bits of the socket's file, before the umask. Default 0o600. */
  readonly mode?: number | undefined;
  /** Connections that may wait to be accepted. Default 16. */
  readonly backlog?: number | undefined;
}

/** A UNIX stream socket that accepts connections. */
export interface UnixListener extends Disposable {
  /** The path it listens on. */
  readonly path: string;
  /** Waits for the next connection. At most one wait at a time. */
  accept(wait?: WaitOptions): Promise<UnixSocket>;
  /** Stops listening and removes the socket's file; harmless when repeated. A waiting `accept` rejects with `ERR_NATIVE_CLOSED`. */
  close(): void;
}

/** How much to receive: whatever is there, up to a maximum, or exactly so many bytes. */
export type ReceiveSize = { readonly maxBytes: number } | { readonly exactBytes: number };

/** What was received. */
export interface Received {
  /** The bytes, fresh memory. Empty when the peer has closed. */
  readonly data: Uint8Array;
  /** The descriptors that came with them; the caller's to close. */
  readonly descriptors: OwnedDescriptor[];
}

/** A connected UNIX stream socket. Receiving and sending each wait on the event loop, one at a time, in the order asked for. */
export interface UnixSocket extends Disposable {
  /** Who is at the other end. */
  readonly peer: PeerCredentials;
  /** Whether it has been closed. */
  readonly closed: boolean;
  /**
   * Receives bytes and the descriptors that come with them. Nothing is lost by an abandoned receive: the next one begins with what had come.
   * `exactBytes` rejects with `ERR_NATIVE_ENDED` when the peer closes in the middle, and resolves to no bytes when it has closed before the first.
   * Rejects with `EMFILE` when more than 253 descriptors come with what is asked for, or more than this process may open; those of the message that was
   * too much are closed, and its bytes are lost.
   */
  receive(size: ReceiveSize, wait?: WaitOptions): Promise<Received>;
  /** Sends all the bytes, the descriptors with the first of them (at most 253, at least one byte with them). They stay the caller's. */
  send(data: Uint8Array, descriptors?: readonly OwnedDescriptor[], wait?: WaitOptions): Promise<void>;
  /** Sends what fits at once and returns the number of bytes, 0 if the socket is full or a `send` is waiting. Descriptors went along if it is positive. */
  trySend(data: Uint8Array, descriptors?: readonly OwnedDescriptor[]): number;
  /** Closes it; harmless when repeated. Waiting calls reject with `ERR_NATIVE_CLOSED`. */
  close(): void;
}

/** How to open a netlink socket. */
export interface NetlinkOptions {
  /** Multicast groups by number (1 or more). Default none. */
  readonly groups?: readonly number[] | undefined;
  /** Size of the receive buffer to ask the kernel for. */
  readonly receiveBufferBytes?: number | undefined;
  /**
   * How much room to receive into, at most 65536: as large are the datagrams that the kernel makes of a dump, and what does not fit in one
   * it refuses with EMSGSIZE. Absent: as much as has come, and the kernel keeps to some 4 KiB.
   */
  readonly datagramBytes?: number | undefined;
  /** Let the kernel say in words why it refuses a request, and not repeat the request in its answer. Default false. */
  readonly extendedAck?: boolean | undefined;
}

/** One netlink datagram. */
export interface NetlinkDatagram {
  /** Its bytes, fresh memory. */
  readonly data: Uint8Array;
  /** The sender's port: 0 is the kernel. */
  readonly senderPortId: number;
  /** The multicast groups it was sent to, as a bit mask; 0 for none. */
  readonly groups: number;
  /** The sender's user id as the kernel saw it; undefined when the kernel told none. */
  readonly uid: number | undefined;
}

/** A UNIX socket that sends datagrams to one receiver. */
export interface UnixDatagram extends Disposable {
  /**
   * Sends one datagram at once or not at all: throws `EAGAIN` when the receiver does not keep up, `EMSGSIZE` for one that is too long,
   * `ECONNREFUSED` when nobody listens any more.
   */
  send(data: Uint8Array): void;
  /** Closes it; harmless when repeated. */
  close(): void;
}

/** A netlink socket. Lost messages reject one `receive` with `ENOBUFS`; the next goes on. */
export interface NetlinkSocket extends Disposable {
  /** This socket's own port. */
  readonly portId: number;
  /** Waits for the next datagram. At most one wait at a time. */
  receive(wait?: WaitOptions): Promise<NetlinkDatagram>;
  /** Sends one datagram to the kernel, which may carry out what it asks for before this resolves. One that is given up is carried out all the same. */
  send(data: Uint8Array, wait?: WaitOptions): Promise<void>;
  /** Joins one more multicast group, for families whose group numbers are found out at run time. */
  joinGroup(group: number): void;
  /** Closes it; harmless when repeated. */
  close(): void;
}

/** What to wait for, or what has come, on a descriptor. */
export interface PollEntry {
  /** The descriptor's number. */
  readonly fd: number;
  /** Data can be read, or the peer has closed. */
  readonly readable?: boolean | undefined;
  /** Data can be written. */
  readonly writable?: boolean | undefined;
  /** Something exceptional, as sysfs attributes signal changes. */
  readonly priority?: boolean | undefined;
}

/** What has come on a descriptor. */
export interface PollResult {
  /** The descriptor's number. */
  readonly fd: number;
  /** Data can be read, or the peer has closed. */
  readonly readable: boolean;
  /** Data can be written. */
  readonly writable: boolean;
  /** Something exceptional. */
  readonly priority: boolean;
  /** The other end is closed. */
  readonly hangup: boolean;
  /** The descriptor is in error or not open. */
  readonly error: boolean;
}

/** The system calls that JavaScript cannot make. Functions throw or reject with `NativeError` only. */
export interface Native {
  /** Opens a file on a worker of its own, since the opening of a device may itself run firmware commands and hang. */
  openChannel(path: string, options: OpenOptions): Promise<NativeChannel>;
  /** A channel on a duplicate of a descriptor of this process, which stays the caller's. The worker defaults to `thread`. */
  adoptDescriptor(fd: number, options?: { readonly worker?: WorkerKind | undefined }): NativeChannel;
  /**
   * A channel on a new IPv4 datagram socket, which is bound to nothing and carries the ioctl requests that the kernel takes about network
   * interfaces, of the network namespace that this process is in. The worker defaults to `process`. Throws the errno's name where there
   * is no IPv4.
   */
  openDatagramSocket(options?: { readonly worker?: WorkerKind | undefined }): NativeChannel;
  /** Anonymous memory of a fixed size, sealed against shrinking and growing, to be mapped and passed to other processes. */
  createMemfd(name: string, lengthBytes: number): OwnedDescriptor;
  /** An event counter; the initial value is 0 to 2^32-1. */
  createEventfd(initial?: number): Eventfd;
  /**
   * Takes over a descriptor that is an event counter, such as one received over a socket; the object given counts as closed. The
   * counter is made non-blocking for everybody who shares it.
   */
  eventfdFrom(descriptor: OwnedDescriptor): Eventfd;
  /** Maps part of a file, memfd or received descriptor, shared; the mapping outlives the descriptor. */
  map(descriptor: OwnedDescriptor, options: MapOptions): Mapping;
  /** Listens on a path of at most 107 bytes, which must not exist yet. */
  listenUnix(path: string, options?: ListenOptions): UnixListener;
  /** Connects to a listening socket. */
  connectUnix(path: string, wait?: WaitOptions): Promise<UnixSocket>;
  /** Connects to a path that receives datagrams. */
  connectDatagram(path: string): UnixDatagram;
  /** Two connected sockets. */
  socketPair(): [UnixSocket, UnixSocket];
  /** Opens a netlink socket of a protocol (NETLINK_KOBJECT_UEVENT is 15, NETLINK_GENERIC 16). */
  openNetlink(protocol: number, options?: NetlinkOptions): NetlinkSocket;
  /** Waits until something has come on at least one descriptor, and resolves to those where it has; to none when `timeoutMs` has passed. */
  poll(entries: readonly PollEntry[], wait?: WaitOptions): Promise<PollResult[]>;
  /** Who is at the other end of a UNIX socket. */
  peerCredentials(fd: number): PeerCredentials;
}
