import type { Manifest } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { matchesAliases } from '../plugin/match.js';
import type { ModuleState } from './modules.js';
import type { FileProblem } from './rooted-files.js';
import type { SystemState } from './state.js';

/** Which kernel module binds to what, from the plugins' data: what the kernel's own module aliases say. */
export interface ModuleHint {
  /** As in a match table: `pci:vvvv:*` for a function, `auxiliary:module.fwctl` for the auxiliary device that leads to control. */
  readonly alias: string;
  /** The module, such as `acme_fwctl`. */
  readonly module: string;
  /** The driver's name on the PCI bus, where it is not the module's. */
  readonly driver?: string | undefined;
  /** The option of the kernel's configuration that builds it, without `CONFIG_`. */
  readonly option?: string | undefined;
}

/** A plugin, installed or not. */
export interface PluginState {
  readonly manifest: Pick<Manifest, 'name' | 'match'>;
  /** What installs it, in words; undefined for one that is installed. */
  readonly remedy?: string | undefined;
}

/** What a diagnosis is made from. */
export interface DiagnosisInput {
  readonly system: SystemState;
  /** A scan that wanted every function that a plugin knows. */
  readonly devices: readonly Device[];
  readonly modules: readonly ModuleHint[];
  readonly plugins?: readonly PluginState[] | undefined;
  /** Why the native addon cannot be loaded; undefined when it can. */
  readonly addonFailure?: { readonly message: string; readonly remedy?: string | undefined } | undefined;
  /** What the scan and {@link systemState} reported. */
  readonly problems?: readonly FileProblem[] | undefined;
}

/** The hint for the first alias that has one; `*` at a hint's end stands for any device number. */
export function hintFor(hints: readonly ModuleHint[], aliases: readonly string[]): ModuleHint | undefined {
  return hints.find(({ alias }) => matchesAliases({ match: [alias] }, aliases));
}

/** What to do to have a module bind, in words, from the module's state and the kernel's configuration. */
export function moduleRemedy({ module, option }: ModuleHint, { modules, config }: SystemState, whenLoaded: string): string {
  const state: ModuleState = modules[module] ?? 'unknown';
  const isOff = option !== undefined && config?.options[option] === 'n';
  if (state === 'loaded' || state === 'built-in') return whenLoaded;
  if (isOff || state === 'absent') return `This kernel has no module ${module}: use one that was built with ${option === undefined ? 'it' : `CONFIG_${option}=m`}.`;
  return `Load the module: modprobe ${module}`;
}
