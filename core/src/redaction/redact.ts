import type { DumpEntry, DumpFailure, DumpHeader } from '@auxctl/schemas';
import type { Decoded } from '../channel/types.js';
import { decodeEntry, type Dump } from '../dump/dump.js';
import { AuxctlError } from '../errors/base.js';
import type { Digest } from './digest.js';
import { isIdentifying } from './identifying.js';
import { KnownValues } from './known-values.js';
import { bytesAt, fromLatin, latin, putBits, putText, valueAt } from './region-value.js';
import { regionsOf, type Region, type Regions } from './regions.js';

/** An entry whose bytes a layout explains, sorted. */
interface Sorted extends Regions {
  readonly decoded: Decoded;
  /** So many bytes the entry has: a stored item may have fewer than its layout. */
  readonly lengthBytes: number;
}

const TOKEN = /^redacted:[0-9a-f]{16}$/;
const MOST_MESSAGE_LETTERS = 65_536;

/**
 * A dump that tells what the device is and how it is set, and not which one it is. In place of each value that its layouts mark as
 * identifying stands a digest of the value: the same wherever the value is the same, as far as the field is long; in text, hexadecimal digits.
 * Zero and empty ones stay, since they say that nothing is set. Lines of the header that identify become `redacted:` and 16 digits. Where an
 * identifying value of 32 bits or more is repeated, in text, in bytes without a mark or in a message, it is replaced too. What no layout explains
 * could hold anything: bytes without a layout are left out with a reason, those behind a layout are cut off, wide reserved fields are zero.
 * The dump given is not changed; what comes back shares its layouts. Rejects with what `digest` throws.
 */
export async function redactDump(dump: Dump, digest: Digest): Promise<Dump> {
  const known = new KnownValues(digest);
  const sorted = await Promise.all(dump.entries.map(async (entry) => sort(entry, dump)));
  for (const each of sorted) if (each !== undefined) for (const region of each.marked) known.add(valueOf(each, region), region.kind);
  for (const { name, value } of dump.header.device.identity) if (isIdentifying(name)) known.add(textValue(value), 'text');
  return {
    header: redactedHeader(dump.header, known), layouts: dump.layouts,
    entries: dump.entries.map((entry, index) => redactedEntry(entry, sorted[index], known)),
    ...(dump.partial === undefined ? {} : { partial: redactedFailure(dump.partial, known) }),
  };
}

/** Undefined where no layout of the dump explains the bytes. */
async function sort(entry: DumpEntry, { layouts }: Dump): Promise<Sorted | undefined> {
  if (entry.layout === undefined || 'failure' in entry) return undefined;
  try {
    const decoded = await decodeEntry(entry, layouts);
    if (decoded === undefined) return undefined;
    const { marked, open, unknown, endBytes } = regionsOf(decoded.codec, decoded.raw);
    return { decoded, marked, open, unknown, endBytes, lengthBytes: entry.bytes.length / 2 };
  } catch (error) {
    if (error instanceof AuxctlError && (error.layer === 'plugin' || error.code === 'ERR_REPLY' || error.code === 'ERR_UNKNOWN_NAME')) return undefined;
    throw error;
  }
}

function redactedHeader(header: DumpHeader, known: KnownValues): DumpHeader {
  const { device } = header;
  const identity = device.identity.map(({ name, value }) => ({ name, value: redactedLine(name, value, known) }));
  return { ...header, device: { ...device, ...(device.product === undefined ? {} : { product: known.withoutValues(device.product) }), identity } };
}

/** A line that spells what a register holds in bytes has the same token as they. */
function redactedLine(name: string, value: string, known: KnownValues): string {
  const replaced = known.withoutValues(value.trim());
  if (!isIdentifying(name)) return known.withoutValues(value);
  return value.trim() === '' || TOKEN.test(replaced) ? replaced : known.token(textValue(value));
}

function redactedEntry(entry: DumpEntry, sorted: Sorted | undefined, known: KnownValues): DumpEntry {
  const { type, layout, structure, afterMs } = entry;
  const subject = entry.subject.kind === 'segment' ? { ...entry.subject, name: known.withoutValues(entry.subject.name) } : entry.subject;
  const head = { type, subject, ...(layout === undefined ? {} : { layout }), ...(structure === undefined ? {} : { structure }), ...(afterMs === undefined ? {} : { afterMs }) };
  if ('failure' in entry) return { ...head, failure: redactedFailure(entry.failure, known) };
  if (sorted !== undefined) return { ...head, bytes: Buffer.from(redactedBytes(sorted, known)).toString('hex') };
  const reason = layout === undefined ? 'no layout tells' : `its layout ${layout} does not tell`;
  return { ...head, failure: { code: layout === undefined ? 'ERR_LAYOUT' : 'ERR_REPLY', message: `the ${entry.bytes.length / 2} bytes were left out when the dump was redacted: ${reason} what is in them` } };
}

function redactedFailure(failure: DumpFailure, known: KnownValues): DumpFailure {
  return { ...failure, message: known.withoutValues(failure.message).slice(0, MOST_MESSAGE_LETTERS) };
}

function redactedBytes(sorted: Sorted, known: KnownValues): Uint8Array {
  const { decoded: { raw, codec: { document: { byteOrder } } }, marked, open, unknown, endBytes, lengthBytes } = sorted;
  const bytes = raw.slice(0, endBytes);
  for (const region of open) if (region.offsetBits % 8 === 0) bytesAt(bytes, region).set(known.withoutValuesIn(bytesAt(raw, region)));
  for (const region of unknown) putBits(bytes, region, byteOrder, new Uint8Array());
  for (const region of marked) replaceValue(bytes, region, sorted, known);
  return bytes.subarray(0, Math.min(lengthBytes, endBytes));
}

function replaceValue(bytes: Uint8Array, region: Region, sorted: Sorted, known: KnownValues): void {
  const value = valueOf(sorted, region);
  if (region.kind === 'text') putText(bytes, region, known.digits(value, value.length));
  else if (value.some((byte) => byte !== 0)) putBits(bytes, region, sorted.decoded.codec.document.byteOrder, known.bits(value, region.sizeBits));
}

function valueOf({ decoded: { raw, codec } }: Sorted, region: Region): Uint8Array {
  return valueAt(raw, region, codec.document.byteOrder);
}

/** A text of a header as the same text in a register is. */
function textValue(text: string): Uint8Array {
  return fromLatin(latin(Buffer.from(text, 'utf8')).trim());
}
