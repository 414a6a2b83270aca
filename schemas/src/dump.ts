import { z } from 'zod';
import { FORMATS } from './formats.js';
import { integerSchema } from './integer.js';
import { layoutDocumentSchema } from './layout/layout.js';
import { nameSchema } from './layout/field.js';
import { TRANSPORTS } from './words.js';

/** What a dump's first line says of its format. A dump of any other is refused. */
export const DUMP_FORMAT = FORMATS.dump.writes;

/** So many bytes has an entry at most: what fwctl carries in one reply (`drivers/fwctl/main.c`). */
export const MOST_ENTRY_BYTES = 2 * 1024 * 1024;

const text = z.string().min(1).max(4096);
const hexBytes = z.string().max(2 * MOST_ENTRY_BYTES).regex(/^(?:[0-9a-f]{2})*$/, 'pairs of hexadecimal digits in lower case');
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256: 64 hexadecimal digits in lower case');
const count = z.number().int().min(0);
const layoutPath = z.string().regex(/^[a-z]+\/[A-Za-z0-9_]+$/, 'a layout\'s folder and name, such as registers/ABCD');

/** The first line: where the rest comes from. */
export const dumpHeaderSchema = z.strictObject({
  type: z.literal('header'),
  format: z.literal(DUMP_FORMAT),
  /** ISO 8601, UTC. */
  created: z.iso.datetime(),
  /** The version of the auxctl that wrote it. */
  tool: text,
  /** The release of the kernel that ran. */
  kernel: text.optional(),
  device: z.strictObject({
    address: text,
    transport: z.enum(TRANSPORTS),
    /** Vendor and device, as in `15b3:101d`. */
    pci: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/).optional(),
    product: text.optional(),
    driver: text.optional(),
    /** What the driver's module says of its version, where it does. */
    driverVersion: text.optional(),
    /** What the plugin found out by the device's own commands, the firmware version first. */
    identity: z.array(z.strictObject({ name: text, value: z.string().max(4096) })).max(256),
  }),
  plugin: z.strictObject({ name: text, version: text.optional() }),
});
/** As {@link dumpHeaderSchema} describes. */
export type DumpHeader = z.infer<typeof dumpHeaderSchema>;

/** One layout. It stands, with all that it imports, before the first entry that it decodes. */
export const dumpLayoutSchema = z.strictObject({
  type: z.literal('layout'),
  /** What others import it by, such as `structures/port_counters`. */
  path: layoutPath,
  /** SHA-256 of `document` as it is written here: the same layout has the same in every dump. */
  digest,
  document: layoutDocumentSchema,
});
/** As {@link dumpLayoutSchema} describes. */
export type DumpLayout = z.infer<typeof dumpLayoutSchema>;

/** The values of the fields that select one of several of the same name. */
const key = z.record(nameSchema, integerSchema).optional();

/** What an entry is about. Two dumps are compared subject by subject. */
export const dumpSubjectSchema = z.discriminatedUnion('kind', [
  /** `key` holds index fields. */
  z.strictObject({ kind: z.literal('register'), name: nameSchema, key }),
  z.strictObject({ kind: z.literal('capability'), name: nameSchema, mode: z.enum(['current', 'maximum']) }),
  z.strictObject({ kind: z.literal('object'), name: nameSchema, key }),
  /** A piece of a larger answer, such as of a dump that the firmware makes of itself. */
  z.strictObject({ kind: z.literal('segment'), name: text, key }),
  /** A parameter of the stored configuration. */
  z.strictObject({ kind: z.literal('parameter'), name: text, key, mode: z.enum(['default', 'current', 'next']).optional() }),
]);
/** As {@link dumpSubjectSchema} describes. */
export type DumpSubject = z.infer<typeof dumpSubjectSchema>;

const failureSchema = z.strictObject({
  /** One of the tool's error codes. */
  code: text,
  message: z.string().min(1).max(65_536),
  /** The device's own status and finer reason, when it was the firmware that refused; hexadecimal. */
  status: text.optional(),
  syndrome: text.optional(),
});

const entryParts = {
  type: z.literal('entry'),
  subject: dumpSubjectSchema,
  /** The layout that decodes the bytes, and which of its structures when not its first; without it the bytes are shown as they are. */
  layout: layoutPath.optional(),
  structure: nameSchema.optional(),
  /** Milliseconds from `created` to when the device had answered. */
  afterMs: z.number().min(0).optional(),
};

/** What was read, or why it was not. */
export const dumpEntrySchema = z.union([
  z.strictObject({ ...entryParts, bytes: hexBytes }),
  /** Bytes beside a failure are what the device gave although it is too little. */
  z.strictObject({ ...entryParts, failure: failureSchema, bytes: hexBytes.optional() }),
]);
/** As {@link dumpEntrySchema} describes. */
export type DumpEntry = z.infer<typeof dumpEntrySchema>;

/** The last line. */
export const dumpEndSchema = z.strictObject({
  type: z.literal('end'),
  layouts: count,
  entries: count,
  /** Entries that hold a failure. */
  failures: count,
  /** Why the dump ends before all was read that was meant to be. */
  partial: failureSchema.optional(),
  /** SHA-256 of all bytes before this line. */
  sha256: digest,
});
/** As {@link dumpEndSchema} describes. */
export type DumpEnd = z.infer<typeof dumpEndSchema>;

/** One line of a dump: a header, then layouts and entries, then the end. */
export const dumpLineSchema = z.union([dumpHeaderSchema, dumpLayoutSchema, dumpEntrySchema, dumpEndSchema]);
/** As {@link dumpLineSchema} describes. */
export type DumpLine = z.infer<typeof dumpLineSchema>;
/** Why something was not read. */
export type DumpFailure = z.infer<typeof failureSchema>;
