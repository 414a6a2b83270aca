import { BUSES, TRANSPORTS } from '@auxctl/schemas';
import { IMPORT_RULES } from '@auxctl/schemas/import';
import { z } from 'zod';

/** What `auxctl sim list` prints. */
export const simListSchema = z.strictObject({
  schema: z.literal('auxctl.sim-list/1'),
  simulators: z.array(z.strictObject({
    plugin: z.string(),
    description: z.string(),
    /** What `--profile` may name, the default first. */
    profiles: z.array(z.string()),
  })),
});
/** As {@link simListSchema} describes. */
export type SimListDocument = z.infer<typeof simListSchema>;

/** The line that `auxctl sim serve --json` prints once its socket listens. */
export const simServeSchema = z.strictObject({
  schema: z.literal('auxctl.sim-serve/1'),
  plugin: z.string(),
  device: z.string(),
  socket: z.string(),
  processId: z.number(),
});
/** As {@link simServeSchema} describes. */
export type SimServeDocument = z.infer<typeof simServeSchema>;

/** One line of the log of `auxctl sim serve --log`. */
export const simCommandSchema = z.strictObject({
  schema: z.literal('auxctl.sim-command/1'),
  /** 0 for the first command since power-on. */
  sequence: z.number(),
  command: z.string(),
  /** In lower-case hexadecimal. */
  request: z.string(),
  /** The status that the model answered with; null when it hangs. */
  status: z.number().nullable(),
});
/** As {@link simCommandSchema} describes. */
export type SimCommandDocument = z.infer<typeof simCommandSchema>;

/** What `auxctl plugin list` prints. */
export const pluginListSchema = z.strictObject({
  schema: z.literal('auxctl.plugin-list/1'),
  plugins: z.array(z.strictObject({
    name: z.string(),
    vendor: z.string(),
    description: z.string(),
    match: z.array(z.string()),
    transports: z.array(z.enum(TRANSPORTS)),
    buses: z.array(z.enum(BUSES)),
    registers: z.number(),
    commands: z.number(),
    capabilities: z.number(),
    /** Its folder; null when it is built in. */
    folder: z.string().nullable(),
  })),
});
/** As {@link pluginListSchema} describes. */
export type PluginListDocument = z.infer<typeof pluginListSchema>;

/** What `auxctl plugin check` prints. */
export const pluginCheckSchema = z.strictObject({
  schema: z.literal('auxctl.plugin-check/1'),
  folder: z.string(),
  /** Are there no faults? */
  ok: z.boolean(),
  /** How many files were checked. */
  files: z.number(),
  problems: z.array(z.strictObject({ file: z.string(), structure: z.string().nullable(), field: z.string().nullable(), rule: z.string(), message: z.string() })),
  /** The conformance suite; empty where the files have problems, or only they were to be checked. */
  checks: z.array(z.strictObject({
    group: z.enum(['data', 'channel', 'effects', 'writing', 'faults']),
    name: z.string(),
    outcome: z.enum(['passed', 'failed', 'skipped']),
    /** What was looked at, what is wrong, or why nothing was looked at. */
    detail: z.string(),
  })),
});
/** As {@link pluginCheckSchema} describes. */
export type PluginCheckDocument = z.infer<typeof pluginCheckSchema>;

/** What `auxctl plugin new` prints. */
export const pluginNewSchema = z.strictObject({
  schema: z.literal('auxctl.plugin-new/1'),
  name: z.string(),
  folder: z.string(),
  /** By their paths in the folder. */
  files: z.array(z.string()),
  /** Do the plugin's tests find the kit? */
  hasKit: z.boolean(),
});
/** As {@link pluginNewSchema} describes. */
export type PluginNewDocument = z.infer<typeof pluginNewSchema>;

/** What `auxctl plugin types` prints. */
export const pluginTypesSchema = z.strictObject({
  schema: z.literal('auxctl.plugin-types/1'),
  plugin: z.string(),
  folder: z.string(),
  /** Where the types were written; null when they are in `text`. */
  file: z.string().nullable(),
  registers: z.number(),
  commands: z.number(),
  capabilities: z.number(),
  text: z.string().optional(),
});
/** As {@link pluginTypesSchema} describes. */
export type PluginTypesDocument = z.infer<typeof pluginTypesSchema>;

/** What `auxctl plugin index` prints. */
export const pluginIndexSchema = z.strictObject({
  schema: z.literal('auxctl.plugin-index/1'),
  file: z.string(),
  registers: z.number(),
  commands: z.number(),
  capabilities: z.number(),
});
/** As {@link pluginIndexSchema} describes. */
export type PluginIndexDocument = z.infer<typeof pluginIndexSchema>;

/** What `auxctl plugin import` prints. */
export const pluginImportSchema = z.strictObject({
  schema: z.literal('auxctl.plugin-import/1'),
  format: z.enum(['ifc', 'hsi', 'adb']),
  file: z.string(),
  /** Below it the layouts stand, in `structures/` and other folders for other kinds. */
  folder: z.string(),
  /** How many structures and unions the source defines. */
  defined: z.number(),
  /** How many of them became layouts. */
  structures: z.number(),
  /** How many registers and commands there are among the layouts. */
  registers: z.number(),
  commands: z.number(),
  /** Fields of all layouts, gaps not among them. */
  fields: z.number(),
  /** Reserved runs of bits. */
  gaps: z.number(),
  /** Enums, and sets of flags, that name the values of a field. */
  enums: z.number(),
  flags: z.number(),
  /** Files that were written, and that were there with the same bytes. */
  written: z.number(),
  unchanged: z.number(),
  problems: z.array(z.strictObject({
    file: z.string(), line: z.number(), structure: z.string().nullable(), field: z.string().nullable(), rule: z.enum(IMPORT_RULES),
    /** Whether it is in no layout, or its bits are without their meaning. */
    outcome: z.enum(['left-out', 'as-bytes']),
    message: z.string(),
  })),
});
/** As {@link pluginImportSchema} describes. */
export type PluginImportDocument = z.infer<typeof pluginImportSchema>;

/** What `auxctl help` prints with `--json`. */
export const helpSchema = z.strictObject({ schema: z.literal('auxctl.help/1'), command: z.string(), text: z.string() });

/** What `auxctl completion` prints. */
export const completionSchema = z.strictObject({
  schema: z.literal('auxctl.completion/1'),
  shell: z.string(),
  /** Where the program finds what it completes from. */
  folder: z.string(),
  text: z.string(),
});
/** As {@link completionSchema} describes. */
export type CompletionDocument = z.infer<typeof completionSchema>;

/** What `auxctl doctor` prints. */
export const doctorSchema = z.strictObject({
  schema: z.literal('auxctl.doctor/1'),
  /** Does nothing stand in the way? */
  ok: z.boolean(),
  /** The kernel's release. */
  kernel: z.string().nullable(),
  findings: z.array(z.strictObject({
    severity: z.enum(['ok', 'note', 'problem']),
    /** Stable. */
    code: z.string(),
    message: z.string(),
    remedy: z.string().nullable(),
    device: z.string().nullable(),
  })),
});
/** As {@link doctorSchema} describes. */
export type DoctorDocument = z.infer<typeof doctorSchema>;

/** What `auxctl demo` prints with `--json`. */
export const demoSchema = z.strictObject({
  schema: z.literal('auxctl.demo/1'),
  steps: z.array(z.strictObject({ command: z.string(), exitStatus: z.number(), output: z.string() })),
});
/** As {@link demoSchema} describes. */
export type DemoDocument = z.infer<typeof demoSchema>;
