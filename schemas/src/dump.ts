import { z } from 'zod';
import { layoutDocumentSchema } from './layout/layout.js';
import { nameSchema } from './layout/field.js';

const hexBytes = z.string().regex(/^([0-9a-f]{2})*$/, 'pairs of hexadecimal digits in lower case');

const failureSchema = z.strictObject({
  code: z.string().min(1),
  message: z.string().min(1),
  /** The device's own status and finer reason, when it was the firmware that refused; hexadecimal. */
  status: z.string().optional(),
  syndrome: z.string().optional(),
});

const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('register'), name: nameSchema }),
  z.strictObject({ kind: z.literal('capability'), name: nameSchema, mode: z.enum(['current', 'maximum']) }),
]);

/** A self-describing snapshot of a device: what was read, what could not be and why, and the layouts that decode it. */
export const dumpSchema = z.strictObject({
  format: z.literal('auxctl.dump/1'),
  /** ISO 8601, UTC. */
  created: z.iso.datetime(),
  device: z.strictObject({
    address: z.string().min(1),
    driver: z.string().optional(),
    pci: z.string().optional(),
    product: z.string().optional(),
    identity: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  }),
  plugin: z.string().min(1),
  entries: z.array(z.union([
    z.strictObject({ subject, bytes: hexBytes }),
    z.strictObject({ subject, failure: failureSchema }),
  ])),
  /** By path, such as `registers/ABCD`; with all that they import. */
  layouts: z.record(z.string(), layoutDocumentSchema),
});
/** As {@link dumpSchema} describes. */
export type Dump = z.infer<typeof dumpSchema>;
/** What one entry of a dump is about. */
export type DumpSubject = z.infer<typeof subject>;
