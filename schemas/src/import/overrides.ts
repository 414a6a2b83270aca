import { z } from 'zod';
import { FORMATS } from '../formats.js';
import { ACCESS_KINDS, nameSchema } from '../layout/field.js';
import { integerSchema } from '../integer.js';

/** What a correction may say of a field. */
const changeSchema = z.strictObject({
  name: nameSchema.optional(),
  description: z.string().min(1).optional(),
  access: z.enum(ACCESS_KINDS).optional(),
  onRead: z.enum(['clear', 'advance']).optional(),
  onWrite: z.enum(['one-to-clear', 'one-to-set', 'trigger']).optional(),
  secret: z.literal(true).optional(),
  identifies: z.literal(true).optional(),
  volatile: z.literal(true).optional(),
  default: integerSchema.optional(),
  constant: integerSchema.optional(),
  /** An integer may become a signed one, bytes text; anything may become reserved, and a reserved field anything of its size. */
  type: z.enum(['uint', 'int', 'string', 'bytes', 'reserved']).optional(),
  unit: z.string().min(1).optional(),
  scale: z.number().positive().optional(),
  display: z.enum(['decimal', 'hex', 'mac', 'uuid']).optional(),
  /** Names of an integer's values. */
  symbols: z.array(z.strictObject({ name: z.string().min(1), value: integerSchema })).min(1).optional(),
  /** The field that chooses a union's variant, and the values that choose each, by the variant's name. */
  selector: nameSchema.optional(),
  when: z.record(nameSchema, z.array(integerSchema).min(1)).optional(),
});

const reason = z.string().min(1);

/** Corrections of what an importer makes of a header, each with its reason. */
export const importOverridesSchema = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMATS['import-overrides'].writes),
  overrides: z.array(z.union([
    /** Of fields, `*` is every one that is not reserved; of structures, every one that has such a field. */
    z.strictObject({ structure: z.union([nameSchema, z.literal('*')]), field: z.union([nameSchema, z.literal('*')]), set: changeSchema, reason }),
    /**
     * Two integers, one behind the other, whose names end in these two ways and begin alike, become one integer of that beginning's name:
     * the parts of a 64-bit value. `*`: in every structure.
     */
    z.strictObject({ structure: z.union([nameSchema, z.literal('*')]), join: z.tuple([z.string().min(1), z.string().min(1)]), reason }),
    /** The structure is not written; nothing else may use it. */
    z.strictObject({ structure: nameSchema, leaveOut: z.literal(true), reason }),
  ])),
});
/** As {@link importOverridesSchema} describes. */
export type ImportOverrides = z.infer<typeof importOverridesSchema>;
/** Corrections, and the name of their file in problems. */
export interface NamedOverrides {
  readonly file: string;
  readonly value: ImportOverrides;
}
/** One correction. */
export type ImportOverride = ImportOverrides['overrides'][number];
/** What a correction says of a field. */
export type FieldChange = z.infer<typeof changeSchema>;
