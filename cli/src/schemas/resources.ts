import { z } from 'zod';
import { decodedSchema } from './fields.js';

const useSchema = z.enum(['required', 'optional', 'none']);

const selectorKindSchema = z.strictObject({
  /** What the device calls its index. */
  name: z.string().nullable(),
  index: useSchema,
  count: useSchema,
  canBeAll: z.boolean(),
  canBeActive: z.boolean(),
});

/** What `auxctl resource list` prints. */
export const resourceListSchema = z.strictObject({
  schema: z.literal('auxctl.resource-list/1'),
  device: z.string(),
  resources: z.array(z.strictObject({ id: z.number(), name: z.string(), selectors: z.array(selectorKindSchema) })),
  /** What is odd about the device's list. */
  problem: z.string().nullable(),
});
/** As {@link resourceListSchema} describes. */
export type ResourceListDocument = z.infer<typeof resourceListSchema>;

const requestSchema = z.strictObject({
  id: z.number(),
  /** By the device's list; null for what it does not list. */
  name: z.string().nullable(),
  selectors: z.array(z.strictObject({ index: z.number(), count: z.union([z.number(), z.literal('all'), z.literal('active')]) })),
});
/** What was asked for. */
export type ResourceRequestDocument = z.infer<typeof requestSchema>;

const eventParts = {
  device: z.string(),
  request: requestSchema,
  /** How many references lead to it; 0 for what the command line asks for. */
  depth: z.number(),
};

/** One line of `auxctl resource dump --json`: a segment. */
export const resourceSegmentSchema = z.strictObject({
  schema: z.literal('auxctl.resource-segment/1'), ...eventParts,
  type: z.number(),
  name: z.string().nullable(),
  role: z.enum(['information', 'request', 'menu', 'notice', 'error', 'reference', 'end', 'content']),
  /** Null when no layout fits. */
  decoded: decodedSchema.omit({ raw: true }).nullable(),
  /** Of a notice or an error. */
  message: z.strictObject({ code: z.number(), text: z.string() }).nullable(),
  /** Of a reference. */
  reference: requestSchema.nullable(),
  problem: z.string().nullable(),
  /** The whole segment, in lower-case hexadecimal. */
  raw: z.string().regex(/^([0-9a-f]{2})*$/),
});
/** As {@link resourceSegmentSchema} describes. */
export type ResourceSegmentDocument = z.infer<typeof resourceSegmentSchema>;

/** One line of the same: a request that was refused, or whose answer is no dump. */
export const resourceFailureSchema = z.strictObject({
  schema: z.literal('auxctl.resource-failure/1'), ...eventParts,
  code: z.string(),
  message: z.string(),
});
/** As {@link resourceFailureSchema} describes. */
export type ResourceFailureDocument = z.infer<typeof resourceFailureSchema>;
