import { readCapabilities, readExtendedCapabilities, type ListedCapability, type ReadConfig } from './capabilities.js';

/** A capability of a function, with what of configuration space can be its own. */
export interface PlacedCapability extends ListedCapability {
  /** Is it in the list behind the first 256 bytes? */
  readonly isExtended: boolean;
  /** Up to the next capability, or the end of the part that its list is in. */
  readonly lengthBytes: number;
}

const CONVENTIONAL_BYTES = 0x100;
const EXTENDED_BYTES = 0x1000;

/**
 * Both lists of a function's capabilities, in order; `spaceBytes` is how much configuration space it has. `undefined` when they cannot be seen.
 * Reads nothing but the links.
 */
export async function readPlacedCapabilities(read: ReadConfig, spaceBytes: number): Promise<PlacedCapability[] | undefined> {
  const standard = await readCapabilities(read);
  const extended = spaceBytes > CONVENTIONAL_BYTES ? await readExtendedCapabilities(read) : { isVisible: true, capabilities: [] } as const;
  if (!standard.isVisible || !extended.isVisible) return undefined;
  return [...placed(standard.capabilities, false, CONVENTIONAL_BYTES), ...placed(extended.capabilities, true, EXTENDED_BYTES)];
}

function placed(list: readonly ListedCapability[], isExtended: boolean, endBytes: number): PlacedCapability[] {
  const starts = list.map(({ offsetBytes }) => offsetBytes);
  return list.map((each) => ({ ...each, isExtended, lengthBytes: Math.min(endBytes, ...starts.filter((start) => start > each.offsetBytes)) - each.offsetBytes }));
}
