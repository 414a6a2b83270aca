import type { ConfigMatch } from '@auxctl/schemas';
import { deviceNames } from '../bus/resolve.js';
import { pciIdText } from '../device/pci-id.js';
import type { Device } from '../device/types.js';

/** What a device is matched by. */
export interface MatchSubject {
  readonly device: Device;
  /** The plugin's name; absent where none is for the device. */
  readonly plugin?: string;
  readonly product?: string;
  /** As the device tells it; absent where it does not, or was not asked. */
  readonly serial?: string;
}

/** Do all members hold? A member about something that is not known does not. */
export function matchesDevice(match: ConfigMatch, { device, plugin, product, serial }: MatchSubject): boolean {
  const values: Readonly<Record<keyof ConfigMatch, readonly (string | undefined)[]>> = {
    device: deviceNames(device), plugin: [plugin], pci: [device.pci === undefined ? undefined : pciIdText(device.pci)],
    driver: [device.driver, device.auxiliaryDriver], serial: [serial], product: [product],
  };
  return MEMBERS.every((member) => {
    const pattern = match[member];
    return pattern === undefined || values[member].some((value) => value !== undefined && fits(pattern, value));
  });
}

const MEMBERS = ['device', 'plugin', 'pci', 'driver', 'serial', 'product'] as const satisfies readonly (keyof ConfigMatch)[];

/** Grows with the product of both lengths at most, whatever the pattern. */
function fits(pattern: string, text: string): boolean {
  const [letters, wanted] = [Array.from(text.toLowerCase()), Array.from(pattern.toLowerCase())];
  let reached = new Set([0]);
  for (const letter of wanted) {
    const next = new Set<number>();
    for (const at of reached) {
      if (letter === '*') for (let end = at; end <= letters.length; end += 1) next.add(end);
      else if (at < letters.length && (letter === '?' || letter === letters[at])) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(letters.length);
}
