import { changedSettingSchema, EFFECTS, journalIntentSchema, journalObservedSchema, journalOutcomeSchema, reportProblemSchema } from '@auxctl/schemas';
import { DRIFT_GROUPS, DRIFT_VERDICTS } from '@auxctl/core';
import { z } from 'zod';

/** A device of a report, in a few words. */
const keptDeviceSchema = z.strictObject({
  address: z.string(), product: z.string().nullable(), plugin: z.string().nullable(), firmware: z.string().nullable(), serial: z.string().nullable(),
  /** Settings that are not as they were delivered. */
  changed: z.number(),
  /** Entries of its dump are there. */
  hasDump: z.boolean(),
  problems: z.number(),
});

/** What `auxctl baseline save` prints. */
export const baselineSaveSchema = z.strictObject({ schema: z.literal('auxctl.baseline-save/1'), name: z.string(), file: z.string(), devices: z.array(keptDeviceSchema) });
/** As {@link baselineSaveSchema} describes. */
export type BaselineSaveDocument = z.infer<typeof baselineSaveSchema>;

/** What `auxctl baseline list` prints. */
export const baselineListSchema = z.strictObject({
  schema: z.literal('auxctl.baseline-list/1'),
  baselines: z.array(z.strictObject({ name: z.string(), file: z.string(), created: z.string().nullable(), host: z.string().nullable(), devices: z.array(z.string()), problem: z.string().nullable() })),
});
/** As {@link baselineListSchema} describes. */
export type BaselineListDocument = z.infer<typeof baselineListSchema>;

/** What `auxctl baseline show` prints. */
export const baselineShowSchema = z.strictObject({
  schema: z.literal('auxctl.baseline-show/1'), name: z.string(), file: z.string(), created: z.string(), tool: z.string(), host: z.string(), kernel: z.string().nullable(),
  devices: z.array(keptDeviceSchema.extend({ settings: z.array(changedSettingSchema) })),
});
/** As {@link baselineShowSchema} describes. */
export type BaselineShowDocument = z.infer<typeof baselineShowSchema>;

/** What `auxctl baseline remove` prints. */
export const baselineRemoveSchema = z.strictObject({ schema: z.literal('auxctl.baseline-remove/1'), name: z.string() });
/** As {@link baselineRemoveSchema} describes. */
export type BaselineRemoveDocument = z.infer<typeof baselineRemoveSchema>;

const differenceSchema = z.strictObject({
  group: z.enum(DRIFT_GROUPS),
  /** What it is about, such as a register with its index fields. */
  subject: z.string(),
  title: z.string().nullable(),
  /** The value's name. */
  name: z.string(),
  description: z.string().nullable(),
  /** Of stored configuration: which set of values. */
  set: z.string().nullable(),
  /** Null where that side does not have it. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  verdict: z.enum(DRIFT_VERDICTS),
  /** The records behind the verdict. */
  commands: z.array(z.strictObject({ intent: journalIntentSchema, outcome: journalOutcomeSchema.nullable() })),
  observed: z.array(journalObservedSchema),
  /** What could have done it. */
  causes: z.array(z.strictObject({ command: z.string(), by: z.enum(['auxctl', 'kernel', 'firmware']), effect: z.enum(EFFECTS).nullable() })),
});

const sideSchema = z.strictObject({ address: z.string(), product: z.string().nullable(), serial: z.string().nullable(), firmware: z.string().nullable(), plugin: z.string().nullable(), taken: z.string() });

/** What `auxctl drift` prints. */
export const driftSchema = z.strictObject({
  schema: z.literal('auxctl.drift/1'),
  against: z.strictObject({ kind: z.enum(['baseline', 'file', 'device']), source: z.string(), created: z.string().nullable(), host: z.string().nullable() }),
  devices: z.array(z.strictObject({
    /** `gone`: only the earlier side has it. `new`: only the later one. `not-compared`: one side could not be read, or not to its end. */
    status: z.enum(['compared', 'gone', 'new', 'not-compared']),
    before: sideSchema.nullable(),
    after: sideSchema.nullable(),
    /** What tells devices apart was left out. */
    areTwoDevices: z.boolean(),
    differences: z.array(differenceSchema),
    /** So many registers, items and so on were compared. */
    compared: z.number(),
    /** Those that only one side has read. */
    notCompared: z.array(z.string()),
    /** Values that differ and change by themselves, or tell devices apart. */
    leftOut: z.number(),
    problems: z.array(reportProblemSchema),
  })),
  journal: z.strictObject({
    directory: z.string(),
    /** `not-asked`: both sides are files, and the journal is of neither. */
    state: z.enum(['intact', 'broken', 'absent', 'unreadable', 'not-asked']),
    /** The time of its first record. */
    from: z.string().nullable(),
    /** Were the commands of other programs watched at some time since the earlier side? */
    isWatched: z.boolean(),
  }),
  counts: z.strictObject({ differences: z.number(), explained: z.number(), unexplained: z.number() }),
});
/** As {@link driftSchema} describes. */
export type DriftDocument = z.infer<typeof driftSchema>;
/** A device of it. */
export type DriftDevice = DriftDocument['devices'][number];
/** A difference of it. */
export type DriftEntry = z.infer<typeof differenceSchema>;

/** What `auxctl report -o FILE` prints: the report itself is in the file. */
export const reportSummarySchema = z.strictObject({ schema: z.literal('auxctl.report-summary/1'), file: z.string(), lengthBytes: z.number(), devices: z.array(keptDeviceSchema), problems: z.array(reportProblemSchema) });
/** As {@link reportSummarySchema} describes. */
export type ReportSummaryDocument = z.infer<typeof reportSummarySchema>;
