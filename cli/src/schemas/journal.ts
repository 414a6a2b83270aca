import { journalIntentSchema, journalObservedSchema, journalOutcomeSchema, journalRefusalSchema, journalWatchSchema } from '@auxctl/schemas';
import { z } from 'zod';

const commandSchema = z.strictObject({
  /** A refusal where a policy kept it from being sent. */
  intent: z.discriminatedUnion('type', [journalIntentSchema, journalRefusalSchema]),
  /** Null after a refusal, and while it is not known what became of it. */
  outcome: journalOutcomeSchema.nullable(),
});

/** What `auxctl journal list` prints. */
export const journalListSchema = z.strictObject({
  schema: z.literal('auxctl.journal-list/1'),
  state: z.string(),
  /** What this tool sent. */
  commands: z.array(commandSchema),
  /** What other programs sent, as far as it was watched. */
  observed: z.array(journalObservedSchema),
  /** So many more that were meant were sent before. */
  before: z.number(),
  /** Lines that are no records. */
  unreadable: z.number(),
});
/** As {@link journalListSchema} describes. */
export type JournalListDocument = z.infer<typeof journalListSchema>;

/** What `auxctl journal show` prints: a command of this tool with what became of it, or one of another program; the others are null. */
export const journalShowSchema = z.strictObject({
  schema: z.literal('auxctl.journal-show/1'),
  intent: commandSchema.shape.intent.nullable(),
  outcome: journalOutcomeSchema.nullable(),
  observed: journalObservedSchema.nullable(),
});
/** As {@link journalShowSchema} describes. */
export type JournalShowDocument = z.infer<typeof journalShowSchema>;

/** What `auxctl journal verify` prints. */
export const journalVerifySchema = z.strictObject({
  schema: z.literal('auxctl.journal-verify/1'),
  directory: z.string(),
  /** `absent`: there is none. */
  state: z.enum(['intact', 'broken', 'absent']),
  files: z.number(),
  records: z.number(),
  /** Sequences; 0 where there is none. */
  first: z.number(),
  last: z.number(),
  /** `proven`: made with the key given. `unproven`: with a key that was not given. `plain`: without a key. */
  seal: z.enum(['proven', 'unproven', 'plain', 'missing']),
  /** Records after the seal. */
  unsealed: z.number(),
  /** Of a record at the end that was not written to its end. */
  tornBytes: z.number(),
  recoveries: z.number(),
  /** Commands without an outcome; the first hundred by sequence. */
  unfinished: z.strictObject({ count: z.number(), sequences: z.array(z.number()) }),
  /** The first hundred. */
  problems: z.array(z.strictObject({
    kind: z.enum(['edited', 'removed', 'reordered', 'truncated', 'seal']),
    file: z.string(), line: z.number().nullable(), sequence: z.number().nullable(), message: z.string(),
  })),
});
/** As {@link journalVerifySchema} describes. */
export type JournalVerifyDocument = z.infer<typeof journalVerifySchema>;

/** What `auxctl journal export -o FILE` prints. */
export const journalExportSchema = z.strictObject({
  schema: z.literal('auxctl.journal-export/1'),
  file: z.string(),
  records: z.number(),
  bytes: z.number(),
});
/** As {@link journalExportSchema} describes. */
export type JournalExportDocument = z.infer<typeof journalExportSchema>;

const chain = { previous: true, hash: true } as const;

/** What `auxctl journal watch` prints, a line for each record: a command of another program, or what the watcher says of itself; the other is null. */
export const journalWatchDocumentSchema = z.strictObject({
  schema: z.literal('auxctl.journal-watch/1'),
  observed: journalObservedSchema.omit(chain).nullable(),
  watch: journalWatchSchema.omit(chain).nullable(),
});
/** As {@link journalWatchDocumentSchema} describes. */
export type JournalWatchDocument = z.infer<typeof journalWatchDocumentSchema>;
