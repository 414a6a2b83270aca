import { EFFECTS, SCOPES } from '@auxctl/schemas';
import { z } from 'zod';

/** What `auxctl policy check` prints. */
export const policyCheckSchema = z.strictObject({
  schema: z.literal('auxctl.policy-check/1'),
  file: z.string(),
  /** `absent`: there is none, and nothing is forbidden. `faulty`: what changes a device is refused until it is repaired. */
  state: z.enum(['sound', 'faulty', 'absent']),
  /** What becomes of a change that no rule fits; null where the file is faulty or absent. */
  default: z.enum(['allow', 'deny']).nullable(),
  rules: z.number().nullable(),
  /** Why the file cannot be trusted: somebody else than root could change it. Of a file that is named, null. */
  untrusted: z.string().nullable(),
  faults: z.array(z.strictObject({ line: z.number(), column: z.number(), message: z.string(), excerpt: z.array(z.string()) })),
  /** What is no fault and may be a slip: accounts that this system does not know. */
  notes: z.array(z.strictObject({ line: z.number(), message: z.string() })),
});
/** As {@link policyCheckSchema} describes. */
export type PolicyCheckDocument = z.infer<typeof policyCheckSchema>;

const verdict = z.enum(['allow', 'deny', 'reason']);

/** What `auxctl policy explain` prints. */
export const policyExplainSchema = z.strictObject({
  schema: z.literal('auxctl.policy-explain/1'),
  device: z.string(),
  /** The words that follow the device. */
  command: z.string(),
  /** `reason`: allowed once there is a reason. That a policy allows something does not replace `--allow`. */
  verdict,
  user: z.strictObject({ uid: z.number(), name: z.string().nullable() }),
  effect: z.enum(EFFECTS),
  /** May the device say that the effect is another one? */
  mayBeRefined: z.boolean(),
  /** Null where it is not known, as are the commands, the register and the serial number. */
  scope: z.enum(SCOPES).nullable(),
  commands: z.array(z.string()).nullable(),
  register: z.string().nullable(),
  serial: z.string().nullable(),
  /** One for each policy and each change; a command without changes is decided as a whole. */
  decisions: z.array(z.strictObject({
    file: z.string(),
    /** Where the rule begins, or the default stands; null where the file says nothing about it. */
    line: z.number().nullable(),
    /** The rule's name; null where it has none, or none fits. */
    rule: z.string().nullable(),
    by: z.enum(['rule', 'default']),
    verdict,
    /** A field, or a parameter of the stored configuration; null for the command as a whole. */
    change: z.string().nullable(),
    /** What could not be told, and might have led to another decision: it counts against the command. */
    unknown: z.array(z.string()),
  })),
});
/** As {@link policyExplainSchema} describes. */
export type PolicyExplainDocument = z.infer<typeof policyExplainSchema>;
