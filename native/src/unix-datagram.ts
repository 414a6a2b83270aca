import { checkBytes, checkText } from './check.js';
import type { Context } from './context.js';
import { HeldDescriptor } from './descriptor.js';
import type { UnixDatagram } from './types.js';

const noDescriptors = new Int32Array(0);

/** A UNIX socket that sends datagrams; see `UnixDatagram`. */
export class DatagramSocket implements UnixDatagram {
  readonly #context: Context;
  readonly #descriptor: HeldDescriptor;

  constructor(context: Context, path: string) {
    this.#context = context;
    const fd = context.check(context.binding.connectDatagram(checkText('path', path)), 'connect', { path });
    this.#descriptor = new HeldDescriptor(context, fd, path);
  }

  send(data: Uint8Array): void {
    const { fd, label } = this.#descriptor;
    this.#context.check(this.#context.binding.send(fd, checkBytes('data', data), 0, noDescriptors), 'sendmsg', { path: label });
  }

  close(): void {
    this.#descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
