/** One capability in the list of a function's first 256 bytes (PCI Express Base 6.0, section 7.5.1.1.11). */
export interface ListedCapability {
  readonly id: number;
  readonly offsetBytes: number;
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

/** Drives `walkCapabilities` with a function that reads. */
export async function readCapabilities(read: (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>): Promise<CapabilityList> {
  const walk = walkCapabilities();
  let step = walk.next();
  while (step.done !== true) step = walk.next(await read(step.value.offsetBytes, step.value.lengthBytes));
  return step.value;
}
