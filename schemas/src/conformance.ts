import { z } from 'zod';
import { FORMATS } from './formats.js';
import { nameSchema } from './layout/field.js';

const count = z.number().int().min(0);
const value = z.union([z.string(), z.number()]);

/** A plugin's `test/conformance.json`: what the conformance suite needs to know of it beyond its manifest and layouts. */
export const conformanceSettingsSchema = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMATS.conformance.writes),
  /** How many there are at least, so that a check that finds none fails. */
  counts: z.strictObject({ registers: count, commands: count, capabilities: count, opcodes: count, objects: count.optional(), golden: count.optional() }),
  /** A register that can be written; left out for a device without one. */
  write: z.strictObject({
    register: nameSchema,
    /** Which one is meant, where it has index fields without a default. */
    index: z.record(nameSchema, value).optional(),
    field: nameSchema,
    /** Two different values for the field. */
    values: z.tuple([value, value]),
    /** Other fields that such a write has to set. */
    beside: z.record(nameSchema, value).optional(),
  }).optional(),
  /** What the first line of the device's identity is called; `firmware` when left out. */
  identity: z.string().min(1).optional(),
});
/** As {@link conformanceSettingsSchema} describes. */
export type ConformanceSettings = z.infer<typeof conformanceSettingsSchema>;
