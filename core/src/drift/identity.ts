import type { DeviceState } from '@auxctl/schemas';
import type { DriftDifference } from './types.js';
import { identityValue } from '../plugin/identity-value.js';
import { isIdentifying } from '../redaction/identifying.js';

/** Compares who the device says it is: its firmware's version and the like. */
export function compareIdentities(before: DeviceState, after: DeviceState, areTwoDevices: boolean): DriftDifference[] {
  const [was, is] = [before, after].map(linesOf) as [Map<string, string>, Map<string, string>];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name): DriftDifference[] => {
    const [old, now] = [was.get(name), is.get(name)];
    if (old === now || (areTwoDevices && isIdentifying(name)) || old === undefined || now === undefined) return [];
    return [{ group: 'identity', subject: 'identity', name, before: old, after: now, place: { type: 'other' }, causes: name === 'firmware' ? [{ command: 'an update of the firmware', by: 'firmware' }] : [] }];
  });
}

function linesOf({ identity, device: { product, driver } }: DeviceState): Map<string, string> {
  const lines = new Map(identity.map(({ name, value }) => [name, value]));
  if (product !== undefined) lines.set('product', product);
  if (driver !== undefined) lines.set('driver', driver);
  return lines;
}

const FUNCTION = /\.([0-7])$/;

/** How sure it is that two states are of one device. */
export type Likeness = 'same' | 'same-place' | 'other';

/**
 * Are these states of one device? Its serial number decides, with the function where a card has several of them, whatever its address is. Where a side
 * does not tell the serial number, the address does.
 */
export function likeness(a: DeviceState, b: DeviceState): Likeness {
  if (a.plugin?.name !== b.plugin?.name) return 'other';
  const [one, two] = [serialOf(a), serialOf(b)];
  const isSameAddress = a.device.address === b.device.address;
  if (one === undefined || two === undefined) return isSameAddress ? 'same-place' : 'other';
  return one === two && functionOf(a) === functionOf(b) ? 'same' : 'other';
}

/** What a device is found again by: its serial number as it tells it. */
export function serialOf({ identity }: DeviceState): string | undefined {
  return identityValue(identity, 'serial');
}

function functionOf({ device: { address } }: DeviceState): string {
  return FUNCTION.exec(address)?.[1] ?? '';
}
