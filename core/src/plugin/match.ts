import type { Manifest } from '@auxctl/schemas';
import { PluginError } from '../errors/classes.js';
import type { Device } from '../device/types.js';
import type { TransportInfo } from '../transport/types.js';
import type { PluginEntry } from './types.js';

const ANY_OF_A_BUS = 1;
const PATTERNS_FOR_ANY = new Set(['pci:*', 'netdev:*']);
const BY_KIND = /^(pci-class|nvme|netdev):/;

/** Does the match table accept one of these aliases? A `*` in the table stands for any device. */
export function matchesAliases(manifest: Pick<Manifest, 'match'>, aliases: readonly string[]): boolean {
  return matchStrength(manifest, aliases) > 0;
}

/** How closely a match table fits: 3 by a vendor's own names, 2 by a kind of device, 1 by a pattern for any device of a bus, 0 not at all. */
export function matchStrength({ match }: Pick<Manifest, 'match'>, aliases: readonly string[]): 0 | 1 | 2 | 3 {
  const fitting = match.filter((pattern) => aliases.some((alias) => matchesAlias(pattern, alias))).map(strengthOf);
  return fitting.includes(3) ? 3 : fitting.includes(2) ? 2 : fitting.includes(1) ? 1 : 0;
}

/** Asks whether some plugin is made for a device, by a vendor's names or for its kind; one for any device of a bus is not. */
export function madeFor(plugins: readonly Pick<PluginEntry, 'manifest'>[]): (aliases: readonly string[]) => boolean {
  return (aliases) => plugins.some(({ manifest }) => matchStrength(manifest, aliases) > ANY_OF_A_BUS);
}

/** The plugin whose match table fits the device best; where two fit alike, `ERR_PLUGIN_MISMATCH` names both. */
export function findPlugin<E extends Pick<PluginEntry, 'manifest'>>(entries: readonly E[], device: Device): E | undefined {
  const ranked = entries.map((entry) => ({ entry, strength: matchStrength(entry.manifest, device.aliases) })).filter(({ strength }) => strength > 0);
  const best = ranked.filter(({ strength }) => ranked.every((other) => other.strength <= strength));
  const [first, second] = best;
  if (first !== undefined && second !== undefined) {
    throw new PluginError('ERR_PLUGIN_MISMATCH', `${first.entry.manifest.name} and ${second.entry.manifest.name} both claim ${device.address}`, { device: device.address });
  }
  return first?.entry;
}

/**
 * Holds what the open node says of itself against the match table and the device's place on the buses. A number that the table does
 * not list, or a PCI function of another vendor and of no kind that it lists, is refused with `ERR_PLUGIN_MISMATCH`.
 */
export function verifyMatch(manifest: Manifest, device: Device, info: TransportInfo): void {
  const context = { device: device.address };
  const types = manifest.match.filter((alias) => alias.startsWith('fwctl:'));
  if (info.deviceType !== undefined && types.length > 0 && !types.includes(`fwctl:${info.deviceType}`)) {
    throw new PluginError('ERR_PLUGIN_MISMATCH', `the node reports fwctl device type ${info.deviceType}, but plugin ${manifest.name} is for ${types.join(', ')}`, context);
  }
  const telling = manifest.match.filter((pattern) => pattern.startsWith('pci:') || BY_KIND.test(pattern));
  const pciAliases = device.aliases.filter((alias) => alias.startsWith('pci:'));
  const agrees = telling.length === 0 || pciAliases.length === 0 || matchesAliases({ match: telling }, device.aliases);
  if (!agrees) {
    throw new PluginError('ERR_PLUGIN_MISMATCH', `the function is ${pciAliases.join(', ')}, but plugin ${manifest.name} is for ${telling.join(', ')}`, context);
  }
}

/** The product's name by the manifest's table, for a PCI function that it lists. */
export function productName(manifest: Manifest, device: Device): string | undefined {
  return manifest.products.find(({ pci }) => device.aliases.includes(`pci:${pci}`))?.name;
}

function strengthOf(pattern: string): 1 | 2 | 3 {
  if (PATTERNS_FOR_ANY.has(pattern)) return ANY_OF_A_BUS;
  return BY_KIND.test(pattern) ? 2 : 3;
}

function matchesAlias(pattern: string, alias: string): boolean {
  return pattern === alias || (pattern.endsWith('*') && alias.startsWith(pattern.slice(0, -1)));
}
