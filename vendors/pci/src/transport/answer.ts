import { AuxctlError, SystemCallError, type RequestAnswer, type RequestHandler } from '@auxctl/core';

/** What a reply says where it holds nothing: a name of the enum `status`. */
export type Refusal = 'NOT_THERE' | 'OUT_OF_RANGE' | 'NOT_SUPPORTED' | 'BAD_REQUEST';

/** The fields of a reply, or why there are none. */
export type Answer = RequestAnswer<Refusal>;

/** Carries out one request. */
export type Handler = RequestHandler<Refusal>;

/** Errnos with which drivers say that they do not offer something, or that they do not know what a request names. */
const REFUSALS: Readonly<Record<string, Refusal>> = { EOPNOTSUPP: 'NOT_SUPPORTED', ENOTTY: 'NOT_SUPPORTED', EINVAL: 'BAD_REQUEST', ENOENT: 'NOT_THERE' };

/** Why the administrator alone gets an answer, and how to become one. */
const HINT = 'Run as root: the kernel shows this to the administrator only.';

/**
 * Turns what a system call said into an answer, where it is about the request and not about the device or the way to it; throws the rest.
 * `isPresent` tells whether the device is still there, since a driver that does not offer an interface at all says ENODEV too.
 */
export function answerOf(error: unknown, isPresent: () => boolean, device: string): Refusal {
  if (!(error instanceof AuxctlError)) throw error;
  if (error.code === 'ERR_PERMISSION') throw notShown(error.message, error instanceof SystemCallError ? error.errno : 'EPERM', { device, cause: error });
  if (error.code === 'ERR_NO_TRANSPORT') return 'NOT_SUPPORTED';
  if (error.code === 'ERR_DEVICE_GONE' && isPresent()) return 'NOT_THERE';
  if (error.code === 'ERR_LIMIT') return 'OUT_OF_RANGE';
  const refusal = error.code === 'ERR_SYSTEM_CALL' && error instanceof SystemCallError ? REFUSALS[error.errno] : undefined;
  if (refusal === undefined) throw error;
  return refusal;
}

/** The error for what the kernel keeps from this user. */
export function notShown(message: string, errno: string, context: { readonly device: string; readonly cause?: unknown; readonly hint?: string }): SystemCallError {
  return new SystemCallError('ERR_KERNEL_REFUSED', message, errno, { hint: HINT, ...context });
}
