import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';
import { describeError } from './errors.js';
import { openDevice } from './open.js';

/** A device's firmware version by its own commands, or why it is not known. Rejects only when the user gave up. */
export async function readFirmware(found: FoundDevice, context: Context): Promise<{ readonly firmware: string | null; readonly problem: string | null }> {
  try {
    await using channel = await openDevice(found, context);
    const { identity } = await channel.info();
    const firmware = identity.find(({ name }) => name === 'firmware')?.value ?? null;
    return { firmware, problem: firmware === null ? 'the firmware does not tell its version' : null };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { firmware: null, problem: describeError(error).message };
  }
}
