import type { DeviceState } from '@auxctl/schemas';
import { likeness } from './identity.js';

/** Two states that are compared; a device that only one side has is alone. */
export interface StatePair {
  readonly before?: DeviceState;
  readonly after?: DeviceState;
  /** They are of two devices. */
  readonly areTwoDevices: boolean;
}

/** How devices are found again. */
export interface PairOptions {
  /** Devices that are left over are compared with one of their kind: of the same address, else in order. For two machines that are to be alike. */
  readonly withTheirLike?: boolean;
}

/** Whether one state belongs to another, from sure to likely. */
type Belongs = (before: DeviceState, after: DeviceState) => boolean;

const ONE_DEVICE: readonly Belongs[] = [(a, b) => likeness(a, b) === 'same', (a, b) => likeness(a, b) === 'same-place'];
const TWO_DEVICES: readonly Belongs[] = [(a, b) => isSameKind(a, b) && a.device.address === b.device.address, isSameKind];

/** Finds each device of one side in the other: by its serial number first, then by its place, then, where that is wanted, one of its kind. */
export function pairStates(before: readonly DeviceState[], after: readonly DeviceState[], { withTheirLike = false }: PairOptions = {}): StatePair[] {
  const left = new Set(after);
  const pairs = new Map<DeviceState, StatePair>();
  for (const belongs of [...ONE_DEVICE, ...(withTheirLike ? TWO_DEVICES : [])]) {
    for (const old of before) {
      const found = pairs.has(old) ? undefined : nearest([...left].filter((now) => belongs(old, now)), old);
      if (found === undefined) continue;
      pairs.set(old, { before: old, after: found, areTwoDevices: TWO_DEVICES.includes(belongs) });
      left.delete(found);
    }
  }
  return [...before.map((old) => pairs.get(old) ?? { before: old, areTwoDevices: false }), ...[...left].map((now) => ({ after: now, areTwoDevices: false }))];
}

function isSameKind(a: DeviceState, b: DeviceState): boolean {
  return a.plugin !== undefined && a.plugin.name === b.plugin?.name && a.device.pci === b.device.pci;
}

function nearest(states: readonly DeviceState[], { device: { address } }: DeviceState): DeviceState | undefined {
  return states.find(({ device }) => device.address === address) ?? states[0];
}
