import { ACTIVATIONS, EFFECTS, SCOPES } from '@auxctl/schemas';
import { z } from 'zod';

const integer = z.union([z.number(), z.string().regex(/^\d+$/)]);
const kernelInterfaces = z.array(z.strictObject({ what: z.string(), command: z.string() }));
const hexBytes = z.string().regex(/^([0-9a-f]{2})*$/);

const parameterParts = {
  name: z.string(),
  title: z.string(),
  /** The document of the item that holds it. */
  item: z.string(),
  /** What the item is about: the device, a function, a port, the host. */
  class: z.string(),
  /** What makes a written value current; null for what nobody can write. */
  activation: z.enum(ACTIVATIONS).nullable(),
  kernelInterfaces,
};

/** What `auxctl nvconfig list` prints. */
export const nvconfigListSchema = z.strictObject({
  schema: z.literal('auxctl.nvconfig-list/1'),
  plugin: z.string(),
  parameters: z.array(z.strictObject(parameterParts)),
});
/** As {@link nvconfigListSchema} describes. */
export type NvconfigListDocument = z.infer<typeof nvconfigListSchema>;

/** What `auxctl nvconfig describe` prints. */
export const nvconfigDescribeSchema = z.strictObject({
  schema: z.literal('auxctl.nvconfig-describe/1'),
  plugin: z.string(),
  parameter: z.strictObject({
    ...parameterParts,
    description: z.string().nullable(),
    type: z.string(),
    sizeBits: z.number(),
    /** The names of its values. */
    values: z.array(z.strictObject({ name: z.string(), value: integer, description: z.string().optional() })),
    /** The bit that says that it has been set, its upper limit, and what a device that has it says: each `item.field`. */
    valid: z.string().nullable(),
    limit: z.string().nullable(),
    supported: z.string().nullable(),
    /** The device's number of the item. */
    itemType: integer,
    sources: z.array(z.looseObject({ document: z.string(), revision: z.string(), section: z.string() })),
  }),
});
/** As {@link nvconfigDescribeSchema} describes. */
export type NvconfigDescribeDocument = z.infer<typeof nvconfigDescribeSchema>;

const valueSchema = z.strictObject({
  value: z.union([z.number(), z.string()]),
  symbol: z.string().nullable(),
  text: z.string(),
  /** False where nobody has set the parameter. */
  isSet: z.boolean(),
});
/** A parameter's value in one of the sets. */
export type NvconfigValue = z.infer<typeof valueSchema>;

/** What `auxctl nvconfig query` prints. */
export const nvconfigQuerySchema = z.strictObject({
  schema: z.literal('auxctl.nvconfig-query/1'),
  device: z.string(),
  /** Those that the device shows. */
  sets: z.array(z.enum(['default', 'current', 'next'])),
  parameters: z.array(z.strictObject({
    name: z.string(), title: z.string(), item: z.string(),
    isSupported: z.boolean(), canWrite: z.boolean(), problem: z.string().nullable(),
    default: valueSchema.nullable(), current: valueSchema.nullable(), next: valueSchema.nullable(),
    /** Who wrote the item for the next boot. */
    writer: z.string().nullable(),
    limit: integer.nullable(),
    isChanged: z.boolean(),
  })),
  /** Every item that the device stores, for the next boot; null unless asked for. */
  items: z.array(z.strictObject({ type: integer, document: z.string().nullable(), writer: z.string().nullable(), raw: hexBytes })).nullable(),
});
/** As {@link nvconfigQuerySchema} describes. */
export type NvconfigQueryDocument = z.infer<typeof nvconfigQuerySchema>;

const changeParts = {
  device: z.string(),
  effect: z.enum(EFFECTS),
  scope: z.enum(SCOPES).nullable(),
  changes: z.array(z.strictObject({
    name: z.string(), before: z.string(), after: z.string(),
    /** False for one that changes because its item does. */
    isAsked: z.boolean(),
    activation: z.enum(ACTIVATIONS),
  })),
  /** False when everything was so already, and nothing was written. */
  isWritten: z.boolean(),
};

/** What `auxctl nvconfig set` prints. */
export const nvconfigSetSchema = z.strictObject({ schema: z.literal('auxctl.nvconfig-set/1'), ...changeParts });
/** What `auxctl nvconfig reset` prints. */
export const nvconfigResetSchema = z.strictObject({ schema: z.literal('auxctl.nvconfig-reset/1'), ...changeParts });
/** What a change of configuration prints. */
export type NvconfigChangeDocument = z.infer<typeof nvconfigSetSchema> | z.infer<typeof nvconfigResetSchema>;

/** What `auxctl firmware components` prints. */
export const firmwareComponentsSchema = z.strictObject({
  schema: z.literal('auxctl.firmware-components/1'),
  device: z.string(),
  components: z.array(z.strictObject({
    index: z.number(), name: z.string(), status: z.string(), updateState: z.string(), progressPercent: z.number(),
    version: z.string().nullable(), built: z.string().nullable(),
    sizeBytes: z.number().nullable(), maxSizeBytes: z.number().nullable(), maxWriteBytes: z.number().nullable(),
    rules: z.array(z.string()), activation: z.array(z.string()),
  })),
});
/** As {@link firmwareComponentsSchema} describes. */
export type FirmwareComponentsDocument = z.infer<typeof firmwareComponentsSchema>;

const choiceSchema = z.strictObject({ name: z.string(), description: z.string(), isSupported: z.boolean() });

/** What `auxctl firmware reset` prints. */
export const firmwareResetSchema = z.strictObject({
  schema: z.literal('auxctl.firmware-reset/1'),
  device: z.string(),
  /** The reset that was asked for; null when the ways to reset were only shown. */
  performed: z.strictObject({ level: z.string(), type: z.string().nullable() }).nullable(),
  state: z.string(),
  levels: z.array(choiceSchema),
  types: z.array(choiceSchema),
  options: z.array(z.strictObject({ type: z.string(), levels: z.array(z.string()) })),
  kernelInterfaces,
});
/** As {@link firmwareResetSchema} describes. */
export type FirmwareResetDocument = z.infer<typeof firmwareResetSchema>;
