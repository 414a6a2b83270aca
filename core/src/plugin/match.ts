import type { Manifest } from '@auxctl/schemas';
import { PluginError } from '../errors/classes.js';
import type { Device } from '../device/types.js';
import type { TransportInfo } from '../transport/types.js';
import type { PluginEntry } from './types.js';

/** Does the match table accept one of these aliases? A `*` in the table stands for any device number. */
export function matchesAliases(manifest: Pick<Manifest, 'match'>, aliases: readonly string[]): boolean {
  return manifest.match.some((pattern) => aliases.some((alias) => matchesAlias(pattern, alias)));
}

/** The plugin whose match table accepts the device; where two do, `ERR_PLUGIN_MISMATCH` names both. */
export function findPlugin(entries: readonly PluginEntry[], device: Device): PluginEntry | undefined {
  const [first, second] = entries.filter(({ manifest }) => matchesAliases(manifest, device.aliases));
  if (first !== undefined && second !== undefined) {
    throw new PluginError('ERR_PLUGIN_MISMATCH', `${first.manifest.name} and ${second.manifest.name} both claim ${device.address}`, { device: device.address });
  }
  return first;
}

/**
 * Holds what the open node says of itself against the match table and the device's place on the buses. A number that the table does
 * not list, or a PCI function of another vendor, is refused with `ERR_PLUGIN_MISMATCH`.
 */
export function verifyMatch(manifest: Manifest, device: Device, info: TransportInfo): void {
  const context = { device: device.address };
  const types = manifest.match.filter((alias) => alias.startsWith('fwctl:'));
  if (info.deviceType !== undefined && types.length > 0 && !types.includes(`fwctl:${info.deviceType}`)) {
    throw new PluginError('ERR_PLUGIN_MISMATCH', `the node reports fwctl device type ${info.deviceType}, but plugin ${manifest.name} is for ${types.join(', ')}`, context);
  }
  const pciPatterns = manifest.match.filter((alias) => alias.startsWith('pci:'));
  const pciAliases = device.aliases.filter((alias) => alias.startsWith('pci:'));
  const agrees = pciPatterns.length === 0 || pciAliases.length === 0 || pciPatterns.some((pattern) => pciAliases.some((alias) => matchesAlias(pattern, alias)));
  if (!agrees) {
    throw new PluginError('ERR_PLUGIN_MISMATCH', `the function is ${pciAliases.join(', ')}, but plugin ${manifest.name} is for ${pciPatterns.join(', ')}`, context);
  }
}

/** The product's name by the manifest's table, for a PCI function that it lists. */
export function productName(manifest: Manifest, device: Device): string | undefined {
  return manifest.products.find(({ pci }) => device.aliases.includes(`pci:${pci}`))?.name;
}

function matchesAlias(pattern: string, alias: string): boolean {
  return pattern === alias || (pattern.endsWith('*') && alias.startsWith(pattern.slice(0, -1)));
}
