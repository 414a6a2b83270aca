import { aligned, Attributes, type AttributeInput, encodeAttributes, isLittleEndian, malformed } from './attributes.js';

/** Flags of a request and of an answer (`include/uapi/linux/netlink.h`). */
export const MessageFlag = { request: 0x1, multi: 0x2, ack: 0x4, dumpInterrupted: 0x10, dump: 0x300, capped: 0x100, ackAttributes: 0x200 } as const;

/** The types that netlink itself uses; those of families begin at 0x10. */
export const MessageType = { noop: 1, error: 2, done: 3, overrun: 4, firstFamily: 0x10 } as const;

const HEADER_BYTES = 16;
const GENERIC_HEADER_BYTES = 4;
const ERROR_BYTES = 4;
/** Inside an acknowledgement: text, place in the request, what was missing (`enum nlmsgerr_attrs`). */
const Ack = { message: 1, offset: 2, missingType: 5, missingNest: 6 } as const;

/** One message of a datagram; its payload is a view into it. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  readonly payload: Uint8Array;
}

/** What a generic netlink message says: command, version, attributes. */
export interface GenericMessage {
  readonly command: number;
  readonly version: number;
  readonly attributes: Attributes;
}

/** A request to a generic netlink family. */
export interface GenericRequest {
  readonly command: number;
  readonly version: number;
  readonly attributes: readonly AttributeInput[];
}

/** How the kernel ended a request: 0, or an errno with its reasons. */
export interface Acknowledgement {
  /** Positive; 0 for success. */
  readonly errno: number;
  /** The kernel's own words. */
  readonly message?: string;
  /** Where in the request, from its header on, is what the kernel objects to. */
  readonly offsetBytes?: number;
  /** The type of an attribute that should have been there. */
  readonly missingAttribute?: number;
  /** Where in the request the nest is that lacks it. */
  readonly missingNestBytes?: number;
}

/** Encodes one request, header and all. */
export function encodeGeneric(family: number, flags: number, sequence: number, { command, version, attributes }: GenericRequest): Uint8Array {
  const body = encodeAttributes(attributes);
  const bytes = new Uint8Array(HEADER_BYTES + GENERIC_HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, isLittleEndian);
  view.setUint16(4, family, isLittleEndian);
  view.setUint16(6, flags, isLittleEndian);
  view.setUint32(8, sequence, isLittleEndian);
  view.setUint8(16, command);
  view.setUint8(17, version);
  bytes.set(body, HEADER_BYTES + GENERIC_HEADER_BYTES);
  return bytes;
}

/** Takes a datagram apart into its messages. Throws `ERR_PROTOCOL` when a length does not fit. */
export function parseMessages(bytes: Uint8Array): NetlinkMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: NetlinkMessage[] = [];
  for (let at = 0; at < bytes.length;) {
    const restBytes = bytes.length - at;
    const lengthBytes = restBytes < HEADER_BYTES ? 0 : view.getUint32(at, isLittleEndian);
    if (lengthBytes < HEADER_BYTES || lengthBytes > restBytes) throw malformed(`a message of ${lengthBytes} bytes where ${restBytes} are left`);
    found.push({
      type: view.getUint16(at + 4, isLittleEndian),
      flags: view.getUint16(at + 6, isLittleEndian),
      sequence: view.getUint32(at + 8, isLittleEndian),
      portId: view.getUint32(at + 12, isLittleEndian),
      payload: bytes.subarray(at + HEADER_BYTES, at + lengthBytes),
    });
    at += aligned(lengthBytes);
  }
  return found;
}

/** Takes the message of a family apart. Throws `ERR_PROTOCOL`. */
export function parseGeneric({ payload }: Pick<NetlinkMessage, 'payload'>): GenericMessage {
  const [command, version] = payload;
  if (command === undefined || version === undefined || payload.length < GENERIC_HEADER_BYTES) throw malformed(`a payload of ${payload.length} bytes has no generic header`);
  return { command, version, attributes: new Attributes(payload.subarray(GENERIC_HEADER_BYTES)) };
}

/** What an ERROR message, or the DONE at the end of a dump, says; a DONE without a payload is a success. Throws `ERR_PROTOCOL`. */
export function parseAcknowledgement({ type, flags, payload }: Pick<NetlinkMessage, 'type' | 'flags' | 'payload'>): Acknowledgement {
  if (type === MessageType.done && payload.length === 0) return { errno: 0 };
  if (payload.length < ERROR_BYTES) throw malformed(`an acknowledgement of ${payload.length} bytes`);
  const code = new DataView(payload.buffer, payload.byteOffset).getInt32(0, isLittleEndian);
  if (code > 0) throw malformed(`an acknowledgement with the errno ${-code}`);
  const errno = Math.abs(code);
  if ((flags & MessageFlag.ackAttributes) === 0) return { errno };
  const reasons = new Attributes(payload.subarray(ERROR_BYTES + (type === MessageType.error ? repeatedBytes(flags, errno, payload) : 0)));
  return {
    errno,
    ...given('message', reasons.text(Ack.message)), ...given('offsetBytes', reasons.u32(Ack.offset)),
    ...given('missingAttribute', reasons.u32(Ack.missingType)), ...given('missingNestBytes', reasons.u32(Ack.missingNest)),
  };
}

/** How much of the request an ERROR message repeats before its attributes: the header, or on a refusal that is not capped all of it. */
function repeatedBytes(flags: number, errno: number, payload: Uint8Array): number {
  const restBytes = payload.length - ERROR_BYTES;
  if (restBytes < HEADER_BYTES) throw malformed('an acknowledgement without the header of its request');
  if (errno === 0 || (flags & MessageFlag.capped) !== 0) return HEADER_BYTES;
  const lengthBytes = aligned(new DataView(payload.buffer, payload.byteOffset).getUint32(ERROR_BYTES, isLittleEndian));
  if (lengthBytes > restBytes) throw malformed(`an acknowledgement of a request of ${lengthBytes} bytes where ${restBytes} are left`);
  return lengthBytes;
}

function given<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : { [name]: value } as Partial<Record<K, T>>;
}
