import { readFileSync } from 'node:fs';

/** Who holds a semaphore, by the process id in it: that may be a process of another system, such as the device's own or another host. */
export function describeHolder(processId: number): string {
  const name = commandOf(processId);
  return name === undefined ? `process ${processId}, which does not run on this system` : `process ${processId} (${name})`;
}

function commandOf(processId: number): string | undefined {
  try {
    return readFileSync(`/proc/${processId}/comm`, 'utf8').trim().replaceAll(/[^\x20-\x7e]/g, '?');
  } catch {
    return undefined;
  }
}
