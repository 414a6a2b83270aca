import { ACTIVATIONS, EFFECTS, SCOPES } from '@auxctl/schemas';
import { z } from 'zod';
import { errorSchema } from './error.js';

const stepSchema = z.strictObject({
  /** `stored`: configuration that outlives a restart. `driver`: a parameter that the kernel offers. */
  kind: z.enum(['stored', 'driver', 'register']),
  /** What is changed as one: an item of stored configuration, a parameter of the kernel's, a register with its index fields. */
  subject: z.string(),
  effect: z.enum(EFFECTS),
  /** Null for what goes through the kernel. */
  scope: z.enum(SCOPES).nullable(),
  /** What makes it current. */
  activation: z.enum([...ACTIVATIONS, 'driver-reload', 'device-reset']),
  changes: z.array(z.strictObject({
    name: z.string(),
    /** Null where nobody can tell. */
    before: z.string().nullable(),
    after: z.string(),
    /** False for one that changes because what it is part of does. */
    isAsked: z.boolean(),
  })),
});

const deviceParts = {
  address: z.string(), product: z.string().nullable(), plugin: z.string().nullable(),
  /** So many values are as wanted already. */
  unchanged: z.number(),
};
const head = { file: z.string() };
const counts = z.strictObject({ devices: z.number(), steps: z.number(), changes: z.number() });

/** What `auxctl config plan` prints. */
export const configPlanSchema = z.strictObject({
  schema: z.literal('auxctl.config-plan/1'), ...head,
  devices: z.array(z.strictObject({ ...deviceParts, steps: z.array(stepSchema) })),
  counts,
});
/** As {@link configPlanSchema} describes. */
export type ConfigPlanDocument = z.infer<typeof configPlanSchema>;
/** A step of it. */
export type ConfigStepDocument = z.infer<typeof stepSchema>;

const madeSchema = stepSchema.extend({
  state: z.enum(['applied', 'failed', 'not-tried']),
  /** `needless`: nothing of it was left. `none`: not tried. */
  rollback: z.enum(['none', 'needless', 'done', 'failed']),
  rollbackError: errorSchema.nullable(),
});

/** What `auxctl config apply` prints. */
export const configApplySchema = z.strictObject({
  schema: z.literal('auxctl.config-apply/1'), ...head,
  devices: z.array(z.strictObject({ ...deviceParts, steps: z.array(madeSchema) })),
  counts,
  /** Why not all was done; null where it was. */
  failure: errorSchema.nullable(),
});
/** As {@link configApplySchema} describes. */
export type ConfigApplyDocument = z.infer<typeof configApplySchema>;
/** A step of it. */
export type ConfigMadeDocument = z.infer<typeof madeSchema>;
