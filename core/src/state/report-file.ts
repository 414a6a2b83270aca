import { Readable } from 'node:stream';
import { reportSchema, type DeviceState, type Report } from '@auxctl/schemas';
import { formatFault, REPORT_FORMAT } from '@auxctl/schemas/model';
import { loadDump, type Dump } from '../dump/dump.js';
import { unpacked } from '../dump/file.js';
import { UsageError } from '../errors/classes.js';
import { stateOfDump } from './of-dump.js';
import { unpackDump } from './packed-dump.js';

/** So many bytes has a report's file at most, packed and unpacked. */
const MOST_BYTES = 1024 * 1024 * 1024;
const DUMP_START = '{"type":"header"';

/** States that were kept in a file. */
export interface KeptStates {
  /** The report around them; absent for a dump. */
  readonly report?: Report;
  readonly states: readonly DeviceState[];
  /** Takes out the dump inside a state. Rejects with `ERR_FILE` and as `loadDump` does. */
  readonly dumpOf: (state: DeviceState) => Promise<Dump | undefined>;
}

/** Reads a report, a baseline or a dump, packed or not. Rejects with `ERR_FILE` for what is none of these, and says so for a format that this version does not read; with `ERR_DUMP` for one that was cut off. */
export async function readStates(path: string): Promise<KeptStates> {
  const bytes = await wholeFile(path);
  if (bytes.subarray(0, DUMP_START.length).toString() === DUMP_START) return ofDump(await loadDump(Readable.from([bytes]), { name: path }));
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
  const { schema, tool } = typeof value === 'object' && value !== null ? value as { readonly schema?: unknown; readonly tool?: unknown } : {};
  const fault = formatFault('report', schema, tool);
  if (fault !== undefined) throw new UsageError('ERR_FILE', `${path}: ${fault}`);
  if (schema !== REPORT_FORMAT) throw new UsageError('ERR_FILE', `${path} is neither a report nor a dump`);
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

/** A report is one document: it is held in memory, up to a bound. */
async function wholeFile(path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of unpacked(path, path)) {
    chunks.push(chunk);
    lengthBytes += chunk.length;
    if (lengthBytes > MOST_BYTES) throw new UsageError('ERR_FILE', `${path} is larger than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}
