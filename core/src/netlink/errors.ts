import { constants } from 'node:os';
import { AuxctlError, type ErrorContext } from '../errors/base.js';
import { SystemCallError, TransportError } from '../errors/classes.js';
import type { Acknowledgement } from './message.js';

/** Of several names of one number, those that the kernel's sources use. */
const PREFERRED = ['EAGAIN', 'EOPNOTSUPP', 'EDEADLK'];
const NAMES = new Map<number, string>([...Object.entries(constants.errno), ...PREFERRED.flatMap((name) => (Object.entries(constants.errno).filter(([each]) => each === name)))]
  .map(([name, number]) => [number, name]));

/** The name of an errno, such as `ENODEV`; an unknown number gets one that is made from it. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `E${errno}`;
}

/** The kernel's refusal of a request as an error of ours, in the kernel's own words where it gave any. `what` names the request. */
export function refusal(what: string, acknowledgement: Acknowledgement, context: ErrorContext = {}): AuxctlError {
  const errno = errnoName(acknowledgement.errno);
  const message = `${what} failed (${errno})${words(acknowledgement)}`;
  switch (errno) {
    case 'ENODEV':
      return new TransportError('ERR_DEVICE_GONE', `${what}: there is no such device (any more)`, context);
    case 'EPERM':
    case 'EACCES':
      return new SystemCallError('ERR_PERMISSION', `${what} is not permitted (${errno})${words(acknowledgement)}`, errno, { hint: 'Run as root: this needs CAP_NET_ADMIN.', ...context, syscall: 'sendto' });
    default:
      return new SystemCallError('ERR_SYSTEM_CALL', message, errno, { ...context, syscall: 'sendto' });
  }
}

function words({ message, offsetBytes, missingAttribute }: Acknowledgement): string {
  const parts = [
    ...(message === undefined ? [] : [`the kernel says: ${message}`]),
    ...(missingAttribute === undefined ? [] : [`attribute ${missingAttribute} is missing`]),
    ...(offsetBytes === undefined ? [] : [`at byte ${offsetBytes} of the request`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}
