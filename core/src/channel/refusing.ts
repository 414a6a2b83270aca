import { PolicyError } from '../errors/classes.js';
import type { CommandRecorder, RefusedCommand } from './recorder.js';

/**
 * Records commands that a policy refuses, and throws why. The refusal stands whether or not it can be recorded; where it cannot, the error says so.
 */
export async function refuse(error: PolicyError, recorder: CommandRecorder | undefined, commands: () => Promise<readonly RefusedCommand[]>, signal?: AbortSignal): Promise<never> {
  try {
    await recorder?.refuse?.(await commands(), signal);
  } catch (cause) {
    throw unrecorded(error, cause);
  }
  throw error;
}

function unrecorded({ code, message, device, command, hint, excerpt }: PolicyError, cause: unknown): PolicyError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new PolicyError(code, `${message}, and the refusal could not be recorded${why}`, {
    cause, ...(device === undefined ? {} : { device }), ...(command === undefined ? {} : { command }), ...(hint === undefined ? {} : { hint }), ...(excerpt === undefined ? {} : { excerpt }),
  });
}
