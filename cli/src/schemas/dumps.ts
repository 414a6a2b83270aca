import { dumpSubjectSchema, TRANSPORTS } from '@auxctl/schemas';
import { z } from 'zod';
import { decodedSchema } from './fields.js';

const failureParts = { code: z.string(), message: z.string(), status: z.string().nullable(), syndrome: z.string().nullable() };

/** What `auxctl dump -o` prints; the dump itself is in the file. */
export const dumpSummarySchema = z.strictObject({
  schema: z.literal('auxctl.dump-summary/1'),
  device: z.string(),
  file: z.string(),
  lengthBytes: z.number(),
  entries: z.number(),
  /** What was not read, and why. */
  failures: z.array(z.strictObject({ subject: z.string(), ...failureParts })),
});
/** As {@link dumpSummarySchema} describes. */
export type DumpSummaryDocument = z.infer<typeof dumpSummarySchema>;

/** Where a dump comes from; what is not known is null. */
export const originSchema = z.strictObject({
  /** ISO 8601, UTC. */
  created: z.string(),
  /** The version of the auxctl that took it. */
  tool: z.string(),
  kernel: z.string().nullable(),
  device: z.strictObject({
    address: z.string(), transport: z.enum(TRANSPORTS), pci: z.string().nullable(), product: z.string().nullable(),
    driver: z.string().nullable(), driverVersion: z.string().nullable(), identity: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  }),
  plugin: z.strictObject({ name: z.string(), version: z.string().nullable() }),
  /** Why it does not hold all that it was meant to. */
  partial: z.string().nullable(),
});
/** As {@link originSchema} describes. */
export type OriginDocument = z.infer<typeof originSchema>;

const shownEntrySchema = z.strictObject({
  subject: dumpSubjectSchema,
  /** The same in a few words. */
  text: z.string(),
  /** The layout that decodes it, such as `registers/ABCD`. */
  layout: z.string().nullable(),
  /** In lower-case hexadecimal. */
  raw: z.string().nullable(),
  /** Why there is nothing, or nothing decoded. */
  failure: z.strictObject(failureParts).nullable(),
  /** Null where nothing was asked to be decoded, or no layout is known. */
  decoded: decodedSchema.nullable(),
});
/** One entry of a dump, as `show` has it. */
export type ShownEntry = z.infer<typeof shownEntrySchema>;

/** What `auxctl show` prints. */
export const showSchema = z.strictObject({
  schema: z.literal('auxctl.show/1'),
  file: z.string(),
  dump: originSchema,
  entries: z.array(shownEntrySchema),
});
/** As {@link showSchema} describes. */
export type ShowDocument = z.infer<typeof showSchema>;

const sideSchema = z.strictObject({
  /** As the command line names it. */
  source: z.string(),
  isDevice: z.boolean(),
  dump: originSchema,
});

const sideValue = z.strictObject({
  /** An integer in decimal, anything else in hexadecimal. */
  value: z.string(),
  text: z.string(),
}).nullable();

const diffEntrySchema = z.strictObject({
  subject: dumpSubjectSchema,
  /** The same in a few words. */
  text: z.string(),
  change: z.enum(['fields', 'answer', 'only-in-a', 'only-in-b']),
  /** A side that does not have the field is null. */
  fields: z.array(z.strictObject({ path: z.string(), a: sideValue, b: sideValue, description: z.string().nullable(), isVolatile: z.boolean() })),
  /** What the device answered, where it is not that both gave bytes. */
  answers: z.strictObject({ a: z.string(), b: z.string() }).nullable(),
});
/** One entry that is not the same on both sides. */
export type DiffEntry = z.infer<typeof diffEntrySchema>;

/** What `auxctl diff` prints. */
export const diffSchema = z.strictObject({
  schema: z.literal('auxctl.diff/1'),
  a: sideSchema,
  b: sideSchema,
  differences: z.array(diffEntrySchema),
  counts: z.strictObject({
    entries: z.number(), different: z.number(), fields: z.number(),
    /** Fields that differ and change by themselves. */
    leftOut: z.number(),
  }),
});
/** As {@link diffSchema} describes. */
export type DiffDocument = z.infer<typeof diffSchema>;
