import { z } from 'zod';
import { FORMATS } from '../formats.js';
import { idSchema, integerSchema } from '../integer.js';
import { firmwareRangeSchema, kernelInterfaceSchema, sourceSchema } from '../source.js';
import { EFFECTS, SCOPES } from '../words.js';
import { fieldSchema, nameSchema } from './field.js';
import { nvItemParts } from './nvconfig.js';

/** The bits of one structure, in ascending order of offset, without a gap. */
export const structureSchema = z.strictObject({
  /** The size of everything but a tail. */
  sizeBits: z.number().int().min(0).max(2 ** 27),
  /** What it is, in a sentence. */
  description: z.string().min(1).optional(),
  /** Its fields. */
  fields: z.array(fieldSchema).max(16_384),
});
/** As {@link structureSchema} describes. */
export type Structure = z.infer<typeof structureSchema>;

const symbolSchema = z.strictObject({
  name: z.string().min(1),
  value: integerSchema,
  description: z.string().min(1).optional(),
  /** Where the values number things that are measured or counted: in what. */
  unit: z.string().min(1).optional(),
});
const flagSchema = z.strictObject({
  name: z.string().min(1),
  /** Counted from the value's least significant bit. */
  bit: z.number().int().min(0).max(63),
  description: z.string().min(1).optional(),
});

const documentParts = {
  $schema: z.string().optional(),
  format: z.literal(FORMATS.layout.writes),
  /** The same as its file's. */
  name: nameSchema,
  /** What it is, in a few words, for lists. */
  title: z.string().min(1),
  /** More, in sentences. */
  description: z.string().min(1).optional(),
  /** Of everything in the document. */
  byteOrder: z.enum(['big', 'little']),
  /** Where its facts come from. */
  source: z.array(sourceSchema).min(1),
  /** The firmware that it holds for; all when left out. */
  firmware: firmwareRangeSchema.optional(),
  /** Other layout documents of the plugin, such as `structures/port_counters`, whose structures, enums and flags this one uses. */
  imports: z.array(z.string().regex(/^[a-z]+\/[A-Za-z0-9_]+$/)).optional(),
  /** Its structures, which its fields name. */
  structures: z.record(nameSchema, structureSchema),
  /** The names of values, for fields of type `enum`. */
  enums: z.record(nameSchema, z.array(symbolSchema).min(1)).optional(),
  /** The names of bits, for fields of type `flags`. */
  flags: z.record(nameSchema, z.array(flagSchema).min(1)).optional(),
  /** Interfaces of the kernel that do the same; the tool names them. */
  kernelInterfaces: z.array(kernelInterfaceSchema).optional(),
};

const structuresDocument = z.strictObject({ kind: z.literal('structures'), ...documentParts });

const registerDocument = z.strictObject({
  kind: z.literal('register'), ...documentParts,
  /** What the device calls it; unique among the plugin's registers. */
  id: idSchema,
  /** The structure that the register holds. */
  structure: nameSchema,
  /** What can be done with it, and the effect of doing so. */
  effects: z.strictObject({ read: z.enum(EFFECTS).optional(), write: z.enum(EFFECTS).optional() }),
  /**
   * The readings that a dump takes: values of `INDEX` fields. Without it, one if every index field has a default, else none. An index field of
   * type `enum` whose enum has values named `current` and `default` says which set of values is read: a reading of `current` that is not as that
   * of `default` was changed since the device was delivered.
   */
  instances: z.array(z.record(nameSchema, integerSchema)).min(1).max(4096).optional(),
});

const commandDocument = z.strictObject({
  kind: z.literal('command'), ...documentParts,
  /** The number that its requests carry. */
  opcode: integerSchema,
  /** The structure of a request, header included. */
  request: nameSchema,
  /** The structure of a reply, header included. */
  reply: nameSchema,
  /** Room for the reply's part without a fixed size, where the caller does not say how much. */
  replyTailBytes: z.number().int().min(1).max(65_536).optional(),
  /** The command asks for the state of an object; its request's `INDEX` fields say of which one. */
  object: z.strictObject({ name: nameSchema, title: z.string().min(1).optional() }).optional(),
});

const capabilityDocument = z.strictObject({
  kind: z.literal('capability'), ...documentParts,
  /** What the device calls it; unique among the plugin's capabilities. */
  id: integerSchema,
  /** The structure that it holds. */
  structure: nameSchema,
});

const nvconfigDocument = z.strictObject({ kind: z.literal('nvconfig'), ...documentParts, ...nvItemParts });

/** One file of a plugin's `layouts/`: a register, a command, a capability, an item of non-volatile configuration, or structures that these share. */
export const layoutDocumentSchema = z.discriminatedUnion('kind', [structuresDocument, registerDocument, commandDocument, capabilityDocument, nvconfigDocument]);
/** As {@link layoutDocumentSchema} describes. */
export type LayoutDocument = z.infer<typeof layoutDocumentSchema>;
/** A layout document of one kind. */
export type LayoutDocumentOf<K extends LayoutDocument['kind']> = Extract<LayoutDocument, { kind: K }>;
/** The names of an enum's values. */
export type Symbol = z.infer<typeof symbolSchema>;
/** The name of one bit of a flags field. */
export type Flag = z.infer<typeof flagSchema>;

/** What each opcode may do, and the least scope at which the kernel's driver passes it. One file a plugin: `layouts/opcodes.json`. */
export const opcodeTableSchema = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMATS.opcodes.writes),
  source: z.array(sourceSchema).min(1),
  opcodes: z.array(z.strictObject({
    /** The number that a request carries. */
    opcode: integerSchema,
    /** The command's name, also where it has no layout. */
    name: nameSchema,
    /** The row holds for requests with this operation modifier only; without it, for all that no other row takes. */
    modifier: integerSchema.optional(),
    /** The least scope at which the kernel's driver passes it. */
    scope: z.enum(SCOPES),
    /** What it may do to the device. */
    effect: z.enum(EFFECTS),
  })).min(1),
  /** Commands of the device that the kernel's driver passes at no scope: why, and what of the system does the same. */
  refused: z.array(z.strictObject({
    reason: z.string().min(1),
    kernelInterfaces: z.array(kernelInterfaceSchema).optional(),
    commands: z.array(z.strictObject({
      opcode: integerSchema, name: nameSchema,
      /** Only requests with this operation modifier are meant. */
      modifier: integerSchema.optional(),
    })).min(1),
  })).optional(),
});
/** As {@link opcodeTableSchema} describes. */
export type OpcodeTable = z.infer<typeof opcodeTableSchema>;
