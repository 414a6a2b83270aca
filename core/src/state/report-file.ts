import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { openSync, closeSync, fstatSync, readFileSync } from 'node:fs';
import { reportSchema, type DeviceState, type Report } from '@auxctl/schemas';
import { REPORT_FORMAT } from '@auxctl/schemas/model';
import { loadDump, type Dump } from '../dump/dump.js';
import { UsageError } from '../errors/classes.js';
import { stateOfDump } from './of-dump.js';
import { unpackDump } from './packed-dump.js';

/** So many bytes has a report's file at most, packed and unpacked. */
const MOST_BYTES = 1024 * 1024 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const DUMP_START = '{"type":"header"';

/** States that were kept in a file. */
export interface KeptStates {
  /** The report around them; absent for a dump. */
  readonly report?: Report;
  readonly states: readonly DeviceState[];
  /** Takes out the dump inside a state. Rejects with `ERR_FILE` and as `loadDump` does. */
  readonly dumpOf: (state: DeviceState) => Promise<Dump | undefined>;
}

/** Reads a report, a baseline or a dump, packed or not. Rejects with `ERR_FILE` for what is none of these, and says so for a format that this version does not read. */
export async function readStates(path: string): Promise<KeptStates> {
  const bytes = await unpackedFile(path);
  if (bytes.subarray(0, DUMP_START.length).toString() === DUMP_START) return ofDump(await loadDump(chunksOf(bytes), { name: path }));
  const report = parseReport(bytes, path);
  const dumps = new Map<DeviceState, Promise<Dump>>();
  const dumpOf = async (state: DeviceState): Promise<Dump | undefined> => {
    if (state.dump === undefined) return undefined;
    const dump = dumps.get(state) ?? unpackDump(state.dump, `${path}: ${state.device.address}`);
    dumps.set(state, dump);
    return dump;
  };
  return { report, states: report.devices, dumpOf };
}

async function ofDump(dump: Dump): Promise<KeptStates> {
  return { states: [await stateOfDump(dump)], dumpOf: async () => Promise.resolve(dump) };
}

function parseReport(bytes: Buffer, path: string): Report {
  const value = parseJson(bytes, path);
  const format = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (format !== REPORT_FORMAT) {
    const isNewer = typeof format === 'string' && format.startsWith('auxctl.report/');
    throw new UsageError('ERR_FILE', isNewer ? `${path} is of format ${format}; this version reads ${REPORT_FORMAT}` : `${path} is neither a report nor a dump`, isNewer ? { hint: 'A newer version of auxctl reads it.' } : {});
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError('ERR_FILE', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a report'}`);
}

function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new UsageError('ERR_FILE', `${path} is neither a report nor a dump: it is no JSON`, { cause });
  }
}

async function unpackedFile(path: string): Promise<Buffer> {
  const bytes = wholeFile(path);
  if (!bytes.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) return bytes;
  try {
    return await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(bytes, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw new UsageError('ERR_FILE', `${path}: the packed file was cut off or changed`, { cause });
  }
}

function wholeFile(path: string): Buffer {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new UsageError('ERR_FILE', `${path} is not a file`);
    if (stat.size > MOST_BYTES) throw new UsageError('ERR_FILE', `${path} is larger than ${MOST_BYTES} bytes`);
    return readFileSync(fd);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('ERR_FILE', `${path} cannot be read: ${cause instanceof Error && 'code' in cause ? String(cause.code) : ''}`, { cause });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
  await Promise.resolve();
}
