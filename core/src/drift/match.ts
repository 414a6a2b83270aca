import type { DeviceState } from '@auxctl/schemas';
import { likeness } from './identity.js';

/** Two states of one device; a device that only one side has is alone. */
export interface StatePair {
  readonly before?: DeviceState;
  readonly after?: DeviceState;
}

/** Finds each device of one side in the other: by its serial number first, then by its place. */
export function pairStates(before: readonly DeviceState[], after: readonly DeviceState[]): StatePair[] {
  const left = new Set(after);
  const pairs = new Map<DeviceState, DeviceState>();
  for (const wanted of ['same', 'same-place'] as const) {
    for (const old of before) {
      if (pairs.has(old)) continue;
      const found = nearest([...left].filter((now) => likeness(old, now) === wanted), old);
      if (found === undefined) continue;
      pairs.set(old, found);
      left.delete(found);
    }
  }
  return [...before.map((old): StatePair => { const now = pairs.get(old); return now === undefined ? { before: old } : { before: old, after: now }; }), ...[...left].map((now): StatePair => ({ after: now }))];
}

function nearest(states: readonly DeviceState[], { device: { address } }: DeviceState): DeviceState | undefined {
  return states.find(({ device }) => device.address === address) ?? states[0];
}
