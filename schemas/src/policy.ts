import { z } from 'zod';
import { EFFECTS, POLICY_FORMAT, SCOPES } from './words.js';

const MOST_LETTERS = 200;
const MOST_CHOICES = 1000;
const MOST_RULES = 1000;
const MOST_ID = 0xffff_fffe;

const text = z.string().min(1).max(MOST_LETTERS).regex(/^[^\p{Cc}]*$/u, 'text without control characters');
const glob = text.describe('letters stand for themselves in either case, * for any number of them, ? for one');
const account = z.union([text, z.number().int().min(0).max(MOST_ID)]);

/** One, or a list of which any will do. */
function anyOf<T extends z.ZodType>(one: T): z.ZodUnion<readonly [T, z.ZodArray<T>]> {
  return z.union([one, z.array(one).min(1).max(MOST_CHOICES)]);
}

/** Devices, by what is known of them: all members must hold. */
export const policyDeviceSchema = z.strictObject({
  /** The stable address, such as `0000:3b:00.0`. */
  address: anyOf(glob).optional(),
  plugin: anyOf(glob).optional(),
  /** Vendor and device, as in `1af4:1000`. */
  pci: anyOf(z.string().regex(/^[0-9a-fA-F*?]{1,9}(:[0-9a-fA-F*?]{1,9})?$/, 'vendor and device as in 1af4:1000 or 1af4:*')).optional(),
  /** As the device tells it. */
  serial: anyOf(glob).optional(),
  /** The kernel driver bound to it. */
  driver: anyOf(glob).optional(),
}).refine((device) => Object.keys(device).length > 0, { message: 'says nothing about the device' });
/** As {@link policyDeviceSchema} describes. */
export type PolicyDevice = z.infer<typeof policyDeviceSchema>;

/** A rule of a policy: what it says nothing about may be anything. */
export const policyRuleSchema = z.strictObject({
  action: z.enum(['allow', 'deny']),
  /** What messages and the journal call it by. */
  name: text.optional(),
  /** Users by name or id: who logged in, whatever user that became; where nobody did, the user of the process. */
  users: anyOf(account).optional(),
  /** Groups by name or id. A user of `users` or a member of `groups` is meant. */
  groups: anyOf(account).optional(),
  devices: anyOf(policyDeviceSchema).optional(),
  /** What commands may do; `configure` and `invasive` where this is left out. */
  effects: anyOf(z.enum(EFFECTS)).optional(),
  scopes: anyOf(z.enum(SCOPES)).optional(),
  /** Commands by name; an opcode that no plugin knows in hexadecimal, as in `0x904`. */
  commands: anyOf(glob).optional(),
  registers: anyOf(glob).optional(),
  /** Items of stored configuration, and the parameters in them. */
  parameters: anyOf(glob).optional(),
  /** What is changed, of a register, an item or the kernel's parameters; of a command what it sets. */
  fields: anyOf(glob).optional(),
  /** What is allowed needs a reason. */
  'require-reason': z.boolean().optional(),
}).superRefine((rule, context) => {
  if (rule.action === 'deny' && rule['require-reason'] !== undefined) context.addIssue({ code: 'custom', path: ['require-reason'], message: 'only a rule that allows can demand a reason' });
  const inspects = rule.effects === 'inspect' || (Array.isArray(rule.effects) && rule.effects.includes('inspect'));
  if (!inspects) return;
  if (rule['require-reason'] === true) context.addIssue({ code: 'custom', path: ['require-reason'], message: 'what only inspects is not recorded, and needs no reason' });
  const devices = rule.devices === undefined ? [] : [rule.devices].flat();
  if (devices.some(({ serial }) => serial !== undefined)) context.addIssue({ code: 'custom', path: ['devices'], message: 'a serial number is found out by inspecting: a rule about inspect cannot ask for it' });
});
/** As {@link policyRuleSchema} describes. */
export type PolicyRuleData = z.infer<typeof policyRuleSchema>;

/** Who may do what with which device: the first rule that fits decides. */
export const policySchema = z.strictObject({
  format: z.literal(POLICY_FORMAT),
  /** What becomes of a change that no rule fits; `allow` where this is left out. What only inspects is allowed unless a rule denies it. */
  default: z.enum(['allow', 'deny']).optional(),
  rules: z.array(policyRuleSchema).max(MOST_RULES).optional(),
});
/** As {@link policySchema} describes. */
export type PolicyData = z.infer<typeof policySchema>;
