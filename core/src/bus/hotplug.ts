import { posix } from 'node:path';
import { translateFailure } from '../transport/errno.js';
import type { Native, NetlinkDatagram, NetlinkSocket } from '../native.js';
import { type DeviceEvent, deviceEvent, type HotplugEvent } from './hotplug-event.js';
import { parseUevent } from './uevent.js';

export type { DeviceEvent, HotplugEvent } from './hotplug-event.js';

/** What to listen to, and until when. */
export interface HotplugOptions {
  /** Where to get the netlink socket from. */
  readonly native: () => Promise<Pick<Native, 'openNetlink'>>;
  /** The directory that holds `sys`, for the paths in events. Default `/`. */
  readonly root?: string | undefined;
  /** Only events of these buses and classes. Default all. */
  readonly subsystems?: readonly string[] | undefined;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** An endless sequence of events with the socket behind it; disposing of it is the same as `return()`. */
export interface HotplugEvents extends AsyncIterableIterator<HotplugEvent>, AsyncDisposable {
  /** Ends the sequence and closes the socket; harmless when repeated. */
  return(): Promise<IteratorResult<HotplugEvent, undefined>>;
}

/** `NETLINK_KOBJECT_UEVENT`, and the group in which the kernel itself speaks (`include/uapi/linux/netlink.h`, `lib/kobject_uevent.c`). */
const PROTOCOL = 15;
const KERNEL_GROUP = 1;
/** A thousand functions that come up at once send some five megabytes. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

/**
 * What happens to the devices of this system, as the kernel tells it; no privilege is needed. Listening begins with the first `next()`,
 * which yields `listening`. After `overflow` scan again. The iteration ends, and the socket is closed, when `signal` aborts, on `return()`
 * even while a `next()` waits, and with an error: `ERR_NATIVE_MISSING`, or `ERR_SYSTEM_CALL` when the kernel gives no socket.
 */
export function hotplugEvents({ signal, ...options }: HotplugOptions): HotplugEvents {
  const stop = new AbortController();
  const ended = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const events = listen(options, ended);
  const end = (): Promise<IteratorResult<HotplugEvent, undefined>> => {
    // A generator queues its return behind a next that waits, for ever when nothing happens.
    stop.abort();
    return events.return(undefined);
  };
  return {
    next: () => events.next(),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

async function* listen(options: Omit<HotplugOptions, 'signal'>, ended: AbortSignal): AsyncGenerator<HotplugEvent, undefined> {
  try {
    ended.throwIfAborted();
    using socket = (await options.native()).openNetlink(PROTOCOL, { groups: [KERNEL_GROUP], receiveBufferBytes: RECEIVE_BUFFER_BYTES });
    yield { type: 'listening' };
    for (;;) {
      const event = await receive(socket, options, ended);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    if (!ended.aborted) throw translateFailure(error, { refusals: [], deliveryFailures: [] }, { command: 'hotplug' });
  }
}

async function receive(socket: NetlinkSocket, { root = '/', subsystems }: Omit<HotplugOptions, 'signal'>, signal: AbortSignal): Promise<HotplugEvent | undefined> {
  try {
    const datagram = await socket.receive({ signal });
    if (!isFromKernel(datagram)) return undefined;
    const uevent = parseUevent(datagram.data);
    if (uevent === undefined) return { type: 'overflow' };
    const event: DeviceEvent | undefined = deviceEvent(uevent, posix.join(posix.resolve(root), 'sys'));
    return event !== undefined && (subsystems?.includes(event.subsystem) ?? true) ? event : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOBUFS') return { type: 'overflow' };
    throw error;
  }
}

/** Anyone with the right to administer the network can send to the group, but only the kernel has port 0 and sends as root. */
function isFromKernel({ senderPortId, uid }: NetlinkDatagram): boolean {
  return senderPortId === 0 && uid === 0;
}
