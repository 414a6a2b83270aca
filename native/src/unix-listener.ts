import { unlinkSync } from 'node:fs';
import { checkInteger, checkText } from './check.js';
import type { Context } from './context.js';
import { HeldDescriptor, OneAtATime } from './descriptor.js';
import type { ListenOptions, UnixListener, WaitOptions } from './types.js';
import { StreamSocket } from './unix-socket.js';
import { checkWait, pause, remaining } from './wait.js';

const DEFAULT_MODE = 0o600;
const DEFAULT_BACKLOG = 16;
// The kernel does not tell when a full queue of connections has room again.
const CONNECT_PAUSE_MS = 5;

/** A UNIX stream socket that accepts connections; see `UnixListener`. */
export class StreamListener implements UnixListener {
  readonly path: string;
  readonly #context: Context;
  readonly #descriptor: HeldDescriptor;
  readonly #turn = new OneAtATime('accept');

  constructor(context: Context, path: string, options: ListenOptions = {}) {
    this.path = checkText('path', path);
    this.#context = context;
    const mode = checkInteger('mode', options.mode ?? DEFAULT_MODE, 0, 0o777);
    const backlog = checkInteger('backlog', options.backlog ?? DEFAULT_BACKLOG, 0, 0xffff);
    const fd = context.check(context.binding.listenUnix(path, mode, backlog), 'bind', { path });
    this.#descriptor = new HeldDescriptor(context, fd, path);
  }

  async accept(wait?: WaitOptions): Promise<StreamSocket> {
    return this.#turn.run(async () => {
      const fd = await this.#descriptor.retry('accept', 'readable', wait, (listening) => this.#context.binding.accept(listening));
      return new StreamSocket(this.#context, fd, this.path);
    });
  }

  close(): void {
    if (this.#descriptor.closed) return;
    this.#descriptor.close();
    try {
      unlinkSync(this.path);
    } catch {
      // Somebody has removed it already.
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Connects to a listening socket. */
export async function connectUnix(context: Context, path: string, wait?: WaitOptions): Promise<StreamSocket> {
  checkText('path', path);
  checkWait(wait);
  const limits = remaining(wait);
  for (;;) {
    const result = context.binding.connectUnix(path);
    if (result >= 0) return new StreamSocket(context, result, path);
    const error = context.error(-result, 'connect', { path });
    if (error.code !== 'EAGAIN') throw error;
    await pause(CONNECT_PAUSE_MS, limits());
  }
}
