/** What the kernel calls the things that happen to a device (`lib/kobject_uevent.c`). */
export const UEVENT_ACTIONS = ['add', 'remove', 'change', 'move', 'online', 'offline', 'bind', 'unbind'] as const;
/** One of {@link UEVENT_ACTIONS}. */
export type UeventAction = (typeof UEVENT_ACTIONS)[number];

/** One of the kernel's messages about a device. */
export interface Uevent {
  readonly action: UeventAction;
  /** The device's directory below `/sys`, such as `/devices/pci0000:3a/0000:3b:00.0`. */
  readonly path: string;
  readonly subsystem: string;
  /** Counts the kernel's messages, up by one each; 64 bits. */
  readonly sequence: bigint;
  /** All keys, in the kernel's order; of a key that is repeated, the first. Values are UTF-8, decoded with replacement. */
  readonly properties: ReadonlyMap<string, string>;
}

/** The kernel's own limits for the keys of one message, and room for its header (the longest path, and an action). */
const MAX_KEYS = 64;
const MAX_KEY_BYTES = 2048;
const MAX_HEADER_BYTES = 4096 + 16;
const HEADER = /^([a-z]+)@(\/[^\0]+)$/;
const PROPERTY = /^([\x21-\x3c\x3e-\x7e]+)=([^]*)$/;
const SEQUENCE = /^\d{1,20}$/;
const MAX_SEQUENCE = 2n ** 64n - 1n;

/**
 * Reads one datagram of the kernel's uevent socket (`NETLINK_KOBJECT_UEVENT`, group 1): a header `ACTION@PATH`, then `KEY=VALUE`, each
 * ended by a NUL. Undefined when the bytes are not exactly that, exceed the kernel's limits, lack one of the keys that the kernel always
 * sends, or say one thing in the header and another in the keys. The bytes are not kept.
 */
export function parseUevent(bytes: Uint8Array): Uevent | undefined {
  if (bytes.length > MAX_HEADER_BYTES + MAX_KEY_BYTES || bytes.at(-1) !== 0) return undefined;
  const [header = '', ...pairs] = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, -1)).split('\0');
  const [, action, path = ''] = HEADER.exec(header) ?? [];
  const properties = parseProperties(pairs);
  if (!isAction(action) || properties === undefined || keyBytes(bytes) > MAX_KEY_BYTES || !isPlainPath(path)) return undefined;
  const subsystem = properties.get('SUBSYSTEM') ?? '';
  const sequence = parseSequence(properties.get('SEQNUM'));
  if (properties.get('ACTION') !== action || properties.get('DEVPATH') !== path || subsystem === '' || sequence === undefined) return undefined;
  return { action, path, subsystem, sequence, properties };
}

function parseProperties(pairs: readonly string[]): Map<string, string> | undefined {
  if (pairs.length > MAX_KEYS) return undefined;
  const properties = new Map<string, string>();
  for (const pair of pairs) {
    const [, key, value] = PROPERTY.exec(pair) ?? [];
    if (key === undefined || value === undefined) return undefined;
    // The kernel's own keys come first: what a driver or a writer of the uevent attribute adds cannot stand in for them.
    if (!properties.has(key)) properties.set(key, value);
  }
  return properties;
}

function parseSequence(text = ''): bigint | undefined {
  const sequence = SEQUENCE.test(text) ? BigInt(text) : undefined;
  return sequence !== undefined && sequence <= MAX_SEQUENCE ? sequence : undefined;
}

function keyBytes(bytes: Uint8Array): number {
  return bytes.length - bytes.indexOf(0) - 1;
}

function isAction(text: string | undefined): text is UeventAction {
  return UEVENT_ACTIONS.some((action) => action === text);
}

/** Whether a path goes down only: no empty part, no `.` and no `..`. */
function isPlainPath(path: string): boolean {
  return path.slice(1).split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
