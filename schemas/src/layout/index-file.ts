import { z } from 'zod';
import { FORMATS } from '../formats.js';
import { idSchema, integerSchema } from '../integer.js';
import { EFFECTS } from '../words.js';
import type { LayoutIndex } from './entries.js';
import { nameSchema } from './field.js';

const title = z.string().min(1);

/** A plugin's `layouts/index.json`: what lists need of every document, so that they need not read them all. */
export const layoutIndexSchema = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMATS['layout-index'].writes),
  register: z.array(z.strictObject({
    name: nameSchema, title, id: idSchema, sizeBytes: z.number().int().min(0),
    effects: z.strictObject({ read: z.enum(EFFECTS).optional(), write: z.enum(EFFECTS).optional() }),
    /** Interfaces of the kernel's own set some of its fields too. */
    hasKernelOffers: z.literal(true).optional(),
  })),
  command: z.array(z.strictObject({
    name: nameSchema, title, opcode: integerSchema,
    /** The object that the command asks for: fields of the request that must be given, and that may be. */
    object: z.strictObject({ name: nameSchema, title: title.optional(), key: z.array(nameSchema), optionalKey: z.array(nameSchema) }).optional(),
  })),
  capability: z.array(z.strictObject({ name: nameSchema, title, id: integerSchema })),
}) satisfies z.ZodType<LayoutIndex>;
