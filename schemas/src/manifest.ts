import { z } from 'zod';
import { FORMATS } from './formats.js';
import { nameSchema } from './layout/field.js';
import { BUSES, PLUGIN_API, TRANSPORTS } from './words.js';
import { accessParts } from './manifest-access.js';
import { integerSchema } from './integer.js';

const errnoSchema = z.string().regex(/^E[A-Z0-9]+$/, 'an errno by name, such as EPERM');
const words = z.string().min(1).max(200);
const hex4 = '[0-9a-f]{4}';

/** What a device calls itself on its buses, or a pattern for it: see {@link matchPatternSchema}. */
export const aliasSchema = z.string().regex(
  new RegExp(`^(auxiliary:[a-z0-9_]+\\.[a-z0-9_-]+|pci:${hex4}:(${hex4}|\\*)|fwctl:\\d+)$`),
  'auxiliary:module.name, pci:vvvv:dddd, pci:vvvv:* or fwctl:N',
);

/**
 * A row of a match table. Strongest first: a vendor's own names (as {@link aliasSchema}); a kind of device by its interface, `pci-class:CCSSPP`
 * (the PCI class code's six digits), `nvme:controller`, `netdev:DRIVER`; any device of a bus, `pci:*`, `netdev:*`.
 */
export const matchPatternSchema = z.union([
  aliasSchema,
  z.string().regex(/^(pci-class:[0-9a-f]{6}|nvme:controller|netdev:[a-z0-9_-]+|pci:\*|netdev:\*)$/, 'pci-class:CCSSPP, nvme:controller, netdev:DRIVER, pci:* or netdev:*'),
]);

/** A plugin as data: enough to know which devices are its own without loading its code. */
export const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMATS.plugin.writes),
  /** What people call the plugin by; unique among installed ones. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** The plugin's own version, which dumps carry. */
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'a version such as 1.2.3').optional(),
  /** The vendor's name, for people. */
  vendor: z.string().min(1),
  /** Which devices it is for, in a few words. */
  description: z.string().min(1),
  /** The plugin API that it is written for. */
  api: z.literal(PLUGIN_API),
  /** Which devices are its own. */
  match: z.array(matchPatternSchema).min(1),
  /** Product names by PCI identity, for people. */
  products: z.array(z.strictObject({ pci: z.string().regex(new RegExp(`^${hex4}:${hex4}$`)), name: z.string().min(1) })),
  /** What can carry its channels. */
  transports: z.array(z.enum(TRANSPORTS)).min(1),
  /** What its devices are found on. */
  buses: z.array(z.enum(BUSES)).min(1),
  /** Which kernel module binds to what on the way to the firmware, so that a missing one can be named. */
  modules: z.array(z.strictObject({
    /** `pci:vvvv:*` or `pci-class:CCSSPP` for a function, `auxiliary:module.name` for the auxiliary device that leads to control. */
    alias: matchPatternSchema,
    module: z.string().regex(/^[a-z0-9_]+$/),
    /** The option of the kernel's configuration that builds it, without `CONFIG_`. */
    option: z.string().regex(/^[A-Z0-9_]+$/).optional(),
  })).optional(),
  /** How a request and a reply show what they are: layouts and fields of the document `structures/NAME`. */
  framing: z.strictObject({
    document: nameSchema,
    request: z.strictObject({ structure: nameSchema, opcode: nameSchema, modifier: nameSchema.optional() }),
    reply: z.strictObject({
      structure: nameSchema, status: nameSchema, syndrome: nameSchema.optional(), success: integerSchema,
      /** Who gives the status, as error messages say it; `the firmware` when left out. */
      answeredBy: z.string().min(1).max(40).optional(),
      /** The field that counts the bytes after this header, where a driver may give more than those. */
      length: nameSchema.optional(),
      /** Statuses by which the driver says that the command did not reach the firmware, each with the errno that it stands for. */
      hostFailures: z.array(z.strictObject({ status: integerSchema, errno: errnoSchema, meaning: z.string().min(1) })).optional(),
    }),
  }),
  /** The largest messages that the fwctl driver passes, where they are smaller than fwctl's own. */
  fwctl: z.strictObject({ maxRequestBytes: z.number().int().min(1).optional(), maxReplyBytes: z.number().int().min(1).optional() }).optional(),
  ...accessParts,
  /** What help texts and pages show of this plugin, as words of a command line. */
  examples: z.strictObject({
    register: words.optional(), command: words.optional(), capability: words.optional(), object: words.optional(), parameter: words.optional(), layout: words.optional(),
    /** Names that the kernel gives such a device. */
    names: z.array(words).max(8).optional(),
    /** What the tour shows on simulated devices: what is said, the command line, the exit status. `{file}` stands for a file in a scratch folder. */
    tour: z.array(z.strictObject({ say: words, line: words, exitStatus: z.number().int().min(0).max(255) })).max(32).optional(),
  }).optional(),
  /** What other tools for these devices leave in the system, by a path that is there then. */
  traces: z.array(z.strictObject({ what: z.string().min(1), path: z.string().regex(/^\/[^\0]*$/, 'an absolute path'), means: z.string().min(1) })).max(64).optional(),
  /** The layout of what the driver says of an open channel, in the document `structures/NAME`. */
  context: z.strictObject({ document: nameSchema, structure: nameSchema }).optional(),
  /** Which errno this kernel driver gives when its filter does not pass a command, and why. */
  refusals: z.array(z.strictObject({ errno: errnoSchema, meaning: z.string().min(1) })),
  /** Which errno means that the driver took the command and could not deliver it to the firmware, and why. */
  deliveryFailures: z.array(z.strictObject({ errno: errnoSchema, meaning: z.string().min(1) })),
});
/** As {@link manifestSchema} describes. */
export type Manifest = z.infer<typeof manifestSchema>;
