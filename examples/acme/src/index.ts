import { definePlugin, openMailbox, openVfioRegion, type Plugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };

const data = definePlugin(manifest);

/** The Anvil: all that its data cannot say, which is that its mailbox lies in BAR 0 and is reached through VFIO where no driver makes a node. */
export const plugin: Plugin = {
  ...data,
  async open(device, context) {
    const { native, layouts, root, wait, transport = device.node === undefined ? 'vfio' : 'fwctl' } = context;
    if (transport !== 'vfio') return data.open(device, context);
    const layout = await layouts.codec('structures', 'bar0', 'bar0');
    const source = await openVfioRegion({ native, address: device.address, bar: 0, root, ...wait });
    return openMailbox({ source, layout, device: device.address, kind: transport });
  },
  simulator: async () => (await import('../sim/index.js')).simulator,
};
