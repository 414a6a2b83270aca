import { z } from 'zod';
import { nameSchema } from './layout/field.js';
import { integerSchema } from './integer.js';

/** Values that a command is always sent with, by field. */
const constantsSchema = z.record(nameSchema, integerSchema);

/** A command that accesses a register, and where in its request the register's number and bytes go. */
export const registerCommandSchema = z.strictObject({ command: nameSchema, id: nameSchema, image: nameSchema, fields: constantsSchema.optional() });
/** As {@link registerCommandSchema} describes. */
export type RegisterCommand = z.infer<typeof registerCommandSchema>;

/** One line of a device's identity: what is asked, and how its answer is told. */
export const identityLineSchema = z.union([
  z.strictObject({ name: z.string().min(1), command: nameSchema, fields: constantsSchema.optional(), text: z.string().min(1) }),
  z.strictObject({ name: z.string().min(1), register: nameSchema, fields: constantsSchema.optional(), text: z.string().min(1) }),
  /** A file of the kernel's that holds the text, such as `/sys/class/net/{netdev}/address`, with the device's names as in kernel interfaces. */
  z.strictObject({ name: z.string().min(1), file: z.string().regex(/^\/(sys|proc)\/[^\s]+$/) }),
]);
/** As {@link identityLineSchema} describes; `text` holds `{path}` for each decoded field, as in `{version.major}.{parts[0]}`. */
export type IdentityLine = z.infer<typeof identityLineSchema>;

/** How registers and capabilities are reached and a device is asked who it is, where commands with layouts suffice. */
export const accessParts = {
  /** The firmware version first. Lines that ask the same are asked once; what the device refuses is left out. */
  identity: z.array(identityLineSchema).optional(),
  /** The commands that access registers. */
  registers: z.strictObject({
    read: registerCommandSchema,
    write: registerCommandSchema.optional(),
    /** The field of the replies that holds the register's bytes. */
    reply: nameSchema,
    /** A write may be lost without a sign: read the register again after it. */
    readBack: z.literal(true).optional(),
  }).optional(),
  /** The command that reads capabilities. */
  capabilities: z.strictObject({
    command: nameSchema,
    /** The field that takes the capability's number; absent where there is but one. */
    id: nameSchema.optional(),
    /** The field that says which set of values is meant. Without it the two sets are the same. */
    mode: z.strictObject({ field: nameSchema, current: integerSchema, maximum: integerSchema }).optional(),
    fields: constantsSchema.optional(),
    /** The field of its reply that holds the capability's bytes. */
    reply: nameSchema,
  }).optional(),
};
/** The parts of a manifest that stand for code. */
export type ManifestAccess = z.infer<z.ZodObject<typeof accessParts>>;
