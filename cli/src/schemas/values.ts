import { EFFECTS, SCOPES } from '@auxctl/schemas';
import { z } from 'zod';
import { decodedSchema, presentedSchema } from './fields.js';

/** What `auxctl reg read` prints. */
export const regReadSchema = decodedSchema.extend({
  schema: z.literal('auxctl.reg-read/1'),
  device: z.string(),
  register: z.strictObject({ name: z.string(), title: z.string() }),
  /** What selected the values: the index fields, those that were left out too. */
  index: z.record(z.string(), presentedSchema),
});
/** As {@link regReadSchema} describes. */
export type RegReadDocument = z.infer<typeof regReadSchema>;

/** One line of what `auxctl watch --json` prints. */
export const watchSchema = decodedSchema.extend({
  schema: z.literal('auxctl.watch/1'),
  device: z.string(),
  register: z.string(),
  /** 0 for the first reading. */
  sequence: z.number(),
  /** ISO 8601, UTC. */
  time: z.string(),
  /** Since the watch began. */
  elapsedMs: z.number(),
  /** What differs from the reading before. */
  changes: z.array(z.strictObject({
    path: z.string(),
    /** As text; null where a reading does not have the field. */
    before: z.string().nullable(),
    after: z.string().nullable(),
    /** Of plain integers, in decimal. */
    delta: z.string().nullable(),
    perSecond: z.number().nullable(),
  })),
});
/** As {@link watchSchema} describes. */
export type WatchDocument = z.infer<typeof watchSchema>;

const changeSchema = z.strictObject({
  path: z.string(),
  before: z.string(),
  /** Null when the command line did not set it. */
  asked: z.string().nullable(),
  /** What the device answered to the write. */
  after: z.string(),
});
/** One field before and after a write, each as one line of text. */
export type Change = z.infer<typeof changeSchema>;

/** What `auxctl reg write` prints. */
export const regWriteSchema = z.strictObject({
  schema: z.literal('auxctl.reg-write/1'),
  device: z.string(),
  register: z.string(),
  effect: z.enum(EFFECTS),
  scope: z.enum(SCOPES).nullable(),
  changes: z.array(changeSchema),
  before: decodedSchema,
  after: decodedSchema,
});
/** As {@link regWriteSchema} describes. */
export type RegWriteDocument = z.infer<typeof regWriteSchema>;

/** What `auxctl call` prints. */
export const callSchema = decodedSchema.extend({
  schema: z.literal('auxctl.call/1'),
  device: z.string(),
  command: z.string(),
  effect: z.enum(EFFECTS),
  scope: z.enum(SCOPES).nullable(),
});
/** As {@link callSchema} describes. */
export type CallDocument = z.infer<typeof callSchema>;

/** What `auxctl rpc --json` prints. */
export const rpcSchema = z.strictObject({
  schema: z.literal('auxctl.rpc/1'),
  device: z.string(),
  command: z.string(),
  effect: z.enum(EFFECTS),
  scope: z.enum(SCOPES).nullable(),
  replyLengthBytes: z.number(),
  /** The file that holds the reply; null where the reply is here. */
  file: z.string().nullable(),
  /** In lower-case hexadecimal. */
  reply: z.string().nullable(),
});
/** As {@link rpcSchema} describes. */
export type RpcDocument = z.infer<typeof rpcSchema>;

/** What `auxctl decode` prints. */
export const decodeSchema = decodedSchema.extend({
  schema: z.literal('auxctl.decode/1'),
  plugin: z.string(),
  layout: z.string(),
  structure: z.string(),
});
/** As {@link decodeSchema} describes. */
export type DecodeDocument = z.infer<typeof decodeSchema>;
