import { z } from 'zod';

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
