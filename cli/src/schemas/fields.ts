import type { Presented, PresentedScalar } from '@auxctl/core';
import { z } from 'zod';

const scalarSchema = z.strictObject({
  type: z.literal('value'),
  value: z.union([z.number(), z.string()]),
  symbol: z.string().optional(),
  flags: z.array(z.string()).optional(),
  scaled: z.number().optional(),
  unit: z.string().optional(),
  text: z.string(),
  description: z.string().optional(),
});

/** One field's value: a scalar, a structure or an array. */
export const presentedSchema: z.ZodType<Presented> = z.lazy(() => z.union([
  scalarSchema as z.ZodType<PresentedScalar>,
  z.strictObject({ type: z.literal('structure'), fields: presentedFieldsSchema }),
  z.strictObject({ type: z.literal('array'), elements: z.array(presentedSchema) }),
]));

/** Values by field name. */
export const presentedFieldsSchema = z.record(z.string(), presentedSchema);

const anomalySchema = z.looseObject({ type: z.enum(['reserved-bits', 'unknown-symbol', 'unknown-variant', 'trailing-bytes']), path: z.string(), text: z.string() });

/** Bytes and what they mean. */
export const decodedSchema = z.strictObject({
  fields: presentedFieldsSchema,
  /** What the layout does not account for. */
  anomalies: z.array(anomalySchema),
  /** The bytes, in lower-case hexadecimal. */
  raw: z.string().regex(/^([0-9a-f]{2})*$/),
});
/** As {@link decodedSchema} describes. */
export type DecodedDocument = z.infer<typeof decodedSchema>;
