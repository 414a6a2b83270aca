import { EFFECTS, SCOPES } from '@auxctl/schemas';
import { z } from 'zod';

const modeSchema = z.enum(['single', 'repetitive', 'on-demand']);

const counterParts = {
  id: z.number(),
  /** The counter's id in hexadecimal where the plugin has no name for it. */
  name: z.string(),
  /** What it counts in, where that is known. */
  unit: z.string().nullable(),
};

/** What `auxctl diag list` prints. */
export const diagListSchema = z.strictObject({
  schema: z.literal('auxctl.diag-list/1'),
  device: z.string(),
  /** Empty where the device has no diagnostic counters. */
  modes: z.array(modeSchema),
  /** Room of the device's ring: samples times counters. */
  maxRecords: z.number(),
  minPeriodClocks: z.number(),
  maxPeriodClocks: z.number(),
  /** Clocks of the device a second, where it tells. */
  clockHz: z.number().nullable(),
  counters: z.array(z.strictObject({
    ...counterParts,
    description: z.string().nullable(),
    /** Can it start at the same moment as others, and count anew in each period? */
    isSynchronizable: z.boolean(),
  })),
});
/** As {@link diagListSchema} describes. */
export type DiagListDocument = z.infer<typeof diagListSchema>;

const samplingSchema = z.strictObject({
  /** Does the device take samples? */
  isArmed: z.boolean(),
  mode: modeSchema,
  counters: z.array(z.strictObject(counterParts)),
  /** How many samples the ring holds. */
  samples: z.number(),
  periodClocks: z.number(),
  /** Where the device tells how fast its clock is. */
  periodMs: z.number().nullable(),
  isSynchronized: z.boolean(),
  isClearing: z.boolean(),
});
/** What a device has been told to sample. */
export type SamplingDocument = z.infer<typeof samplingSchema>;

/** What `auxctl diag show` prints. */
export const diagShowSchema = z.strictObject({ schema: z.literal('auxctl.diag-show/1'), device: z.string(), sampling: samplingSchema });
/** As {@link diagShowSchema} describes. */
export type DiagShowDocument = z.infer<typeof diagShowSchema>;

const changeParts = {
  device: z.string(),
  effect: z.enum(EFFECTS),
  scope: z.enum(SCOPES).nullable(),
  before: samplingSchema,
  /** What the device said when it was asked afterwards. */
  after: samplingSchema,
};

/** What `auxctl diag set` prints. */
export const diagSetSchema = z.strictObject({ schema: z.literal('auxctl.diag-set/1'), ...changeParts });
/** What `auxctl diag stop` prints. */
export const diagStopSchema = z.strictObject({ schema: z.literal('auxctl.diag-stop/1'), ...changeParts });
/** As {@link diagSetSchema} or {@link diagStopSchema} describes. */
export type DiagChangeDocument = z.infer<typeof diagSetSchema> | z.infer<typeof diagStopSchema>;

/** The first line of `auxctl diag sample`, and the header of its binary form. */
export const diagStartSchema = z.strictObject({
  schema: z.literal('auxctl.diag-start/1'),
  device: z.string(),
  /** When it was started, by this machine's clock. */
  time: z.string(),
  /** Clocks a second, where the device tells. */
  clockHz: z.number().nullable(),
  sampling: samplingSchema,
});
/** As {@link diagStartSchema} describes. */
export type DiagStartDocument = z.infer<typeof diagStartSchema>;

const decimal = z.string().regex(/^\d+$/);

/** One line of `auxctl diag sample` for each sample. */
export const diagSampleSchema = z.strictObject({
  schema: z.literal('auxctl.diag-sample/1'),
  /** 0 for the first. */
  number: z.number(),
  /** The device's clock, unwrapped. */
  clocks: decimal,
  /** Seconds since the first sample, where the device tells how fast its clock is. */
  seconds: z.number().nullable(),
  /** Samples between the previous one and this that were overwritten before they were read. */
  lostBefore: z.number(),
  /** By the counters' names. */
  values: z.record(z.string(), decimal),
});
/** As {@link diagSampleSchema} describes. */
export type DiagSampleDocument = z.infer<typeof diagSampleSchema>;

/** The last line of `auxctl diag sample`, once sampling has been stopped. */
export const diagEndSchema = z.strictObject({
  schema: z.literal('auxctl.diag-end/1'),
  device: z.string(),
  /** Why: so many samples or so much time was asked for, the device has taken all, or somebody interrupted. */
  reason: z.enum(['count', 'duration', 'complete', 'interrupted']),
  samples: z.number(),
  lost: z.number(),
  isArmed: z.literal(false),
});
/** As {@link diagEndSchema} describes. */
export type DiagEndDocument = z.infer<typeof diagEndSchema>;
