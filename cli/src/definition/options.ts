import { EXAMPLES } from '../generated/examples.js';
import type { ArgumentDefinition, OptionDefinition } from './types.js';

/** The device of examples, which everybody has: it is simulated. */
export const EXAMPLE_DEVICE = `sim-${EXAMPLES.plugin}-0`;

/** What adds it to a command line. */
export const SIMULATED = `--sim ${EXAMPLES.plugin}`;

/** The device that a command talks to. */
export const DEVICE: ArgumentDefinition = { name: 'DEV', kind: 'device', description: 'any name of the device; auxctl list shows them' };

/** The plugin whose layouts a command shows. */
export const PLUGIN: ArgumentDefinition = { name: 'PLUGIN', kind: 'plugin', description: `the plugin, such as ${EXAMPLES.plugin}; auxctl plugin list shows them` };

/** What unlocks commands that can change a device. */
export const ALLOW: OptionDefinition = { name: 'allow', value: 'EFFECT', choices: ['configure', 'invasive'], description: 'allow what changes configuration, or anything at all' };

/** What answers the question before a change. */
export const YES: OptionDefinition = { name: 'yes', short: 'y', description: 'do not ask before a change' };

/** Overrides the least scope that the kernel driver passes. */
export const SCOPE: OptionDefinition = {
  name: 'scope', value: 'SCOPE', choices: ['configuration', 'debug-read-only', 'debug-write', 'debug-write-full'],
  description: 'send with this fwctl scope instead of the least that will do; debug-write and debug-write-full taint the kernel',
};

/** What insists on a write past the kernel. */
export const EVEN_SO: OptionDefinition = { name: 'even-so', description: 'set it past the kernel also where the kernel has its own interface for the same' };
