import { ACCESS_KINDS, EFFECTS, SCOPES } from '@auxctl/schemas';
import { z } from 'zod';

/** An integer, as text where 53 bits do not suffice. */
export const integer = z.union([z.number(), z.string().regex(/^\d+$/)]);
/** Where a layout is from. */
export const sources = z.array(z.looseObject({ document: z.string(), revision: z.string(), section: z.string() }));
/** What else shows the same. */
export const kernelInterfaces = z.array(z.strictObject({ what: z.string(), command: z.string() }));

const registerParts = {
  name: z.string(),
  /** A number, or a UUID as it is written. */
  id: z.union([integer, z.guid()]),
  title: z.string(),
  sizeBytes: z.number(),
  /** What reading may do; null when it cannot be read. */
  read: z.enum(EFFECTS).nullable(),
  write: z.enum(EFFECTS).nullable(),
};

/** What `auxctl reg list` prints. */
export const regListSchema = z.strictObject({
  schema: z.literal('auxctl.reg-list/1'),
  plugin: z.string(),
  registers: z.array(z.strictObject(registerParts)),
});
/** As {@link regListSchema} describes. */
export type RegListDocument = z.infer<typeof regListSchema>;

/** One field of a structure, wherever it is nested. */
export const describedFieldSchema = z.strictObject({
  /** `a.b` inside a structure, `x[0..3]` for an array, `u<name>.b` inside a union. */
  path: z.string(),
  /** From the start of the outermost structure; of the first element in an array. */
  offsetBits: z.number(),
  sizeBits: z.number(),
  type: z.string(),
  /** Registers only. */
  access: z.enum(ACCESS_KINDS).optional(),
  /** The enum or set of flags that names its values. */
  names: z.string().optional(),
  unit: z.string().optional(),
  /** Of an index field: what is taken when none is given. One without must be given. */
  default: integer.optional(),
  /** Its value changes by itself. */
  volatile: z.literal(true).optional(),
  onRead: z.string().optional(),
  onWrite: z.string().optional(),
  /** The condition under which a union holds this field. */
  when: z.string().optional(),
  description: z.string().optional(),
});
/** As {@link describedFieldSchema} describes. */
export type DescribedField = z.infer<typeof describedFieldSchema>;

const namedValue = z.strictObject({ name: z.string(), value: integer, description: z.string().optional() });
const namedBit = z.strictObject({ name: z.string(), bit: z.number(), description: z.string().optional() });

/** A structure, and the names of the values in it. */
export const describedStructureSchema = z.strictObject({
  structure: z.string(),
  sizeBytes: z.number(),
  fields: z.array(describedFieldSchema),
  enums: z.record(z.string(), z.array(namedValue)),
  flags: z.record(z.string(), z.array(namedBit)),
});
/** As {@link describedStructureSchema} describes. */
export type DescribedStructure = z.infer<typeof describedStructureSchema>;

const documentParts = { description: z.string().nullable(), sources, kernelInterfaces };

/** What `auxctl reg describe` prints. */
export const regDescribeSchema = z.strictObject({
  schema: z.literal('auxctl.reg-describe/1'),
  plugin: z.string(),
  register: z.strictObject({ ...registerParts, ...documentParts, layout: describedStructureSchema }),
});
/** As {@link regDescribeSchema} describes. */
export type RegDescribeDocument = z.infer<typeof regDescribeSchema>;

const commandParts = {
  name: z.string(),
  opcode: integer,
  /** The rows of the opcode table: what a request may do, by its operation modifier. */
  rules: z.array(z.strictObject({ modifier: integer.nullable(), effect: z.enum(EFFECTS), scope: z.enum(SCOPES) })),
  /** Does the plugin describe its fields? */
  hasLayout: z.boolean(),
  title: z.string().nullable(),
};

/** What `auxctl cmd list` prints. */
export const cmdListSchema = z.strictObject({
  schema: z.literal('auxctl.cmd-list/1'),
  plugin: z.string(),
  commands: z.array(z.strictObject(commandParts)),
});
/** As {@link cmdListSchema} describes. */
export type CmdListDocument = z.infer<typeof cmdListSchema>;

/** What `auxctl cmd describe` prints. */
export const cmdDescribeSchema = z.strictObject({
  schema: z.literal('auxctl.cmd-describe/1'),
  plugin: z.string(),
  command: z.strictObject({ ...commandParts, ...documentParts, request: describedStructureSchema.nullable(), reply: describedStructureSchema.nullable() }),
});
/** As {@link cmdDescribeSchema} describes. */
export type CmdDescribeDocument = z.infer<typeof cmdDescribeSchema>;
