import { constants } from 'node:fs';
import { checkInteger, checkObject, checkOneOf, checkText } from './check.js';
import { ChannelWorker } from './channel-worker.js';
import { WorkerChannel } from './channel.js';
import type { Context } from './context.js';
import { createEventfd, EventCounter, HeldDescriptor } from './descriptor.js';
import { argumentError } from './errors.js';
import { mapDescriptor } from './mapping.js';
import { NetlinkDescriptor } from './netlink.js';
import { Op, planStep } from './plan.js';
import { poll } from './poll.js';
import type { Native, NativeChannel, OpenOptions, OwnedDescriptor, WorkerKind } from './types.js';
import { connectUnix, StreamListener } from './unix-listener.js';
import { DatagramSocket } from './unix-datagram.js';
import { peerCredentials, socketPair } from './unix-socket.js';
import { checkWait } from './wait.js';

const MAX_FD = 0x7fff_ffff;
const NO_FD = -1;
/** What errors call a socket that has no path. */
const DATAGRAM_PATH = 'socket:AF_INET';
/** The index is the addon's number. */
const WORKER_KINDS = ['thread', 'process', 'survivor'] as const;

/** A worker that has no file yet, or takes over `fd`. */
function startWorker(context: Context, kind: WorkerKind, fd: number, path: string): ChannelWorker {
  const handle = new context.binding.Channel(WORKER_KINDS.indexOf(kind), fd);
  if (handle.error !== 0) throw context.error(handle.error, 'clone', { path });
  return new ChannelWorker(context, handle, path);
}

async function openChannel(context: Context, path: string, options: OpenOptions): Promise<NativeChannel> {
  checkText('path', path);
  checkObject('options', options);
  checkWait(options);
  const writable = checkOneOf('access', options.access, ['read', 'read-write']) === 'read-write';
  const worker = startWorker(context, checkOneOf('worker', options.worker ?? 'process', WORKER_KINDS), NO_FD, path);
  const name = new TextEncoder().encode(`${path}\0`);
  try {
    const outcomes = await worker.run(planStep(Op.open, name, 0, name.byteLength, writable ? constants.O_RDWR : constants.O_RDONLY), options);
    const [, errno = 0] = outcomes;
    if (errno !== 0) throw context.error(errno, 'open', { path });
    return new WorkerChannel(context, worker);
  } catch (error) {
    worker.discard();
    throw error;
  }
}

function adoptDescriptor(context: Context, fd: number, worker: WorkerKind): NativeChannel {
  const own = context.check(context.binding.duplicate(checkInteger('fd', fd, 0, MAX_FD)), 'dup', { path: `fd:${fd}` });
  return new WorkerChannel(context, startWorker(context, worker, own, `fd:${fd}`));
}

function takeOver(descriptor: OwnedDescriptor): number {
  if (descriptor instanceof HeldDescriptor) return descriptor.release();
  throw argumentError('descriptor', 'a descriptor of this package');
}

/** The whole surface, on a loaded addon. */
export function createNative(context: Context): Native {
  const { binding } = context;
  return {
    openChannel: (path, options) => openChannel(context, path, options),
    adoptDescriptor: (fd, options) => adoptDescriptor(context, fd, checkOneOf('worker', options?.worker ?? 'thread', WORKER_KINDS)),
    openDatagramSocket: (options) => {
      const worker = checkOneOf('worker', options?.worker ?? 'process', WORKER_KINDS);
      return new WorkerChannel(context, startWorker(context, worker, context.check(binding.openDatagram(), 'socket AF_INET'), DATAGRAM_PATH));
    },
    createMemfd: (name, lengthBytes) => {
      const fd = context.check(binding.createMemfd(checkText('name', name), checkInteger('lengthBytes', lengthBytes, 1)), 'memfd_create', { path: name });
      return new HeldDescriptor(context, fd, name);
    },
    createEventfd: (initial) => createEventfd(context, initial),
    eventfdFrom: (descriptor) => {
      const fd = takeOver(descriptor);
      const counter = new EventCounter(context, fd, 'eventfd');
      context.check(binding.setNonBlocking(fd), 'fcntl');
      return counter;
    },
    map: (descriptor, options) => mapDescriptor(context, descriptor, options),
    listenUnix: (path, options) => new StreamListener(context, path, options),
    connectUnix: (path, wait) => connectUnix(context, path, wait),
    connectDatagram: (path) => new DatagramSocket(context, path),
    socketPair: () => socketPair(context),
    openNetlink: (protocol, options) => new NetlinkDescriptor(context, (fd) => adoptDescriptor(context, fd, 'process'), protocol, options),
    poll: (entries, wait) => poll(context, entries, wait),
    peerCredentials: (fd) => peerCredentials(context, fd),
  };
}
