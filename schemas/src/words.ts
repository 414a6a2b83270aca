import { FORMATS } from './formats.js';

/** The version of what a plugin's manifest, layouts and module may say, and of what they may count on. */
export const PLUGIN_API = 1;

/** How far a command may reach, as in the kernel's fwctl: the index is the kernel's number (`include/uapi/fwctl/fwctl.h`). */
export const SCOPES = ['configuration', 'debug-read-only', 'debug-write', 'debug-write-full'] as const;
/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/** What a command may do to the device, from harmless to anything. */
export const EFFECTS = ['inspect', 'configure', 'invasive'] as const;
/** One of {@link EFFECTS}. */
export type Effect = (typeof EFFECTS)[number];

/** What carries a channel's bytes; `kernel`: interfaces of the kernel that are no mailbox, such as sysfs, ethtool and devlink. */
export const TRANSPORTS = ['fwctl', 'nvme', 'vsc', 'vfio', 'kernel', 'sim'] as const;
/** One of {@link TRANSPORTS}. */
export type TransportKind = (typeof TRANSPORTS)[number];

/** What devices are found on; `netdev`: a network interface whose device hangs on no PCI function. */
export const BUSES = ['auxiliary', 'pci', 'fwctl', 'nvme', 'netdev', 'sim'] as const;
/** One of {@link BUSES}. */
export type BusName = (typeof BUSES)[number];

/** The formats of the journal's records and of the seal beside them that are read. The first had no `observed` and no `watch` records. */
export const JOURNAL_FORMATS = FORMATS.journal.reads;
/** One of {@link JOURNAL_FORMATS}. */
export type JournalFormat = (typeof JOURNAL_FORMATS)[number];
/** The format that is written; a journal that was begun in an earlier one goes on in this. */
export const JOURNAL_FORMAT = FORMATS.journal.writes;

/** What a report says of its format. */
export const REPORT_FORMAT = FORMATS.report.writes;

/** What a file of desired configuration says of its format. */
export const CONFIG_FORMAT = FORMATS.config.writes;

/** Which value of a parameter that the kernel offers is meant: in force at once, from the driver's next start on, or kept in the device (`include/net/devlink.h`, Linux 7.2). */
export const PARAMETER_MODES = ['runtime', 'driverinit', 'permanent'] as const;

/** The format of the system's policy. */
export const POLICY_FORMAT = FORMATS.policy.writes;
