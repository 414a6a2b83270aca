import { z } from 'zod';
import { decodedSchema, presentedSchema } from './fields.js';
import { describedStructureSchema, integer, kernelInterfaces, sources } from './layouts.js';

const objectParts = {
  name: z.string(),
  title: z.string(),
  /** The command that asks for it. */
  command: z.string(),
};

/** What `auxctl obj list` prints. */
export const objListSchema = z.strictObject({
  schema: z.literal('auxctl.obj-list/1'),
  plugin: z.string(),
  objects: z.array(z.strictObject({
    ...objectParts,
    /** The numbers that say which one: those that must be given, and those that may be. */
    requiredKey: z.array(z.string()),
    optionalKey: z.array(z.string()),
  })),
});
/** As {@link objListSchema} describes. */
export type ObjListDocument = z.infer<typeof objListSchema>;

/** What `auxctl obj describe` prints. */
export const objDescribeSchema = z.strictObject({
  schema: z.literal('auxctl.obj-describe/1'),
  plugin: z.string(),
  object: z.strictObject({
    ...objectParts,
    /** The numbers that say which one; `default` is null where one must be given. */
    key: z.array(z.strictObject({ name: z.string(), sizeBits: z.number(), default: integer.nullable(), description: z.string().nullable() })),
    description: z.string().nullable(), sources, kernelInterfaces, layout: describedStructureSchema,
  }),
});
/** As {@link objDescribeSchema} describes. */
export type ObjDescribeDocument = z.infer<typeof objDescribeSchema>;

/** What `auxctl obj read` prints. */
export const objReadSchema = decodedSchema.extend({
  schema: z.literal('auxctl.obj-read/1'),
  device: z.string(),
  object: z.strictObject({ name: z.string(), title: z.string(), command: z.string() }),
  /** Which one: the fields of the key, those that were left out too. */
  key: z.record(z.string(), presentedSchema),
});
/** As {@link objReadSchema} describes. */
export type ObjReadDocument = z.infer<typeof objReadSchema>;
