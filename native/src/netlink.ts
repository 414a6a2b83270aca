import { checkBytes, checkInteger } from './check.js';
import type { Context } from './context.js';
import { HeldDescriptor, OneAtATime } from './descriptor.js';
import { argumentError } from './errors.js';
import type { NativeChannel, NetlinkDatagram, NetlinkOptions, NetlinkSocket, WaitOptions } from './types.js';

const MAX_PROTOCOL = 255;
const MAX_INT32 = 0x7fff_ffff;
const MAX_RECEIVE_BUFFER_BYTES = 0x3fff_ffff;
const MAX_DATAGRAM_BYTES = 0x1_0000;
const UNKNOWN_UID = 0xffff_ffff;

/** Makes a channel on a duplicate of a socket, with a worker of its own. */
export type SenderOf = (fd: number) => NativeChannel;

/** A netlink socket; see `NetlinkSocket`. */
export class NetlinkDescriptor implements NetlinkSocket {
  readonly portId: number;
  readonly #context: Context;
  readonly #descriptor: HeldDescriptor;
  readonly #turn = new OneAtATime('receive');
  readonly #datagramBytes: number;
  /** The kernel carries a request out while it is sent, which takes as long as a device's firmware does: that is not for this thread. */
  readonly #openSender: SenderOf;
  #sender: NativeChannel | undefined;

  constructor(context: Context, openSender: SenderOf, protocol: number, options: NetlinkOptions = {}) {
    this.#context = context;
    this.#openSender = openSender;
    const bufferBytes = checkInteger('receiveBufferBytes', options.receiveBufferBytes ?? 0, 0, MAX_RECEIVE_BUFFER_BYTES);
    const { extendedAck = false } = options;
    this.#datagramBytes = checkInteger('datagramBytes', options.datagramBytes ?? 0, 0, MAX_DATAGRAM_BYTES);
    if (typeof extendedAck !== 'boolean') throw argumentError('extendedAck', 'a boolean');
    const fd = context.check(context.binding.openNetlink(checkInteger('protocol', protocol, 0, MAX_PROTOCOL), bufferBytes, extendedAck), 'socket AF_NETLINK');
    this.#descriptor = new HeldDescriptor(context, fd, `netlink:${protocol}`);
    try {
      this.portId = context.check(context.binding.netlinkPort(fd), 'getsockname');
      for (const group of options.groups ?? []) this.joinGroup(group);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  joinGroup(group: number): void {
    const result = this.#context.binding.joinNetlinkGroup(this.#descriptor.fd, checkInteger('group', group, 1, MAX_INT32));
    this.#context.check(result, 'setsockopt NETLINK_ADD_MEMBERSHIP', { path: this.#descriptor.label });
  }

  async receive(wait?: WaitOptions): Promise<NetlinkDatagram> {
    return this.#turn.run(async () => {
      const { binding } = this.#context;
      const lengthBytes = await this.#descriptor.retry('recvmsg', 'readable', wait, (fd) => binding.netlinkPending(fd));
      const room = new Uint8Array(Math.max(lengthBytes, this.#datagramBytes));
      const sender = new Uint32Array(3);
      const receivedBytes = this.#context.check(binding.netlinkReceive(this.#descriptor.fd, room, sender), 'recvmsg', { path: this.#descriptor.label });
      const data = receivedBytes < room.length ? room.slice(0, receivedBytes) : room;
      const [senderPortId = 0, groups = 0, uid = UNKNOWN_UID] = sender;
      return { data, senderPortId, groups, uid: uid === UNKNOWN_UID ? undefined : uid };
    });
  }

  async send(data: Uint8Array, wait?: WaitOptions): Promise<void> {
    this.#sender ??= this.#openSender(this.#descriptor.fd);
    await this.#sender.write(checkBytes('data', data), wait);
  }

  close(): void {
    this.#descriptor.close();
    void this.#sender?.close({ timeoutMs: 1 });
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
