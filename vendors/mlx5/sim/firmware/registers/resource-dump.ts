import type { Outcome, Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { writeThroughKey } from '../resource-dump/memory.js';
import { menuSegment } from '../resource-dump/menu.js';
import { readCall, type DumpCall } from '../resource-dump/request.js';
import { RESOURCES } from '../resource-dump/resources.js';
import { commandSegment, infoSegment, seal, SEGMENT, terminateSegment } from '../resource-dump/segments.js';
import type { FirmwareState } from '../state.js';
import { dword, putDword, putQuad } from '../../wire.js';

const ID = 0xc000;
const SIZE_BYTES = 256;
const REQUEST_BYTES = 0x30;
const INLINE_OFFSET = 0x30;
const INLINE_BYTES = 208;
const SEQUENCE_NUMBERS = 16;
/** The whole dump that a request begins. */
function createStream(state: FirmwareState, call: DumpCall): Uint8Array | undefined {
  const { hardwareId, version } = state.identity;
  const content = call.type === SEGMENT.menu ? [seal(menuSegment(), SEGMENT.menu)] : RESOURCES.get(call.type)?.(state, call);
  if (content === undefined) return undefined;
  const firmware = (version.major << 24) | (version.minor << 16) | version.subMinor;
  return Uint8Array.from(Buffer.concat([infoSegment(hardwareId, firmware), commandSegment(call), ...content, terminateSegment()]));
}

/** The stream that a call is about, its number, and how much of it has been given. */
function findStream(state: FirmwareState, call: DumpCall): { readonly stream: Uint8Array; readonly number: number; readonly given: number } | undefined {
  if (call.isContinued) {
    const number = Number(call.opaque >> 32n);
    const stream = state.snapshots.get(number);
    return stream === undefined ? undefined : { stream, number, given: Number(call.opaque & 0xffffffffn) };
  }
  const stream = createStream(state, call);
  return stream === undefined ? undefined : { stream, number: state.snapshots.add(stream), given: 0 };
}

function answer(state: FirmwareState, data: Uint8Array, out: Uint8Array): Outcome {
  const call = readCall(data);
  if (call.function !== undefined && call.function !== 0) return REFUSAL.otherFunction;
  const found = findStream(state, call);
  if (found === undefined) return call.isContinued ? REFUSAL.dumpOver : REFUSAL.dumpKind;
  const { stream, number, given } = found;
  const piece = stream.slice(given, given + (call.isInline ? INLINE_BYTES : call.roomBytes));
  const refusal = call.isInline ? undefined : writeThroughKey(state, call, piece);
  if (refusal !== undefined) return refusal;
  const end = given + piece.length;
  const hasMore = end < stream.length;
  if (!hasMore) state.snapshots.remove(number);
  out.set(data.subarray(0, REQUEST_BYTES));
  dword(out, 0x0, [31, 31, hasMore ? 1 : 0], [19, 16, (call.sequence + 1) % SEQUENCE_NUMBERS]);
  putQuad(out, 0x18, hasMore ? (BigInt(number) << 32n) | BigInt(end) : 0n);
  putDword(out, 0x24, piece.length);
  if (call.isInline) out.set(piece, INLINE_OFFSET);
  return undefined;
}

/** Dumps internal resources, piece by piece. Drivers write the register, tools read it: both do the same. */
export const RESOURCE_DUMP: Register = { id: ID, name: 'RESOURCE_DUMP', sizeBytes: SIZE_BYTES, read: answer, write: () => undefined };
