import { z } from 'zod';

/** Where a fact comes from, exactly enough to look it up again. */
export const sourceSchema = z.strictObject({
  /** A document's title, or a header's path inside its tree. */
  document: z.string().min(1),
  /** The revision, version or commit of that document. */
  revision: z.string().min(1),
  /** Section, page, table or structure name. */
  section: z.string().min(1),
  /** SPDX expression of the document's license, where data was taken from it. */
  license: z.string().min(1).optional(),
});
/** As {@link sourceSchema} describes. */
export type Source = z.infer<typeof sourceSchema>;

const version = z.string().regex(/^\d+(\.\d+){0,3}$/, 'a firmware version: up to four decimal numbers with dots');

/** The firmware versions, both ends included, for which a statement holds; an open end is left out. */
export const firmwareRangeSchema = z.strictObject({ min: version.optional(), max: version.optional() });
/** As {@link firmwareRangeSchema} describes. */
export type FirmwareRange = z.infer<typeof firmwareRangeSchema>;

/** A kernel interface that does the same as a command or register, and the command line to use it by. */
export const kernelInterfaceSchema = z.strictObject({
  /** What it gives, in a few words. */
  what: z.string().min(1),
  /** A command line; `{netdev}`, `{pci}`, `{rdma}`, `{nvme}` and `{memdev}` stand for the device's names. */
  command: z.string().min(1),
});
/** As {@link kernelInterfaceSchema} describes. */
export type KernelInterface = z.infer<typeof kernelInterfaceSchema>;
