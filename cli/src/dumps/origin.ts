import type { Dump } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { pairs } from '../output/table.js';
import type { OriginDocument } from '../schemas/dumps.js';

/** Where a dump comes from, as documents hold it. */
export function originDocument({ header, partial }: Pick<Dump, 'header' | 'partial'>): OriginDocument {
  const { device, plugin } = header;
  return {
    created: header.created, tool: header.tool, kernel: header.kernel ?? null,
    device: {
      address: device.address, transport: device.transport, pci: device.pci ?? null, product: device.product ?? null,
      driver: device.driver ?? null, driverVersion: device.driverVersion ?? null, identity: device.identity.map(({ name, value }) => ({ name, value })),
    },
    plugin: { name: plugin.name, version: plugin.version ?? null },
    partial: partial?.message ?? null,
  };
}

/** The same as lines for people, with what the dump holds. */
export function originText({ created, tool, kernel, device, plugin, partial }: OriginDocument, counts: { readonly layouts: number; readonly entries: number }, style: Style): string {
  return pairs([
    ['device', device.address],
    ['product', device.product ?? undefined],
    ...device.identity.map(({ name, value }) => [name, value] as const),
    ['pci id', device.pci ?? undefined],
    ['driver', [device.driver, device.driverVersion].filter((part) => part !== null).join(' ')],
    ['transport', device.transport],
    ['kernel', kernel ?? undefined],
    ['taken', `${created} by auxctl ${tool}, plugin ${[plugin.name, plugin.version].filter((part) => part !== null).join(' ')}`],
    ['holds', `${counts.entries} entries, ${counts.layouts} layouts`],
    ['only a part', partial ?? undefined],
  ], style);
}
