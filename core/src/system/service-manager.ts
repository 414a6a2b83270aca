import { defaultNative, type NativeSource } from '../native.js';
import { translateFailure } from '../transport/errno.js';

/** How the service manager that started this process is reached. */
export interface ServiceManagerOptions {
  /** The path of its socket, as the environment's `NOTIFY_SOCKET` has it; nothing is told where that is absent or empty. */
  readonly socket: string | undefined;
  readonly native?: NativeSource;
}

/**
 * Tells the service manager that what it started is at work, so that `systemctl start` returns then and not before (systemd, sd_notify(3), `READY=1`).
 * Rejects with `ERR_SYSTEM_CALL` or `ERR_PERMISSION` when the socket does not take it; abstract sockets (`@`) are none that systemd's own services are given.
 */
export async function tellServiceIsReady({ socket, native = defaultNative }: ServiceManagerOptions): Promise<void> {
  if (socket === undefined || socket === '') return;
  try {
    using manager = (await native()).connectDatagram(socket);
    manager.send(Buffer.from('READY=1'));
  } catch (error) {
    throw translateFailure(error, { refusals: [], deliveryFailures: [] }, { command: 'READY=1' });
  }
}
