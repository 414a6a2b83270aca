import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { MOST_PACKED_DUMP_BYTES, type DeviceState } from '@auxctl/schemas';
import { loadDump, type Dump } from '../dump/dump.js';
import { DumpWriter } from '../dump/write.js';
import { UsageError } from '../errors/classes.js';

/** A dump inside a report. */
export type PackedDump = NonNullable<DeviceState['dump']>;

/** A dump as a file of its own would hold it, packed. */
export async function packDump({ header, layouts, entries, partial }: Dump): Promise<PackedDump> {
  let lines = '';
  const writer = new DumpWriter((text) => { lines += text; });
  const { created, tool, kernel, device, plugin } = header;
  await writer.begin({ created, tool, ...(kernel === undefined ? {} : { kernel }), device, plugin });
  await writer.layouts(layouts.documents.values());
  await writer.entries(entries);
  await writer.end(partial);
  const bytes = Buffer.from(lines);
  return { lengthBytes: bytes.length, gzip: (await promisify(gzip)(bytes)).toString('base64') };
}

/** Takes a dump out of a report; `name` says where it is from. Throws `ERR_FILE` when it does not unpack to the length that it tells, and as `loadDump` does. */
export async function unpackDump({ lengthBytes, gzip: packed }: PackedDump, name: string): Promise<Dump> {
  const bytes = await unpacked(Buffer.from(packed, 'base64'), Math.min(lengthBytes, MOST_PACKED_DUMP_BYTES), name);
  return loadDump(Readable.from([bytes]), { name });
}

/** A packed dump is bounded by what it says of itself, before it is unpacked. */
async function unpacked(packed: Buffer, lengthBytes: number, name: string): Promise<Buffer> {
  try {
    const bytes = await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(packed, { maxOutputLength: Math.max(1, lengthBytes) });
    if (bytes.length === lengthBytes) return bytes;
  } catch (cause) {
    throw new UsageError('ERR_FILE', `${name}: the dump inside does not unpack`, { cause });
  }
  throw new UsageError('ERR_FILE', `${name}: the dump inside has not the length that it tells`);
}
