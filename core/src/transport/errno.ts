import type { Manifest } from '@auxctl/schemas';
import { AuxctlError, type ErrorContext } from '../errors/base.js';
import type { ErrorCode } from '../errors/catalogue.js';
import { PluginError, SystemCallError, TransportError, UsageError } from '../errors/classes.js';

/** What an errno of a vendor's driver means: from the plugin's manifest. */
export type ErrnoMeanings = Pick<Manifest, 'refusals' | 'deliveryFailures'>;

interface NativeFailure {
  readonly code: string;
  readonly message: string;
  readonly syscall?: string;
  readonly path?: string;
}

const transportCodes: Readonly<Record<string, ErrorCode>> = {
  ERR_NATIVE_TIMEOUT: 'ERR_TRANSPORT_TIMEOUT',
  ERR_NATIVE_ABORTED: 'ERR_ABORTED',
  ERR_NATIVE_STUCK: 'ERR_TRANSPORT_STUCK',
  ERR_NATIVE_CLOSED: 'ERR_CLOSED',
  ENODEV: 'ERR_DEVICE_GONE',
  ENXIO: 'ERR_DEVICE_GONE',
  ETIMEDOUT: 'ERR_TRANSPORT_TIMEOUT',
};

const transportMessages: Readonly<Partial<Record<ErrorCode, string>>> = {
  ERR_TRANSPORT_TIMEOUT: 'the firmware did not answer in time',
  ERR_ABORTED: 'the call was abandoned',
  ERR_TRANSPORT_STUCK: 'an earlier command has not come back from the kernel yet',
  ERR_CLOSED: 'the channel is closed',
  ERR_DEVICE_GONE: 'the device is gone: it was removed or its driver unbound',
};

/** Turns a failure of the native shim into an error of ours. One that is ours already is returned as it is. */
export function translateFailure(error: unknown, meanings: ErrnoMeanings, context: ErrorContext): AuxctlError {
  if (error instanceof AuxctlError) return error;
  const withCause = { ...context, cause: error };
  if (!isNativeFailure(error)) return new AuxctlError('ERR_INTERNAL', 'an unexpected failure below the transport', withCause);
  const refusal = meanings.refusals.find(({ errno }) => errno === error.code);
  if (refusal !== undefined) return new SystemCallError('ERR_KERNEL_REFUSED', `the kernel refused the command (${error.code}): ${refusal.meaning}`, error.code, withCause);
  const failure = meanings.deliveryFailures.find(({ errno }) => errno === error.code);
  const code = transportCodes[error.code];
  if (code !== undefined) return new TransportError(code, transportMessage(code, error, failure?.meaning), withCause);
  if (failure !== undefined) return new SystemCallError('ERR_DELIVERY', `the command did not reach the firmware (${error.code}): ${failure.meaning}`, error.code, withCause);
  return translatePlain(error, withCause);
}

/** What such a failure means in general, and what this driver says it means. Of a device that is gone the node says ENODEV; ENXIO is the driver's own word. */
function transportMessage(code: ErrorCode, error: NativeFailure, meaning: string | undefined): string {
  if (error.code === 'ENXIO' && meaning !== undefined) return `the device cannot be reached now (ENXIO): ${meaning}`;
  const general = transportMessages[code] ?? error.message;
  return meaning === undefined ? general : `${general}; of ${error.code} this driver's plugin says: ${meaning}`;
}

/** Turns a failure to open a device node into an error of ours. */
export function translateOpenFailure(error: unknown, node: string, meanings: ErrnoMeanings, context: ErrorContext): AuxctlError {
  if (isNativeFailure(error) && error.code === 'ENOENT') return new TransportError('ERR_DEVICE_GONE', `${node} is not there any more`, { ...context, cause: error });
  return translateFailure(error, { ...meanings, refusals: [] }, context);
}

function translatePlain(error: NativeFailure, context: ErrorContext & { readonly cause: unknown }): AuxctlError {
  const where = error.path === undefined ? '' : ` on ${error.path}`;
  const syscall = error.syscall === undefined ? {} : { syscall: error.syscall };
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return new SystemCallError('ERR_PERMISSION', `${error.syscall ?? 'the call'}${where} is not permitted (${error.code})`, error.code, { hint: 'Run as root, or as a member of the group that owns the node.', ...context, ...syscall });
    case 'ERR_NATIVE_MISSING':
      return new PluginError('ERR_NATIVE_MISSING', error.message, context);
    case 'ERR_NATIVE_ARGUMENT':
      return new UsageError('ERR_USAGE', error.message, context);
    default:
      return new SystemCallError('ERR_SYSTEM_CALL', `${error.syscall ?? 'a system call'}${where} failed: ${error.code}`, error.code, { ...context, ...syscall });
  }
}

function isNativeFailure(error: unknown): error is NativeFailure {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$|^ERR_NATIVE_/.test(error.code);
}
