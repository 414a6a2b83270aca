import type { ErrorLayer } from './base.js';

interface CatalogueEntry {
  readonly layer: ErrorLayer;
  /** 1 internal · 2 usage · 3 no device · 4 refused · 5 firmware · 6 timed out. */
  readonly exitStatus: 1 | 2 | 3 | 4 | 5 | 6;
  /** One sentence. */
  readonly meaning: string;
  /** What to do next, where one answer serves all. */
  readonly hint?: string;
}

const entries = {
  ERR_INTERNAL: { layer: 'internal', exitStatus: 1, meaning: 'A fault in auxctl itself.', hint: 'Please report it, with the command line and the output of -v.' },

  ERR_USAGE: { layer: 'usage', exitStatus: 2, meaning: 'An argument is malformed.' },
  ERR_UNKNOWN_NAME: { layer: 'usage', exitStatus: 2, meaning: 'No command, register, capability, layout, field or plugin has this name.' },
  ERR_FIELD_VALUE: { layer: 'usage', exitStatus: 2, meaning: 'A value does not fit its field.' },
  ERR_FIELD_ACCESS: { layer: 'usage', exitStatus: 2, meaning: 'A field cannot be set in this way.' },
  ERR_FIELD_MISSING: { layer: 'usage', exitStatus: 2, meaning: 'A field that says which one is meant is not given.' },
  ERR_LIMIT: { layer: 'usage', exitStatus: 2, meaning: 'There is more than the limit lets through; what came before is whole.' },
  ERR_FILE: { layer: 'usage', exitStatus: 2, meaning: 'A file named on the command line cannot be read or written.' },
  ERR_DUMP: { layer: 'usage', exitStatus: 2, meaning: 'A file is no dump, is of another version of the format, or was cut off or changed.' },

  ERR_NO_DEVICE: { layer: 'transport', exitStatus: 3, meaning: 'No device has this name.', hint: 'auxctl list shows the devices; auxctl doctor says why one is missing.' },
  ERR_NO_TRANSPORT: { layer: 'transport', exitStatus: 3, meaning: 'The device is there, but nothing leads to its firmware.', hint: 'auxctl doctor says what is missing.' },
  ERR_NOT_CARRIED: { layer: 'transport', exitStatus: 4, meaning: 'The way to the firmware that is in use does not carry this command.' },
  ERR_DEVICE_GONE: { layer: 'transport', exitStatus: 3, meaning: 'The device was removed or its driver unbound.', hint: 'Look for it again with auxctl list; its node may have another number.' },

  ERR_OUT_OF_REACH: { layer: 'transport', exitStatus: 4, meaning: 'The device could do it, but no way to it that this system offers carries it.' },

  ERR_PERMISSION: { layer: 'system-call', exitStatus: 4, meaning: 'The system does not permit this user to do this.' },
  ERR_KERNEL_REFUSED: { layer: 'system-call', exitStatus: 4, meaning: 'The kernel driver does not pass this command at this scope.' },
  ERR_KERNEL_SETTING: { layer: 'system-call', exitStatus: 4, meaning: 'The kernel is built or set so that it does not offer what this needs.' },
  ERR_NOT_ALLOWED: { layer: 'policy', exitStatus: 4, meaning: 'The command can change the device and was not allowed.' },
  ERR_NOT_PASSED: { layer: 'policy', exitStatus: 4, meaning: 'The device has this command, and the kernel driver passes it at no scope.' },
  ERR_KERNEL_FIRST: { layer: 'policy', exitStatus: 4, meaning: 'The kernel has its own interface for what would be set past it.' },
  ERR_SCOPE: { layer: 'policy', exitStatus: 4, meaning: 'The scope asked for is below what the command needs.' },
  ERR_POLICY: { layer: 'policy', exitStatus: 4, meaning: 'A rule of the system\'s policy forbids it; nothing was sent.', hint: 'auxctl policy explain says which rule decides what.' },
  ERR_POLICY_FILE: { layer: 'policy', exitStatus: 4, meaning: 'The system\'s policy is there and cannot be used, and so nothing that changes a device is sent.', hint: 'auxctl policy check says what is wrong with it.' },

  ERR_JOURNAL: { layer: 'policy', exitStatus: 4, meaning: 'What can change a device cannot be recorded beforehand, and so it was not sent.', hint: 'auxctl journal verify says what is wrong with the journal; --state DIR keeps it elsewhere.' },

  ERR_SYSTEM_CALL: { layer: 'system-call', exitStatus: 1, meaning: 'A system call failed.' },
  ERR_DELIVERY: { layer: 'system-call', exitStatus: 5, meaning: 'The kernel driver could not deliver the command to the firmware.' },
  ERR_NATIVE_MISSING: { layer: 'system-call', exitStatus: 1, meaning: 'The native addon is not built for this Node.js.' },
  ERR_DMA_RANGE: { layer: 'transport', exitStatus: 1, meaning: 'A simulated device addressed memory that the guest has not mapped.' },
  ERR_PROTOCOL: { layer: 'transport', exitStatus: 1, meaning: 'A peer broke the protocol.' },

  ERR_TRANSPORT_TIMEOUT: { layer: 'transport', exitStatus: 6, meaning: 'The firmware did not answer in time.', hint: 'Whether the command took effect is unknown; read the state before trying again.' },
  ERR_TRANSPORT_STUCK: { layer: 'transport', exitStatus: 6, meaning: 'An earlier command has not come back from the kernel.', hint: 'Wait for the driver\'s own timeout, or look at the kernel log.' },
  ERR_NOT_DISARMED: { layer: 'transport', exitStatus: 6, meaning: 'What stops the sampling of counters did not get through; the device may still be taking samples.', hint: 'auxctl diag stop DEV tries again.' },
  ERR_ABORTED: { layer: 'transport', exitStatus: 6, meaning: 'The caller gave up waiting.' },
  ERR_CLOSED: { layer: 'transport', exitStatus: 1, meaning: 'The channel is closed.' },

  ERR_FIRMWARE_STATUS: { layer: 'firmware', exitStatus: 5, meaning: 'The firmware answered with an error status.' },
  ERR_REPLY: { layer: 'firmware', exitStatus: 5, meaning: 'The reply does not have the shape that its layout demands.' },
  ERR_UNSUPPORTED: { layer: 'firmware', exitStatus: 5, meaning: 'The device does not have what was asked for, or does not let it be changed.' },
  ERR_VERIFY: { layer: 'firmware', exitStatus: 5, meaning: 'The device accepted a change, and does not show it when it is read back.' },

  ERR_PLUGIN: { layer: 'plugin', exitStatus: 1, meaning: 'A plugin is broken or incomplete.', hint: 'auxctl plugin check PATH says what is wrong.' },
  ERR_PLUGIN_MISMATCH: { layer: 'plugin', exitStatus: 3, meaning: 'The device is not what the plugin\'s match table says.' },
  ERR_LAYOUT: { layer: 'plugin', exitStatus: 1, meaning: 'A layout file is not valid.', hint: 'auxctl plugin check PATH lists every fault.' },
} as const satisfies Record<string, CatalogueEntry>;

/** Every stable error code. */
export type ErrorCode = keyof typeof entries;

/** What each code means, its layer, and its exit status. Documents and tests are held equal to it. */
export const CATALOGUE: Readonly<Record<ErrorCode, CatalogueEntry>> = entries;
