import { identityValue, serialOf } from '@auxctl/core';
import type { DeviceState } from '@auxctl/schemas';
import type { Style } from '../output/style.js';
import { table } from '../output/table.js';
import type { BaselineSaveDocument } from '../schemas/state.js';

/** A device of a report, as documents show it. */
export type KeptDevice = BaselineSaveDocument['devices'][number];

/** A state in a few words. */
export function keptDevice(state: DeviceState): KeptDevice {
  const { device, plugin, identity, changed, dump, problems } = state;
  return {
    address: device.address, product: device.product ?? null, plugin: plugin?.name ?? null, firmware: identityValue(identity, 'firmware') ?? null, serial: serialOf(state) ?? null,
    changed: changed.length, hasDump: dump !== undefined, problems: problems.length,
  };
}

/** One line a device. */
export function keptDeviceTable(devices: readonly KeptDevice[], style: Style): string {
  return table(devices, [
    { heading: 'ADDRESS', cell: ({ address }) => address },
    { heading: 'PRODUCT', cell: ({ product }) => product ?? '-' },
    { heading: 'SERIAL', cell: ({ serial }) => serial ?? '-' },
    { heading: 'FIRMWARE', cell: ({ firmware }) => firmware ?? '-' },
    { heading: 'NOT AS DELIVERED', cell: ({ changed }) => String(changed), align: 'right' },
    { heading: 'DUMP', cell: ({ hasDump }) => (hasDump ? 'yes' : 'no'), paint: ({ hasDump }, text) => (hasDump ? text : style.warning(text)) },
  ], style);
}
