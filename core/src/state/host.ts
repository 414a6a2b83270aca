import type { Report } from '@auxctl/schemas';
import { RootedFiles } from '../system/rooted-files.js';
import { readSecurity } from '../system/security.js';
import { FWCTL_TAINT_BIT, hasTaintBit } from '../system/taint.js';

const MOST_COMMAND_LINE_BYTES = 64 * 1024;

/** What a report says of the machine around its devices, but for its name: from small files below `root`. */
export function hostState(root = '/'): Omit<Report['host'], 'name'> {
  const files = new RootedFiles(root);
  const { taint, lockdown } = readSecurity(files);
  const bootId = files.text('/proc/sys/kernel/random/boot_id');
  const kernel = files.text('/proc/sys/kernel/osrelease');
  const commandLine = files.text('/proc/cmdline', { maxBytes: MOST_COMMAND_LINE_BYTES });
  return {
    ...(bootId === undefined ? {} : { bootId }), ...(kernel === undefined ? {} : { kernel }), ...(commandLine === undefined ? {} : { commandLine }),
    ...(taint === undefined ? {} : { taint: taint.value }), taintReasons: (taint?.flags ?? []).map(({ letter, meaning }) => `${letter}: ${meaning}`),
    isFwctlTainted: taint !== undefined && hasTaintBit(taint.value, FWCTL_TAINT_BIT),
    ...(lockdown === 'unavailable' ? {} : { lockdown }), isRoot: process.geteuid?.() === 0,
  };
}
