/** One capability in the list of a function's first 256 bytes (PCI Express Base 6.0, section 7.5.1.1.11). */
export interface ListedCapability {
  readonly id: number;
  readonly offsetBytes: number;
  /** Of an extended one. */
  readonly version?: number;
}

/** What the list holds, or that it cannot be seen: the system shows only the first 64 bytes to those who may not see more. */
export type CapabilityList = { readonly isVisible: true; readonly capabilities: readonly ListedCapability[] } | { readonly isVisible: false };

/** The id of a capability that a vendor has defined. */
export const VENDOR_SPECIFIC = 0x09;

const STATUS = 0x06;
const HAS_LIST = 4;
const FIRST_POINTER = 0x34;
const FIRST_CAPABILITY = 0x40;
const LAST_OFFSET = 0xfc;
const ALIGNMENT = 4;
/** Nothing longer can fit without meeting itself. */
const MAX_CAPABILITIES = (0x100 - FIRST_CAPABILITY) / ALIGNMENT;

const FIRST_EXTENDED = 0x100;
const LAST_EXTENDED = 0xffc;
const EXTENDED_HEADER_BYTES = 4;
const ALL_ONES = 0xff;
const NIBBLE = 16;
const BYTE = 256;

/** Reads bytes of configuration space; fewer where no more can be seen. */
export type ReadConfig = (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>;

/** Reads that a walk asks for: position and number of bytes. It is given what could be read. */
export interface ConfigRead {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/**
 * Walks through the list of capabilities and reads nothing but its links, since reading a register may have effects. Ends at a pointer that
 * leads nowhere, and where a list meets itself.
 */
export function* walkCapabilities(): Generator<ConfigRead, CapabilityList, Uint8Array> {
  const capabilities: ListedCapability[] = [];
  const [status = 0] = yield { offsetBytes: STATUS, lengthBytes: 1 };
  if (Math.floor(status / 2 ** HAS_LIST) % 2 === 0) return { isVisible: true, capabilities };
  let [next = 0] = yield { offsetBytes: FIRST_POINTER, lengthBytes: 1 };
  while (capabilities.length < MAX_CAPABILITIES) {
    const offsetBytes = next - (next % ALIGNMENT);
    if (offsetBytes < FIRST_CAPABILITY || offsetBytes > LAST_OFFSET) break;
    const [id, link] = yield { offsetBytes, lengthBytes: 2 };
    if (id === undefined || link === undefined) return { isVisible: false };
    if (capabilities.some((known) => known.offsetBytes === offsetBytes)) break;
    capabilities.push({ id, offsetBytes });
    next = link;
  }
  return { isVisible: true, capabilities };
}

/**
 * The same for the list of extended capabilities, which begins behind the first 256 bytes (PCI Express Base 6.0, section 7.6); empty where nothing
 * is there, as reads of nothing but zeros or ones say.
 */
export function* walkExtendedCapabilities(): Generator<ConfigRead, CapabilityList, Uint8Array> {
  const capabilities: ListedCapability[] = [];
  const seen = new Set<number>();
  for (let next = FIRST_EXTENDED; next >= FIRST_EXTENDED && next <= LAST_EXTENDED && !seen.has(next);) {
    const header = yield { offsetBytes: next, lengthBytes: EXTENDED_HEADER_BYTES };
    const [low, high, mixed, link] = header;
    if (low === undefined || high === undefined || mixed === undefined || link === undefined) return { isVisible: false };
    if (header.every((byte) => byte === 0) || header.every((byte) => byte === ALL_ONES)) break;
    seen.add(next);
    const version = mixed % NIBBLE;
    capabilities.push({ id: low + high * BYTE, version, offsetBytes: next });
    const following = (mixed - version) / NIBBLE + link * NIBBLE;
    next = following - (following % ALIGNMENT);
  }
  return { isVisible: true, capabilities };
}

/** Drives `walkCapabilities` with a function that reads. */
export async function readCapabilities(read: ReadConfig): Promise<CapabilityList> {
  return drive(walkCapabilities(), read);
}

/** Drives `walkExtendedCapabilities` with a function that reads. */
export async function readExtendedCapabilities(read: ReadConfig): Promise<CapabilityList> {
  return drive(walkExtendedCapabilities(), read);
}

async function drive(walk: Generator<ConfigRead, CapabilityList, Uint8Array>, read: ReadConfig): Promise<CapabilityList> {
  let step = walk.next();
  while (step.done !== true) step = walk.next(await read(step.value.offsetBytes, step.value.lengthBytes));
  return step.value;
}
