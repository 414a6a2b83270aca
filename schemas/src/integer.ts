import { z } from 'zod';

/** A non-negative integer in a data file: a JSON number up to 2^53 - 1, or a string such as `"0x5004"` for any width. */
export const integerSchema = z.union([
  z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  z.string().regex(/^0x[0-9a-f]{1,16}$/, 'a hexadecimal integer: 0x and one to sixteen digits in lower case'),
]);
/** As {@link integerSchema} describes. */
export type IntegerLiteral = z.infer<typeof integerSchema>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a device calls one of its registers: an integer, or a UUID as RFC 9562 writes it, in lower case. */
export const idSchema = z.union([integerSchema, z.string().regex(UUID, 'a UUID in lower case')]);
/** As {@link idSchema} describes. */
export type IdLiteral = z.infer<typeof idSchema>;
