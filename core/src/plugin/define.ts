import type { Manifest } from '@auxctl/schemas';
import { requireNode } from '../channel/open.js';
import { UsageError } from '../errors/classes.js';
import { openFwctl } from '../transport/fwctl.js';
import { capabilityAccess, registerAccess } from './data-access.js';
import { identifyBy } from './identity-lines.js';
import type { Plugin } from './types.js';

/** The part of a manifest that stands for code; a `manifest.json` that is imported as a module fits. */
export type PluginData = Pick<Manifest, 'name' | 'refusals' | 'deliveryFailures' | 'fwctl' | 'identity' | 'capabilities'> & {
  readonly registers?: (Omit<NonNullable<Manifest['registers']>, 'readBack'> & { readonly readBack?: boolean | undefined }) | undefined;
};

/**
 * Makes a plugin of what its manifest says; `parts` come first where data do not suffice. Without parts it opens the kernel's fwctl node, reaches
 * registers and capabilities by the commands that the manifest names, and asks what its `identity` lists.
 */
export function definePlugin(manifest: PluginData, parts: Partial<Omit<Plugin, 'name'>> = {}): Plugin {
  const { registers, capabilities } = manifest;
  return {
    name: manifest.name,
    open: async (device, { native, wait, transport = 'fwctl' }) => {
      if (transport !== 'fwctl') throw new UsageError('ERR_USAGE', `${manifest.name} has no transport ${transport}`, { device: device.address });
      return openFwctl({ native, node: requireNode(device), device: device.address, meanings: manifest, limits: manifest.fwctl, ...wait });
    },
    identify: identifyBy(manifest.identity ?? []),
    ...(registers === undefined ? {} : { registers: registerAccess(registers) }),
    ...(capabilities === undefined ? {} : { capabilities: capabilityAccess(capabilities) }),
    ...parts,
  };
}
