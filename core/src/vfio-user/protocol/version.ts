import { TransportError } from '../../errors/classes.js';
import { MAX_MESSAGE_DESCRIPTORS, MAX_TRANSFER_BYTES } from './header.js';
import { WireWriter, type WireReader } from './wire.js';

/** The protocol version that this server speaks. */
export const PROTOCOL_VERSION = { major: 0, minor: 0 } as const;

/** The most guest memory ranges at one time. */
export const MAX_DMA_RANGES = 65_535;

const PAGE_SIZES = 4096;
const VERSION_BYTES = 4;
const NUL = 0;

/** What this server is able to, by the protocol's own names. */
const CAPABILITIES: Readonly<Record<string, number>> = {
  max_msg_fds: MAX_MESSAGE_DESCRIPTORS,
  max_data_xfer_size: MAX_TRANSFER_BYTES,
  max_dma_maps: MAX_DMA_RANGES,
  pgsizes: PAGE_SIZES,
};

/** VERSION: what the client proposes. */
export interface VersionRequest {
  readonly type: 'version';
  readonly major: number;
  readonly minor: number;
  /** The names of the capabilities that the client proposes. */
  readonly proposed: readonly string[];
}

/** Parses a VERSION payload; throws `ERR_PROTOCOL` unless its data is absent or a JSON object that ends in one NUL. */
export function parseVersion(reader: WireReader): VersionRequest {
  const major = reader.u16();
  const minor = reader.u16();
  const data = reader.rest();
  return { type: 'version', major, minor, proposed: data.length === 0 ? [] : capabilityNames(data) };
}

/**
 * The payload of the answer: the client's major version, the lower minor version, and those of this server's capabilities that the
 * client proposed. Throws `ERR_PROTOCOL` for another major version, which the client must learn from a closed connection.
 */
export function encodeVersionReply(request: VersionRequest): Uint8Array {
  if (request.major !== PROTOCOL_VERSION.major) {
    throw new TransportError('ERR_PROTOCOL', `The client speaks vfio-user ${String(request.major)}.${String(request.minor)}; this server speaks 0.0.`);
  }
  const capabilities = Object.fromEntries(Object.entries(CAPABILITIES).filter(([name]) => request.proposed.includes(name)));
  const data = new TextEncoder().encode(`${JSON.stringify({ capabilities })}\0`);
  const minor = Math.min(request.minor, PROTOCOL_VERSION.minor);
  return new WireWriter(VERSION_BYTES + data.length).u16(request.major).u16(minor).bytes(data).finish();
}

function capabilityNames(data: Uint8Array): string[] {
  if (data.indexOf(NUL) !== data.length - 1) throw new TransportError('ERR_PROTOCOL', 'The version data does not end in one NUL.');
  const value = parseJson(data.subarray(0, -1));
  if (!isObject(value)) throw new TransportError('ERR_PROTOCOL', 'The version data is not a JSON object.');
  const capabilities = value['capabilities'] ?? {};
  if (!isObject(capabilities)) throw new TransportError('ERR_PROTOCOL', 'The capabilities in the version data are not a JSON object.');
  return Object.keys(capabilities);
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as unknown;
  } catch (cause) {
    throw new TransportError('ERR_PROTOCOL', 'The version data is not JSON in UTF-8.', { cause });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
