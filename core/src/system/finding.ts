/** How much a finding matters: all is well; good to know; stands in the way. */
export type Severity = 'ok' | 'note' | 'problem';

/** What can be found, each with the question that it answers. */
export const FINDING_CODES = {
  /** Is the kernel recent enough? */
  'kernel-too-old': 'The kernel is older than the fwctl subsystem.',
  'fwctl-not-configured': 'The kernel was built without fwctl.',
  'fwctl-not-loaded': 'The kernel could have fwctl, but no part of it is loaded.',
  'fwctl-present': 'The kernel has fwctl.',

  /** Does each device lead to its firmware? */
  'no-device': 'No function of this machine is one that a plugin knows.',
  'plugin-missing': 'The plugin that knows a device is not installed.',
  'no-driver': 'A function has no driver.',
  'other-driver': 'A function is bound to another driver than the one that leads to its firmware.',
  'no-auxiliary': 'The driver made no auxiliary device for firmware control.',
  'auxiliary-unbound': 'The auxiliary device for firmware control has no driver.',
  'no-control-node': 'The driver is bound, and the kernel has made no control node.',
  'node-missing': 'The kernel has the control node, and it is not in /dev.',
  'node-permission': 'The permissions of the control node keep this user out.',
  'device-ready': 'A device can be opened.',

  /** Can this process do it? */
  'addon-missing': 'The native addon cannot be loaded.',
  'addon-present': 'The native addon is there.',
  'compat-process': 'A 32-bit process cannot use fwctl on a 64-bit kernel.',
  'no-raw-io': 'The process lacks CAP_SYS_RAWIO.',
  container: 'The process runs in a container.',

  /** What do the kernel's defences and marks say? */
  lockdown: 'The kernel is locked down.',
  'tainted-by-fwctl': 'Somebody has sent a mutating debug command since the machine started.',
  tainted: 'The kernel is marked for other reasons.',
  'panic-on-taint': 'A mutating debug command would stop the machine.',

  'unreadable-files': 'Some of the kernel\'s files could not be used.',
} as const;

/** One of {@link FINDING_CODES}. Stable. */
export type FindingCode = keyof typeof FINDING_CODES;

/** One thing that was found, in plain words. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** What is the case; a sentence. */
  readonly message: string;
  /** What to do about it, with the command to run where there is one; undefined when nothing is to be done. */
  readonly remedy?: string | undefined;
  /** The device's address, when it is about one. */
  readonly device?: string | undefined;
}
