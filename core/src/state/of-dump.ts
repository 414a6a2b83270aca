import type { DeviceState } from '@auxctl/schemas';
import type { Dump } from '../dump/dump.js';
import { changedSettings } from './changed.js';

/** What a dump alone says of a device's state. */
export async function stateOfDump(dump: Dump): Promise<DeviceState> {
  const { created, device: { address, pci, product, driver, identity }, plugin } = dump.header;
  return {
    taken: created, plugin, identity, settings: [], reporters: [], problems: [], changed: await changedSettings(dump, []),
    device: { address, names: [], ...(pci === undefined ? {} : { pci }), ...(product === undefined ? {} : { product }), ...(driver === undefined ? {} : { driver }) },
  };
}
