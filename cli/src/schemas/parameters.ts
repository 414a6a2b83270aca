import { z } from 'zod';

/** A whole number of more than 32 bits is text, bytes are hexadecimal. */
const value = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]);
const mode = z.string();
/** Bus and name, as devlink writes them. */
const instance = z.string();

/** What `auxctl param list` prints. */
export const paramListSchema = z.strictObject({
  schema: z.literal('auxctl.param-list/1'),
  device: z.string(),
  instance,
  parameters: z.array(z.strictObject({
    name: z.string(),
    /** Named by the kernel for all drivers, not by this one. */
    isGeneric: z.boolean(),
    type: z.string(),
    /** By mode: `runtime`, `driverinit`, `permanent`. Null where the kernel does not tell. */
    values: z.array(z.strictObject({ mode, value: value.nullable(), default: value.nullable() })),
  })),
});
/** As {@link paramListSchema} describes. */
export type ParamListDocument = z.infer<typeof paramListSchema>;

/** What `auxctl param set` prints. */
export const paramSetSchema = z.strictObject({
  schema: z.literal('auxctl.param-set/1'),
  device: z.string(),
  instance,
  effect: z.literal('configure'),
  /** As text; before: null where the kernel did not tell. */
  changes: z.array(z.strictObject({ name: z.string(), mode, before: z.string().nullable(), after: z.string(), isWritten: z.boolean() })),
});
/** As {@link paramSetSchema} describes. */
export type ParamSetDocument = z.infer<typeof paramSetSchema>;
