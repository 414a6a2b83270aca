import { z } from 'zod';
import { EFFECTS, JOURNAL_FORMATS, SCOPES, TRANSPORTS } from './words.js';

/** So many bytes has a line of a journal at most, its newline included. */
export const MOST_JOURNAL_LINE_BYTES = 65_536;

const text = z.string().max(4096);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256: 64 hexadecimal digits in lower case');
const count = z.number().int().min(0);
const number = z.number().int().min(1);

/** What every record begins with. Its members stand in this order, before all others; `hash` is the last. */
const chainParts = {
  /** The `hash` of the record before, in the file before where this is a file's first; zeros for the very first. */
  previous: digest,
  /** 1 for the first record, and one more for each further one, over all files. */
  sequence: number,
};

const timeParts = {
  format: z.enum(JOURNAL_FORMATS),
  /** ISO 8601, UTC: the wall clock, which may be set. */
  time: z.iso.datetime(),
  /** Milliseconds of the clock that is never set; comparable within one boot. */
  monotonicMs: z.number().min(0),
};

/** SHA-256 of the line's bytes before `,"hash"`. */
const hash = digest;

/** Where a file of the journal ends. */
const fileEnd = z.strictObject({ file: number, bytes: count, sequence: count, hash: digest });

/** What is known of a command, and of who asked for it. */
const commandParts = {
  ...timeParts,
  /** The kernel's name for this boot. */
  bootId: text.optional(),
  host: text,
  user: z.strictObject({
    uid: count,
    /** Who logged in, whatever user that became; absent where nobody did, as in a service. */
    loginUid: count.optional(),
    /** Who called sudo, by name. */
    sudoUser: text.optional(),
  }),
  process: z.strictObject({
    pid: number,
    executable: text,
    /** As far as it fits; values of secret fields are replaced by `***`. */
    commandLine: z.array(text),
  }),
  device: z.strictObject({
    address: text,
    /** Vendor and device, as in `1af4:1000`. */
    pci: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/).optional(),
    serial: text.optional(),
    /** The kernel driver bound to it. */
    driver: text.optional(),
    /** What the device said of its firmware's version before the command. */
    firmware: text.optional(),
  }),
  plugin: text,
  effect: z.enum(EFFECTS),
  /** By name; the opcode in hexadecimal where no plugin knows it. */
  command: text,
  /** The register that the command reaches. */
  register: text.optional(),
  /** The item of stored configuration that it sets or resets; `changes` are then those of its fields. */
  item: text.optional(),
  /** What is sent, by field, as text; those that are zero or secret are left out. */
  fields: z.record(z.string(), text).optional(),
  /** The fields that a write changes, of the register or of the item. */
  changes: z.array(z.strictObject({ field: z.string(), before: text, after: text })).optional(),
  /** So many fields or changes are not here, since there are too many. */
  leftOut: count.optional(),
  /** Why, as the user gave it. */
  reason: text.optional(),
};

const requestSchema = z.strictObject({
  bytes: count,
  /** Of all bytes of the request; absent where a field is secret, since a digest lets one guess. */
  sha256: digest.optional(),
});

/** Written before a command is sent. */
export const journalIntentSchema = z.strictObject({
  ...chainParts,
  type: z.literal('intent'),
  ...commandParts,
  transport: z.enum(TRANSPORTS),
  scope: z.enum(SCOPES),
  request: requestSchema,
  hash,
});
/** As {@link journalIntentSchema} describes. */
export type JournalIntent = z.infer<typeof journalIntentSchema>;

/** Why a policy lets a command not be sent: a rule denies it, or demands a reason that was not given; or the policy itself cannot be used. */
export const POLICY_REFUSALS = ['denied', 'reason-missing', 'unusable'] as const;

/** Written instead of an intent where the system's policy refuses a command: it was not sent. */
export const journalRefusalSchema = z.strictObject({
  ...chainParts,
  type: z.literal('refusal'),
  ...commandParts,
  /** Absent, as are the scope and the request, where the command was refused before they were known. */
  transport: z.enum(TRANSPORTS).optional(),
  scope: z.enum(SCOPES).optional(),
  request: requestSchema.optional(),
  policy: z.strictObject({
    why: z.enum(POLICY_REFUSALS),
    /** The policy's file, and the line on which the rule begins, or the default stands. */
    file: text.optional(),
    line: number.optional(),
    /** The rule's name; absent where it has none, and where no rule decides. */
    rule: text.optional(),
  }),
  hash,
});
/** As {@link journalRefusalSchema} describes. */
export type JournalRefusal = z.infer<typeof journalRefusalSchema>;

/** What can become of a command. */
export const JOURNAL_RESULTS = ['answered', 'refused', 'not-delivered', 'timed-out', 'device-gone', 'aborted', 'failed'] as const;

/** Written after the answer to a command, or when none is waited for any longer. */
export const journalOutcomeSchema = z.strictObject({
  ...chainParts,
  type: z.literal('outcome'),
  /** The sequence of the intent. */
  intent: number,
  ...timeParts,
  /** From when the intent was on the disk. */
  durationMs: z.number().min(0),
  /**
   * `answered`: with success. `refused`: by the firmware, with a status. `not-delivered`: a system call said so. After `timed-out`, `device-gone`,
   * `aborted` and `failed` it is not known whether the command took effect.
   */
  result: z.enum(JOURNAL_RESULTS),
  /** The tool's error code, where it was no success. */
  code: text.optional(),
  /** By name, of the system call that failed. */
  errno: text.optional(),
  /** Of the firmware, hexadecimal, with its name and its finer reason. */
  status: text.optional(),
  statusName: text.optional(),
  syndrome: text.optional(),
  reply: z.strictObject({ bytes: count }).optional(),
  hash,
});
/** As {@link journalOutcomeSchema} describes. */
export type JournalOutcome = z.infer<typeof journalOutcomeSchema>;

/** The first record of every file: which file it is, and what it continues. */
export const journalFileSchema = z.strictObject({
  ...chainParts,
  type: z.literal('file'),
  ...timeParts,
  /** The number of this file. */
  file: number,
  /** The file before; absent in the very first, and where a writer was stopped while it began this one. */
  continues: fileEnd.optional(),
  /** The oldest file that is kept, and its first record: older ones are removed from here on. */
  oldest: z.strictObject({ file: number, sequence: number }),
  hash,
});
/** As {@link journalFileSchema} describes. */
export type JournalFileRecord = z.infer<typeof journalFileSchema>;

/** Written by the next writer after one that was stopped in the middle. */
export const journalRecoverySchema = z.strictObject({
  ...chainParts,
  type: z.literal('recovery'),
  ...timeParts,
  /** The bytes between the record before and this one, which are no records; without the newline that the next writer closed them with. */
  torn: z.strictObject({ bytes: number, sha256: digest }).optional(),
  /** Records that were on the disk and not yet in the seal. */
  unsealed: z.strictObject({ from: number, to: number }).optional(),
  hash,
});
/** As {@link journalRecoverySchema} describes. */
export type JournalRecovery = z.infer<typeof journalRecoverySchema>;

/** A command of any process of this machine, as a watcher saw it on its way through the kernel. */
export const journalObservedSchema = z.strictObject({
  ...chainParts,
  type: z.literal('observed'),
  /** When the kernel was asked; the record may be written later. */
  ...timeParts,
  bootId: text.optional(),
  host: text,
  process: z.strictObject({
    pid: number,
    /** The thread that asked, where it is not the process's first. */
    thread: number.optional(),
    /** As the kernel has it, up to 15 bytes, which any program chooses for itself. */
    name: text,
    /** Absent, with what follows, where the process had gone before it could be looked at. */
    executable: text.optional(),
    /** As far as it fits. */
    commandLine: z.array(text).optional(),
  }),
  /** Absent where the process had gone. */
  user: z.strictObject({
    uid: count,
    /** Who logged in, whatever user that became. */
    loginUid: count.optional(),
  }).optional(),
  device: z.strictObject({
    /** Absent where the device is not known. */
    address: text.optional(),
    /** The node under `/dev/fwctl`. */
    node: text.optional(),
    /** Vendor and device, as in `1af4:1000`. */
    pci: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/).optional(),
    /** The kernel driver bound to it. */
    driver: text.optional(),
    /** `kernel`: the request itself named the device. `open-files`: it is the only one that the process had open. `unknown`: neither said it. */
    source: z.enum(['kernel', 'open-files', 'unknown']),
    /** The addresses of those that the process had open, where it is not known which one was meant. */
    candidates: z.array(text).optional(),
  }),
  /** Whose tables named the command. */
  plugin: text.optional(),
  /** Absent for a number that is none of the kernel's scopes. */
  scope: z.enum(SCOPES).optional(),
  scopeNumber: count,
  /** `invasive` where the command is not known. */
  effect: z.enum(EFFECTS),
  /** By name; the opcode in hexadecimal where no plugin knows it; absent where not even that can be told. */
  command: text.optional(),
  /** The register that the command reaches, by name, or its number in hexadecimal. */
  register: text.optional(),
  request: z.strictObject({
    bytes: count,
    /** The first bytes, hexadecimal, as far as they could be read. Absent where a secret may be among them. */
    head: z.string().regex(/^([0-9a-f]{2})*$/).optional(),
  }),
  /** So many bytes the caller has room for. */
  replyRoomBytes: count,
  /**
   * `passed`: the kernel gave the caller a reply; what the firmware says in it is not known. `not-passed`: the kernel refused or could not deliver it.
   * `unknown`: it had not returned when this was written.
   */
  result: z.enum(['passed', 'not-passed', 'unknown']),
  /** By name, where it was not passed. */
  errno: text.optional(),
  hash,
});
/** As {@link journalObservedSchema} describes. */
export type JournalObserved = z.infer<typeof journalObservedSchema>;

/** From when to when others were watched, and what was missed in between. */
export const journalWatchSchema = z.strictObject({
  ...chainParts,
  type: z.literal('watch'),
  ...timeParts,
  bootId: text.optional(),
  host: text,
  /** Of the watcher. */
  pid: number,
  /** `lost`: commands may have been sent that are not recorded. A watcher that was killed has no `ended`. */
  event: z.enum(['began', 'ended', 'lost']),
  /** With `began`: the weakest effect that is recorded. */
  from: z.enum(EFFECTS).optional(),
  /** With `lost`: why. `overrun`: more was sent than could be read in time. `unprobed`: the kernel had no room to follow so many at once. `unreadable`: the kernel's account could not be understood. `unwritten`: the journal could not be written. */
  why: z.enum(['overrun', 'unprobed', 'unreadable', 'unwritten']).optional(),
  /** With `lost`: so many, where the kernel counted them. */
  lost: count.optional(),
  hash,
});
/** As {@link journalWatchSchema} describes. */
export type JournalWatch = z.infer<typeof journalWatchSchema>;

/** One line of a journal. */
export const journalRecordSchema = z.discriminatedUnion('type', [
  journalIntentSchema, journalRefusalSchema, journalOutcomeSchema, journalFileSchema, journalRecoverySchema, journalObservedSchema, journalWatchSchema,
]);
/** As {@link journalRecordSchema} describes. */
export type JournalRecord = z.infer<typeof journalRecordSchema>;

/** The file beside the journal that says where the journal ends. */
export const journalSealSchema = z.strictObject({
  format: z.enum(JOURNAL_FORMATS),
  /** The last record: its sequence (0 before the first), its hash, its file and that file's length up to and with it. */
  sequence: count,
  hash: digest,
  file: number,
  bytes: count,
  oldest: z.strictObject({ file: number, sequence: number }),
  /** HMAC-SHA-256 of the members above, as JSON in this order without blanks, where the journal is sealed with a key. */
  mac: digest.optional(),
});
/** As {@link journalSealSchema} describes. */
export type JournalSeal = z.infer<typeof journalSealSchema>;
