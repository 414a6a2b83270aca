import { TransportError } from '../../errors/classes.js';
import { WireReader, WireWriter } from './wire.js';

/** Commands that a client sends, by number (specification, "Commands"). */
export const COMMAND = {
  version: 1,
  dmaMap: 2,
  dmaUnmap: 3,
  deviceGetInfo: 4,
  deviceGetRegionInfo: 5,
  deviceGetIrqInfo: 7,
  deviceSetIrqs: 8,
  regionRead: 9,
  regionWrite: 10,
  deviceReset: 13,
} as const;

/** The numbers that error replies carry; Linux's. */
export const ERRNO = { EIO: 5, EEXIST: 17, EINVAL: 22, ENOSPC: 28, EOPNOTSUPP: 95 } as const;

/** One of {@link ERRNO}. */
export type Errno = (typeof ERRNO)[keyof typeof ERRNO];

/** Length of every message's header. */
export const HEADER_BYTES = 16;
/** The most bytes that one region access carries; announced in the version reply. */
export const MAX_TRANSFER_BYTES = 1_048_576;
/** The most descriptors that one message brings; announced in the version reply. */
export const MAX_MESSAGE_DESCRIPTORS = 16;

const REGION_ACCESS_BYTES = 16;
const MAX_MESSAGE_BYTES = HEADER_BYTES + REGION_ACCESS_BYTES + MAX_TRANSFER_BYTES;

const FLAG = { typeMask: 0xf, command: 0, reply: 1, noReply: 0x10, error: 0x20 } as const;
const NO_ERROR = 0;

/** The header of a command that a client sent. */
export interface RequestHeader {
  /** The client's own number, to be echoed. */
  readonly id: number;
  /** One of {@link COMMAND}, or a number that this server does not know. */
  readonly command: number;
  /** What follows the header. */
  readonly payloadBytes: number;
  readonly wantsReply: boolean;
}

/**
 * Parses a header. Throws `ERR_PROTOCOL` when the bytes are too few, when the size is below a header's or above what this server
 * announced, and when the message is not a command: this server sends none, so no reply is due to it.
 */
export function parseHeader(bytes: Uint8Array): RequestHeader {
  const reader = new WireReader(bytes, 'A message header');
  const id = reader.u16();
  const command = reader.u16();
  const messageBytes = reader.u32();
  const flags = reader.u32();
  reader.u32();
  reader.end();
  if (messageBytes < HEADER_BYTES || messageBytes > MAX_MESSAGE_BYTES) {
    throw new TransportError('ERR_PROTOCOL', `Command ${String(command)} has a message size of ${String(messageBytes)} bytes.`);
  }
  if ((flags & FLAG.typeMask) !== FLAG.command) {
    throw new TransportError('ERR_PROTOCOL', `Message ${String(id)} is not a command; its flags are 0x${flags.toString(16)}.`);
  }
  return { id, command, payloadBytes: messageBytes - HEADER_BYTES, wantsReply: (flags & FLAG.noReply) === 0 };
}

/** A reply, header included. */
export function encodeReply(request: RequestHeader, payload: Uint8Array): Uint8Array {
  return header(request, payload.length, FLAG.reply, NO_ERROR).bytes(payload).finish();
}

/** An error reply: a header with no payload. */
export function encodeErrorReply(request: RequestHeader, errno: Errno): Uint8Array {
  return header(request, 0, FLAG.reply | FLAG.error, errno).finish();
}

function header(request: RequestHeader, payloadBytes: number, flags: number, errno: number): WireWriter {
  const messageBytes = HEADER_BYTES + payloadBytes;
  return new WireWriter(messageBytes).u16(request.id).u16(request.command).u32(messageBytes).u32(flags).u32(errno);
}
