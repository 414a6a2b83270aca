import { z } from 'zod';
import { PARAMETER_MODES, CONFIG_FORMAT } from './words.js';

const MOST_LETTERS = 4096;
const MOST_ENTRIES = 1000;
const MOST_VALUES = 4096;

const name = z.string().min(1).max(MOST_LETTERS);

/** One value. A whole number that needs more than 53 bits is written as a text, such as `"0x1122334455667788"`. */
export const configScalarSchema = z.union([z.string().max(MOST_LETTERS), z.number(), z.boolean()]);
/** As {@link configScalarSchema} describes. */
export type ConfigScalar = z.infer<typeof configScalarSchema>;

/** A value of a register's field: of a structure its fields by name, of an array its elements in order. */
export type ConfigFieldValue = ConfigScalar | { readonly [field: string]: ConfigFieldValue } | readonly ConfigFieldValue[];
/** As {@link ConfigFieldValue} describes. */
export const configFieldValueSchema: z.ZodType<ConfigFieldValue> = z.lazy(() => z.union([configScalarSchema, z.record(name, configFieldValueSchema), z.array(configFieldValueSchema)]));

/** Devices, by what is known of them: all members must hold. In texts `*` stands for any number of letters and `?` for one; letters are the same in either case. */
export const configMatchSchema = z.strictObject({
  /** Any name of the device, its address among them. */
  device: name.optional(),
  plugin: name.optional(),
  /** Vendor and device of its PCI function, as in `1af4:1000`. */
  pci: z.string().regex(/^[0-9a-fA-F*?]{1,9}(:[0-9a-fA-F*?]{1,9})?$/, 'vendor and device as in 1af4:1000 or 1af4:*').optional(),
  /** The kernel's driver that is bound to it. */
  driver: name.optional(),
  /** As the device tells it: to know it, devices that fit otherwise are opened and asked. */
  serial: name.optional(),
  /** The product's name, as lists show it. */
  product: name.optional(),
}).refine((match) => Object.keys(match).length > 0, { message: 'says nothing about the device' });
/** As {@link configMatchSchema} describes. */
export type ConfigMatch = z.infer<typeof configMatchSchema>;

/** What one of the kernel's parameters is to be. */
export const configDriverValueSchema = z.union([
  configScalarSchema,
  z.strictObject({
    value: configScalarSchema,
    /** Which of its values is meant; needed where it has several. */
    mode: z.enum(PARAMETER_MODES).optional(),
  }),
]);
/** As {@link configDriverValueSchema} describes. */
export type ConfigDriverValue = z.infer<typeof configDriverValueSchema>;

/** What fields of one register are to be. */
export const configRegisterSchema = z.strictObject({
  name,
  /** The fields that say which reading of it is meant. */
  index: z.record(name, configScalarSchema).optional(),
  fields: z.record(name, configFieldValueSchema).refine((fields) => Object.keys(fields).length > 0, { message: 'no field is named' }),
});
/** As {@link configRegisterSchema} describes. */
export type ConfigRegister = z.infer<typeof configRegisterSchema>;

/** What some devices are to be like. */
export const configEntrySchema = z.strictObject({
  match: configMatchSchema,
  /** There need be no such device. */
  optional: z.boolean().optional(),
  /** Stored configuration, by the names of parameters. */
  parameters: z.record(name, configScalarSchema).optional(),
  /** The parameters that the kernel offers for the device, by name. */
  driver: z.record(name, configDriverValueSchema).optional(),
  registers: z.array(configRegisterSchema).max(MOST_VALUES).optional(),
}).refine(({ parameters = {}, driver = {}, registers = [] }) => Object.keys(parameters).length + Object.keys(driver).length + registers.length > 0, { message: 'sets nothing: parameters, driver or registers say what' });
/** As {@link configEntrySchema} describes. */
export type ConfigEntry = z.infer<typeof configEntrySchema>;

/** How devices are to be set up. */
export const configSchema = z.strictObject({
  format: z.literal(CONFIG_FORMAT),
  devices: z.array(configEntrySchema).min(1).max(MOST_ENTRIES),
});
/** As {@link configSchema} describes. */
export type Configuration = z.infer<typeof configSchema>;
