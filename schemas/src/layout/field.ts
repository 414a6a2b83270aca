import { z } from 'zod';
import { integerSchema } from '../integer.js';
import { kernelOfferSchema } from '../kernel-offer.js';
import { firmwareRangeSchema } from '../source.js';

/** The name of a field, structure, enum or register: its specification's spelling. */
export const nameSchema = z.string().regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a name: letters, digits and _, not starting with a digit');

/**
 * What software may do with a field: read, read and write, write only, select with it, or start an operation with it. A request that
 * sets an `OP` field to anything but its default is never taken for one that only inspects.
 */
export const ACCESS_KINDS = ['RO', 'RW', 'WO', 'INDEX', 'OP'] as const;
/** One of {@link ACCESS_KINDS}. */
export type AccessKind = (typeof ACCESS_KINDS)[number];

const bitCount = z.number().int().min(0).max(2 ** 27);
const width = z.number().int().min(1).max(2 ** 27);

const integerParts = {
  /** Its width. */
  sizeBits: z.number().int().min(1).max(64),
  /** The only value that the field may have; encoders fill it in. */
  constant: integerSchema.optional(),
};

/** The kinds of value a field can hold. `sizeBits` is the whole width, elements and all. */
const valueSchemas = [
  z.strictObject({
    type: z.literal('uint'), ...integerParts,
    /** What it is measured in, such as `ms` or `C`. */
    unit: z.string().min(1).optional(),
    /** The quantity in `unit` is the raw value times this. */
    scale: z.number().positive().optional(),
    /** How it is shown; `decimal` when left out. */
    display: z.enum(['decimal', 'hex']).optional(),
  }),
  z.strictObject({ type: z.literal('int'), ...integerParts, unit: z.string().min(1).optional(), scale: z.number().positive().optional() }),
  z.strictObject({
    type: z.literal('enum'), ...integerParts,
    /** The enum whose names its values have. */
    enum: nameSchema,
  }),
  z.strictObject({
    type: z.literal('flags'), ...integerParts,
    /** The flags whose names its bits have. */
    flags: nameSchema,
  }),
  z.strictObject({ type: z.literal('string'), sizeBits: width.multipleOf(8) }),
  z.strictObject({
    type: z.literal('bytes'),
    /** Zero, with `tail`: whatever follows. */
    sizeBits: bitCount.multipleOf(8),
    /** Without a fixed size; only the last field of a structure. */
    tail: z.literal(true).optional(),
    /** How they are shown; `hex` when left out. */
    display: z.enum(['hex', 'mac', 'uuid']).optional(),
  }),
  z.strictObject({ type: z.literal('reserved'), sizeBits: width }),
  z.strictObject({
    type: z.literal('struct'), sizeBits: width,
    /** The structure that it is. */
    structure: nameSchema,
  }),
  z.strictObject({
    type: z.literal('union'), sizeBits: width,
    /**
     * A field of the same structure whose value chooses the variant. Without one nothing in the bytes tells: the value is shown as
     * bytes, and whoever encodes it names a variant.
     */
    selector: nameSchema.optional(),
    /** What it can be. */
    variants: z.array(z.strictObject({
      /** What the variant is called where it is named; its structure's name when left out. */
      name: nameSchema.optional(),
      /** The selector's values that choose it; only beside a selector. */
      when: z.array(integerSchema).min(1).optional(),
      structure: nameSchema,
    })).min(1).max(256),
  }),
] as const;

const elementSchema = z.discriminatedUnion('type', valueSchemas);
/** What an array repeats: a value without name or place. */
export type ElementValue = z.infer<typeof elementSchema>;

const arraySchema = z.strictObject({
  type: z.literal('array'),
  /** `count` times the element's size; zero for a count of `rest`. */
  sizeBits: bitCount,
  /** Elements, or `rest`: as many whole ones as follow. */
  count: z.union([z.number().int().min(1).max(2 ** 20), z.literal('rest')]),
  /** What is repeated. */
  element: elementSchema,
});

const placeParts = {
  /** In its specification's spelling; unique in its structure. */
  name: nameSchema,
  /** Bits from the start of the structure: bit 0 is the first byte's highest bit (byte order `big`) or lowest bit (`little`). */
  offsetBits: bitCount,
  /** What it means, in a sentence. */
  description: z.string().min(1).optional(),
  /** `RO` when left out. */
  access: z.enum(ACCESS_KINDS).optional(),
  /** What reading does besides reading. */
  onRead: z.enum(['clear', 'advance']).optional(),
  /** What writing does besides setting. */
  onWrite: z.enum(['one-to-clear', 'one-to-set', 'trigger']).optional(),
  /** The firmware that has it; all when left out. */
  firmware: firmwareRangeSchema.optional(),
  /** Its value changes by itself: a counter, a temperature, a time. On a structure it holds for all that is inside. */
  volatile: z.literal(true).optional(),
  /**
   * Of an `INDEX` field: the value that is sent when none is given; for a read, one without a default must be given. Of an `OP` field: the value that
   * starts nothing, sent when none is given; 0 when left out.
   */
  default: integerSchema.optional(),
  /** A key or another secret: dumps hold zeros in its place. */
  secret: z.literal(true).optional(),
  /** It tells this device from all others of its kind, as a serial number or an address does: left out where two devices are compared, and where a report shall not tell. */
  identifies: z.literal(true).optional(),
  /** Interfaces of the kernel's own that set the same thing, the best first. */
  kernel: z.array(kernelOfferSchema).min(1).max(16).optional(),
};

/** One field of a structure. */
export const fieldSchema = z.discriminatedUnion('type', [
  valueSchemas[0].extend(placeParts), valueSchemas[1].extend(placeParts), valueSchemas[2].extend(placeParts),
  valueSchemas[3].extend(placeParts), valueSchemas[4].extend(placeParts), valueSchemas[5].extend(placeParts),
  valueSchemas[6].extend(placeParts), valueSchemas[7].extend(placeParts), valueSchemas[8].extend(placeParts),
  arraySchema.extend(placeParts),
]);
/** As {@link fieldSchema} describes. */
export type Field = z.infer<typeof fieldSchema>;
/** The value part of a field or of an array's element. */
export type Value = ElementValue | z.infer<typeof arraySchema>;
