import { ask } from '../channel/ask.js';
import type { DeviceChannel } from '../channel/channel.js';
import type { CallOptions } from '../channel/types.js';
import { ReplyError } from '../errors/classes.js';
import type { NvconfigAccess, NvRecord, NvSet } from '../plugin/nvconfig.js';

/** More items than any device has; one that goes on is at fault. */
const MOST_ITEMS = 4096;

/** Every item that a device stores, in its order. Rejects with `ERR_REPLY` when the walk comes back to where it was, or does not end. */
export async function walkItems(channel: DeviceChannel, access: NvconfigAccess, set: NvSet, options: CallOptions): Promise<NvRecord[]> {
  const records: NvRecord[] = [];
  const seen = new Set<bigint>();
  for (let at: bigint | undefined = 0n; at !== undefined;) {
    if (seen.has(at)) throw fault(channel, `comes back to 0x${at.toString(16)} after ${records.length} items`);
    if (records.length === MOST_ITEMS) throw fault(channel, `does not end after ${MOST_ITEMS} items`);
    seen.add(at);
    const step: { record: NvRecord; next?: bigint } = await ask(channel, access.walk(at, set), options);
    records.push(step.record);
    at = step.next;
  }
  return records;
}

function fault(channel: DeviceChannel, what: string): ReplyError {
  return new ReplyError('ERR_REPLY', `the walk through the configuration ${what}`, { device: channel.device.address });
}
