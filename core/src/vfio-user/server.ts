import { lstat, unlink } from 'node:fs/promises';
import type { Native, UnixListener, UnixSocket } from '../native.js';
import { AuxctlError } from '../errors/base.js';
import { SystemCallError, UsageError } from '../errors/classes.js';
import { defaultNative, type NativeSource } from '../native.js';
import type { PciDevice } from '../simulator/pci-device.js';
import { serveConnection } from './connection.js';
import type { VfioUserEventListener } from './events.js';
import { ServedFunction } from './served-function.js';

/** What to serve, and where. */
export interface VfioUserOptions {
  /** Where to listen, at most 107 bytes. A socket that nobody listens on any more is replaced; anything else there is an error. */
  readonly socketPath: string;
  /** Attached at once; it belongs to the server from then on. */
  readonly device: PciDevice;
  /** Where to get the native shim from; the installed addon when absent. */
  readonly native?: NativeSource;
  readonly onEvent?: VfioUserEventListener;
}

/** A device being served to one client after the other. */
export interface VfioUserServer extends AsyncDisposable {
  readonly socketPath: string;
  /** Sends the client away, stops listening and removes the socket's file. Harmless when repeated. */
  close(): Promise<void>;
}

/**
 * Shows a PCI device to a virtual machine monitor over vfio-user. Resolves once the socket listens. Rejects with `ERR_FILE` when the
 * path is taken, with `ERR_SYSTEM_CALL` when listening fails, and with `ERR_PLUGIN` when the device contradicts itself.
 */
export async function serveVfioUser(options: VfioUserOptions): Promise<VfioUserServer> {
  const { socketPath, device, onEvent = ignoreEvent } = options;
  const native = await (options.native ?? defaultNative)();
  const served = new ServedFunction(device, native, onEvent);
  await removeStaleSocket(native, socketPath);
  return new Server(listen(native, socketPath), served, onEvent);
}

class Server implements VfioUserServer {
  readonly socketPath: string;
  readonly #listener: UnixListener;
  readonly #served: ServedFunction;
  readonly #onEvent: VfioUserEventListener;
  readonly #finished: Promise<void>;
  #client: UnixSocket | undefined;
  #isClosing = false;

  constructor(listener: UnixListener, served: ServedFunction, onEvent: VfioUserEventListener) {
    this.socketPath = listener.path;
    this.#listener = listener;
    this.#served = served;
    this.#onEvent = onEvent;
    this.#finished = this.#acceptClients();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#listener.close();
    this.#client?.close();
    await this.#finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #acceptClients(): Promise<void> {
    try {
      for (;;) await this.#serveClient(await this.#listener.accept());
    } catch (cause) {
      if (!this.#isClosing) this.#onEvent({ type: 'stopped', error: systemCallError(`Listening on ${this.socketPath} failed.`, cause) });
    } finally {
      this.#listener.close();
    }
  }

  async #serveClient(client: UnixSocket): Promise<void> {
    this.#client = client;
    this.#onEvent({ type: 'connected', processId: client.peer.pid });
    let failure: unknown;
    try {
      await serveConnection(client, this.#served, this.#onEvent);
    } catch (error) {
      if (!this.#isClosing) failure = error;
    } finally {
      this.#client = undefined;
      client.close();
      this.#served.forgetClient();
    }
    const error = failure instanceof AuxctlError || failure === undefined ? failure : systemCallError('The connection to the client failed.', failure);
    this.#onEvent(error === undefined ? { type: 'disconnected' } : { type: 'disconnected', error });
  }
}

/** A server that did not end in good order leaves its socket behind; a live one accepts a connection and must not lose its name. */
async function removeStaleSocket(native: Native, socketPath: string): Promise<void> {
  const entry = await lstat(socketPath).catch(() => undefined);
  if (entry === undefined) return;
  if (!entry.isSocket()) throw new UsageError('ERR_FILE', `${socketPath} exists and is not a socket.`);
  const probe = await native.connectUnix(socketPath).catch(() => undefined);
  if (probe !== undefined) {
    probe.close();
    throw new UsageError('ERR_FILE', `Another server listens on ${socketPath}.`);
  }
  await unlink(socketPath);
}

function listen(native: Native, socketPath: string): UnixListener {
  try {
    return native.listenUnix(socketPath);
  } catch (cause) {
    throw systemCallError(`Listening on ${socketPath} failed.`, cause);
  }
}

function systemCallError(message: string, cause: unknown): SystemCallError {
  const errno = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'EIO';
  return new SystemCallError('ERR_SYSTEM_CALL', message, errno, { cause });
}

function ignoreEvent(): void {
  // Nobody listens.
}
