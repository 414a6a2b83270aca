import { z } from 'zod';
import { integerSchema } from './integer.js';
import { sourceSchema } from './source.js';

/** The names that stand for the device's own in command lines and paths. `{NAME}` of a field beside it stands for that field's value, `{NAME+N}` for one that much larger. */
export const KERNEL_PLACEHOLDERS = ['netdev', 'rdma', 'nvme', 'memdev', 'pci', 'devlink', 'value'] as const;

/** The programs by whose command lines the kernel's own interfaces are used. */
export const KERNEL_TOOLS = ['ethtool', 'ip', 'dcb', 'devlink'] as const;

const template = z.string().min(1).max(300);
const sysfsPath = z.string().regex(/^\/sys\/[^\s"']+$/, 'a file below /sys');
const fieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);
const word = z.string().min(1).max(100);

const offerParts = {
  /** What the kernel's own interface sets, in a few words; `the same` when left out. */
  what: z.string().min(1).optional(),
  /** The kernel's word for a value of the device, by the value's name or its decimal number. With it, the kernel offers these values only. */
  values: z.record(word, word).optional(),
  /** The kernel sets these values only, both ends included; it may show others. */
  range: z.strictObject({ min: integerSchema, max: integerSchema }).optional(),
  /** The kernel's number is the device's times `multiply` plus `add`. */
  scale: z.strictObject({ multiply: z.number().int().min(1).optional(), add: z.number().int().optional() }).optional(),
  /** `bit-states`: the kernel takes each bit by itself, as in `0:off 1:on`. */
  form: z.literal('bit-states').optional(),
  /** Other fields of the same structure, or other parameters, with the values at which the two are the same thing. */
  when: z.record(fieldName, z.array(integerSchema).min(1)).optional(),
  /** The kernel shows it here and does not set the same thing: values are compared, writes are not held back. */
  readOnly: z.literal(true).optional(),
  /** The file of the kernel's sources that shows it. */
  source: sourceSchema,
};

/**
 * An interface of the kernel's own that sets the same thing. A write past it is refused where it is there, unless the user insists; its command line is
 * shown, with the device's names and the value filled in.
 */
export const kernelOfferSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('devlink-param'),
    /** The parameter's name. */
    name: z.string().regex(/^[a-z0-9_]+$/),
    /** Which of its values is the same thing. */
    mode: z.enum(['runtime', 'driverinit', 'permanent']),
    ...offerParts,
  }),
  z.strictObject({
    type: z.literal('sysfs'),
    /** The file that is read and written; placeholders as in a command, and `*` for a part of one name that is not known. */
    path: sysfsPath,
    ...offerParts,
  }),
  z.strictObject({
    type: z.enum(KERNEL_TOOLS),
    /** A command line with placeholders: `{netdev}`, `{rdma}`, `{nvme}`, `{memdev}`, `{pci}`, `{devlink}` for the device's names, `{value}`, and fields beside it by name. */
    command: template,
    /** The file where the kernel shows its value. */
    read: sysfsPath.optional(),
    ...offerParts,
  }),
]);
/** As {@link kernelOfferSchema} describes. */
export type KernelOffer = z.infer<typeof kernelOfferSchema>;
