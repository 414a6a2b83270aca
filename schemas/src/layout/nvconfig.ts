import { z } from 'zod';
import { integerSchema } from '../integer.js';
import { kernelOfferSchema } from '../kernel-offer.js';
import { kernelInterfaceSchema } from '../source.js';
import { nameSchema } from './field.js';

/** What makes a written item current, from cheap to dear. */
export const ACTIVATIONS = ['immediate', 'firmware-reset', 'power-cycle'] as const;
/** One of {@link ACTIVATIONS}. */
export type Activation = (typeof ACTIVATIONS)[number];

/** A field of another item of the same plugin, by the name of its document. */
const itemFieldSchema = z.strictObject({ document: nameSchema, field: nameSchema });

/** One setting that users know by name. */
export const nvParameterSchema = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]{0,127}$/, 'a parameter\'s name: capitals, digits and _'),
  title: z.string().min(1),
  /** The field of the item's structure that holds it. */
  field: nameSchema,
  /** The bit of the same structure that says whether the parameter has been set at all; a write sets it. */
  valid: nameSchema.optional(),
  /** The device has the parameter only if this field of a capability item is not zero. */
  supported: itemFieldSchema.optional(),
  /** The largest value that the device takes, and the bit that says whether it tells. */
  limit: itemFieldSchema.extend({ valid: nameSchema.optional() }).optional(),
  kernelInterfaces: z.array(kernelInterfaceSchema).optional(),
  /** Interfaces of the kernel's own that set the same thing, the best first. */
  kernel: z.array(kernelOfferSchema).min(1).max(16).optional(),
});
/** As {@link nvParameterSchema} describes. */
export type NvParameter = z.infer<typeof nvParameterSchema>;

/** What a document of kind `nvconfig` says besides its structures: one item of non-volatile configuration. */
export const nvItemParts = {
  /** What the device calls it, and what it is about: the whole device, one function, one port, the host. */
  item: z.strictObject({ class: z.enum(['device', 'function', 'port', 'host']), type: integerSchema }),
  /** The structure that the item holds. */
  structure: nameSchema,
  /** The device says something of itself here, and nobody can set it. */
  isCapability: z.literal(true).optional(),
  /** What makes a written value current; absent for a capability. */
  activation: z.enum(ACTIVATIONS).optional(),
  parameters: z.array(nvParameterSchema).max(1024),
};
