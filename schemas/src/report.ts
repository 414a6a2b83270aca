import { z } from 'zod';
import { dumpHeaderSchema } from './dump.js';
import { BUSES, REPORT_FORMAT } from './words.js';

/** So many bytes has a dump inside a report at most, unpacked. */
export const MOST_PACKED_DUMP_BYTES = 512 * 1024 * 1024;

const text = z.string().max(4096);
const longText = z.string().max(65_536);
const count = z.number().int().min(0);
const names = z.array(text).max(4096);

/** Something that is missing, and why. */
export const reportProblemSchema = z.strictObject({
  /** What was to be read, in a few words. */
  what: text,
  /** One of the tool's error codes. */
  code: text,
  message: longText,
  /** What would help, such as running as root. */
  remedy: text.optional(),
});
/** As {@link reportProblemSchema} describes. */
export type ReportedProblem = z.infer<typeof reportProblemSchema>;

/** A parameter that the kernel keeps of a device. */
export const kernelSettingSchema = z.strictObject({
  interface: z.literal('devlink'),
  name: text,
  /** Where the value is kept. */
  mode: text,
  type: text,
  /** Named by the kernel for all drivers, not by this one. */
  isGeneric: z.boolean(),
  value: text,
  /** The driver's, where the kernel tells. */
  default: text.optional(),
});
/** As {@link kernelSettingSchema} describes. */
export type KernelSetting = z.infer<typeof kernelSettingSchema>;

/** A health reporter. */
export const reportedReporterSchema = z.strictObject({
  name: text,
  port: count.optional(),
  state: text,
  errors: count.optional(),
  recoveries: count.optional(),
  /** When its stored dump was made, by the wall clock; absent where there is none, or it is not known. */
  dumped: z.iso.datetime().optional(),
});
/** As {@link reportedReporterSchema} describes. */
export type ReportedReporter = z.infer<typeof reportedReporterSchema>;

/** A setting that is not as the factory or the driver made it, or will not be after the next reset. */
export const changedSettingSchema = z.strictObject({
  /** What it is part of: stored configuration, a feature of the device, or a parameter of its driver. */
  kind: z.enum(['stored', 'feature', 'driver']),
  name: text,
  title: text.optional(),
  /** As text. What the device does not show is left out. */
  default: text.optional(),
  current: text.optional(),
  next: text.optional(),
});
/** As {@link changedSettingSchema} describes. */
export type ChangedSetting = z.infer<typeof changedSettingSchema>;

/** A value that the device and the kernel both have, and do not agree on. */
export const disagreementSchema = z.strictObject({ name: text, device: text, kernel: text, command: text });
/** As {@link disagreementSchema} describes. */
export type Disagreement = z.infer<typeof disagreementSchema>;

/** What is known of one device at one time. */
export const deviceStateSchema = z.strictObject({
  /** When it was read. */
  taken: z.iso.datetime(),
  device: z.strictObject({
    address: text,
    /** Absent in what was made of a dump. */
    bus: z.enum(BUSES).optional(),
    names,
    /** Vendor and device, as in `15b3:101d`. */
    pci: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/).optional(),
    driver: text.optional(),
    node: text.optional(),
    vendor: text.optional(),
    product: text.optional(),
    isSimulated: z.literal(true).optional(),
  }),
  plugin: z.strictObject({ name: text, version: text.optional() }).optional(),
  /** What the device says of itself, the firmware version first. */
  identity: dumpHeaderSchema.shape.device.shape.identity,
  settings: z.array(kernelSettingSchema).max(4096),
  reporters: z.array(reportedReporterSchema).max(4096),
  /** What is not as it was delivered. */
  changed: z.array(changedSettingSchema).max(65_536),
  disagreements: z.array(disagreementSchema).max(4096).optional(),
  /** A dump as a file of its own would hold it: packed with gzip, in base64. */
  dump: z.strictObject({ lengthBytes: count.max(MOST_PACKED_DUMP_BYTES), gzip: z.base64() }).optional(),
  /** What could not be read. */
  problems: z.array(reportProblemSchema).max(65_536),
});
/** As {@link deviceStateSchema} describes. */
export type DeviceState = z.infer<typeof deviceStateSchema>;

/** Something that another program has left in the system. */
export const reportedTraceSchema = z.strictObject({ what: text, where: text, means: text });
/** As {@link reportedTraceSchema} describes. */
export type ReportedTrace = z.infer<typeof reportedTraceSchema>;

/** The state of this machine's devices in one file. A baseline is one too. */
export const reportSchema = z.strictObject({
  schema: z.literal(REPORT_FORMAT),
  created: z.iso.datetime(),
  /** The version of the auxctl that made it. */
  tool: text,
  host: z.strictObject({
    name: text,
    bootId: text.optional(),
    kernel: text.optional(),
    commandLine: longText.optional(),
    /** The kernel's taint word, and the names of its reasons. */
    taint: count.optional(),
    taintReasons: z.array(text).max(64),
    /** Has a mutating debug command gone through fwctl since the kernel started? */
    isFwctlTainted: z.boolean(),
    /** Absent where the kernel has none. */
    lockdown: text.optional(),
    /** Was it made by root? */
    isRoot: z.boolean(),
  }),
  /** What tells the devices apart was replaced by a keyed digest; those made with one key can be compared. */
  redaction: z.strictObject({ key: text }).optional(),
  devices: z.array(deviceStateSchema).max(65_536),
  traces: z.array(reportedTraceSchema).max(4096),
  problems: z.array(reportProblemSchema).max(65_536),
});
/** As {@link reportSchema} describes. */
export type Report = z.infer<typeof reportSchema>;
