import { z } from 'zod';
import { BUSES, TRANSPORTS } from '@auxctl/schemas';
import { presentedFieldsSchema } from './fields.js';

const namesSchema = z.strictObject({
  auxiliary: z.array(z.string()), fwctl: z.array(z.string()), netdev: z.array(z.string()),
  rdma: z.array(z.string()), nvme: z.array(z.string()), memdev: z.array(z.string()),
});

/** A device as bus enumeration shows it; what is not known is null. */
const deviceParts = {
  address: z.string(),
  bus: z.enum(BUSES),
  names: namesSchema,
  vendor: z.string().nullable(),
  product: z.string().nullable(),
  pciId: z.string().nullable(),
  driver: z.string().nullable(),
  node: z.string().nullable(),
  plugin: z.string().nullable(),
  transport: z.enum(TRANSPORTS).nullable(),
};

const systemSchema = z.strictObject({
  /** The kernel's taint word; null when it cannot be read. */
  taint: z.number().nullable(),
  /** The names of the reasons. */
  taintReasons: z.array(z.string()),
  /** `none`, `integrity` or `confidentiality`; null when the kernel has no lockdown. */
  lockdown: z.string().nullable(),
});

/** What `auxctl list` prints. */
export const listSchema = z.strictObject({
  schema: z.literal('auxctl.list/1'),
  devices: z.array(z.strictObject({
    ...deviceParts,
    firmware: z.string().nullable(),
    /** Why the firmware version is not known, or why no plugin was chosen. */
    problem: z.string().nullable(),
  })),
  system: systemSchema,
});
/** As {@link listSchema} describes. */
export type ListDocument = z.infer<typeof listSchema>;

/** What `auxctl info` prints. */
export const infoSchema = z.strictObject({
  schema: z.literal('auxctl.info/1'),
  device: z.strictObject({ ...deviceParts, aliases: z.array(z.string()) }),
  identity: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  channel: z.strictObject({
    fwctlDeviceType: z.number().nullable(),
    /** What the driver said of the channel, in hexadecimal. */
    driverData: z.string(),
    maxRequestBytes: z.number(),
    maxReplyBytes: z.number(),
  }),
  system: systemSchema,
});
/** As {@link infoSchema} describes. */
export type InfoDocument = z.infer<typeof infoSchema>;

/** What `auxctl caps` prints. */
export const capsSchema = z.strictObject({
  schema: z.literal('auxctl.caps/1'),
  device: z.string(),
  sets: z.array(z.strictObject({
    name: z.string(),
    title: z.string(),
    id: z.union([z.number(), z.string()]),
    /** Did the device answer? */
    isSupported: z.boolean(),
    /** Why not. */
    problem: z.string().nullable(),
    current: presentedFieldsSchema.nullable(),
    maximum: presentedFieldsSchema.nullable(),
  })),
});
/** As {@link capsSchema} describes. */
export type CapsDocument = z.infer<typeof capsSchema>;
