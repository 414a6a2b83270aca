import type { FirmwareState } from '../state.js';
import { bitsAt } from '../../wire.js';
import { internalState, selected } from './content.js';
import { query, queryNumber } from './query.js';
import { ALL, type DumpRequest } from './request.js';
import { messageSegment, referenceSegment, resourceSegment } from './segments.js';

/** Makes the segments that answer a request for one kind of resource. */
export type Resource = (state: FirmwareState, request: DumpRequest) => Iterable<Uint8Array>;

/** The simulator's own reasons, in error and notice segments. */
const REASON = { noObject: 0x5101, noCount: 0x5102, nothingActive: 0x5103 } as const;

const noObject = (text = 'object does not exist'): Uint8Array => messageSegment('error', REASON.noObject, text);
const to = (type: number, index1: number, count2 = 0): Uint8Array => referenceSegment({ type, index1, index2: 0, count1: 0, count2 });

/** Commands that show an object, by its number in dword 8. */
const QUERY = { mkey: 0x201, cq: 0x402, qp: 0x50b, srq: 0x702, eq: 0x303, packetReformat: 0x93f } as const;
const QUERY_VNIC_ENV = 0x76f;
const QUERY_FLOW_COUNTER = 0x93b;
const QUERY_FLOW_TABLE = 0x932;
const QUERY_FLOW_GROUP = 0x935;
const QUERY_FTE = 0x937;

/** State of one size that there is always one of. */
const whole = (lengthBytes: number): Resource => (_state, { type, index1, index2 }) => [resourceSegment(type, index1, index2, internalState(type, index1, index2, lengthBytes))];

/** State of an object that a query command knows; `after` adds what belongs to it. */
const objectState = (opcode: number, lengthBytes: number, after: (reply: Uint8Array, index1: number) => Uint8Array[] = () => []): Resource => (state, { type, index1, index2 }) => {
  const reply = queryNumber(state, opcode, index1);
  if (reply === undefined) return [noObject()];
  return [resourceSegment(type, index1, index2, internalState(type, index1, index2, lengthBytes)), ...after(reply, index1)];
};

/** What a query command answers. */
const answer = (opcode: number, fill: (request: Uint8Array, asked: DumpRequest) => void): Resource => (state, asked) => {
  const reply = query(state, opcode, (request) => { fill(request, asked); });
  return reply === undefined ? [noObject()] : [resourceSegment(asked.type, asked.index1, asked.index2, reply)];
};

const numberAnswer = (opcode: number): Resource => (state, { type, index1, index2 }) => {
  const reply = queryNumber(state, opcode, index1);
  return reply === undefined ? [noObject()] : [resourceSegment(type, index1, index2, reply)];
};

/** Some of `total` numbered things of `lengthBytes`, of which `isActive` says which are in use. */
const table = (total: number, lengthBytes: number, isActive: (number: number) => boolean): Resource => (_state, { type, index1, count1 }) => {
  const numbers = selected(index1, count1, total, isActive);
  if (numbers.length === 0) return [index1 >= total ? noObject('index out of range') : messageSegment('notice', REASON.nothingActive, 'no active objects')];
  return numbers.map((number) => resourceSegment(type, number, 0, internalState(type, number, 0, lengthBytes)));
};

/** The elements of an object's buffer. */
const bufferOf = (opcode: number, elementBytes: number, elements: (reply: Uint8Array) => number, active: (reply: Uint8Array) => number, after: (index1: number) => Uint8Array[] = () => []): Resource => (state, { type, index1, index2, count2 }) => {
  const reply = queryNumber(state, opcode, index1);
  if (reply === undefined) return [noObject()];
  const numbers = selected(index2, count2, elements(reply), (number) => number < active(reply));
  if (numbers.length === 0) return [messageSegment('notice', REASON.nothingActive, 'no such elements')];
  return [...numbers.map((number) => resourceSegment(type, index1, number, internalState(type, index1, number, elementBytes))), ...after(index1)];
};

/** Slices of a unit, each a large piece of its state. */
const slices = (count: number, lengthBytes: number): Resource => (_state, { type }) =>
  Array.from({ length: count }, (_, slice) => resourceSegment(type, slice, 0, internalState(type, slice, 0, lengthBytes)));

const slice = (count: number, lengthBytes: number): Resource => (state, request) => (request.index1 < count ? whole(lengthBytes)(state, request) : [noObject('slice out of range')]);

const SLICES = 4;
const RX_SLICE_BYTES = 32_768;
const SX_SLICE_BYTES = 24_576;
const WQEBB_BYTES = 64;
const DS_BYTES = 16;
const ENTRY_BYTES = 64;
const BUFFER_ELEMENTS = 64;
const isActiveSte = (number: number): boolean => number < 20 || number % 1024 === 1;

const queuePairContext = (reply: Uint8Array, queuePair: number): Uint8Array[] => [
  to(0x1001, queuePair, ALL), to(0x1002, queuePair, ALL),
  to(0x1200, bitsAt(reply, 0x18 + 0x7c, 23, 0)), to(0x1200, bitsAt(reply, 0x18 + 0x9c, 23, 0)),
];
const completionQueueContext = (reply: Uint8Array, queue: number): Uint8Array[] => [to(0x1201, queue, ALL), to(0x1300, bitsAt(reply, 0x24, 7, 0))];
/** As many entries as fit the queue: its size is a power of two in bits 28 to 24 of dword 1c of the reply. */
const entriesOf = (reply: Uint8Array): number => 2 ** Math.min(13, bitsAt(reply, 0x1c, 28, 24));
const unconsumed = (reply: Uint8Array): number => bitsAt(reply, 0x3c, 23, 0) - bitsAt(reply, 0x38, 23, 0);

const flowTable = (request: Uint8Array, { index1 }: DumpRequest): void => { request.set([index1 >>> 16, index1 >>> 8, index1], 0x15); };
const flowMember = (request: Uint8Array, asked: DumpRequest): void => {
  flowTable(request, asked);
  new DataView(request.buffer).setUint32(0x18, asked.index2);
};

/** What there is to say of each kind, by its number in the menu. */
export const RESOURCES: ReadonlyMap<number, Resource> = new Map<number, Resource>([
  [0x2, objectState(QUERY.qp, 128)], [0x3, objectState(QUERY.qp, 128)], [0x4, objectState(QUERY.qp, 128)], [0x5, objectState(QUERY.qp, 32)],
  [0x21, objectState(QUERY.mkey, 64)],
  [0x1000, objectState(QUERY.qp, 512, queuePairContext)],
  [0x1001, bufferOf(QUERY.qp, WQEBB_BYTES, () => BUFFER_ELEMENTS, () => 8)], [0x1002, bufferOf(QUERY.qp, DS_BYTES, () => BUFFER_ELEMENTS, () => 16)],
  [0x1010, whole(128)], [0x1020, table(256, 64, (number) => number < 5)], [0x1021, (state, request) => table(256, 64, () => true)(state, { ...request, count1: ALL })],
  [0x1030, whole(1024)], [0x103c, whole(256)], [0x1040, table(16, 64, (number) => number < 4)], [0x1048, whole(512)], [0x104b, whole(2048)], [0x1050, whole(512)],
  [0x1053, table(127, 32, () => false)],
  [0x1100, objectState(QUERY.srq, 256, (_reply, queue) => [to(0x1101, queue, ALL)])], [0x1101, bufferOf(QUERY.srq, DS_BYTES, () => BUFFER_ELEMENTS, () => BUFFER_ELEMENTS)],
  [0x1200, objectState(QUERY.cq, 128, completionQueueContext)], [0x1201, bufferOf(QUERY.cq, ENTRY_BYTES, entriesOf, unconsumed)],
  [0x1300, objectState(QUERY.eq, 128, (_reply, queue) => [to(0x1301, queue, ALL)])],
  [0x1301, bufferOf(QUERY.eq, ENTRY_BYTES, entriesOf, unconsumed, (queue) => [to(0x1300, queue)])],
  [0x1310, table(4096, 64, isActiveSte)], [0x1311, (state, request) => table(4096, 64, isActiveSte)(state, { ...request, count1: ALL })],
  [0x1312, table(4096, 64, isActiveSte)], [0x1313, table(2, 64, () => true)],
  [0x1318, answer(QUERY_FLOW_COUNTER, (request, { index1 }) => { new DataView(request.buffer).setUint32(request.length - 4, index1); })],
  [0x1320, numberAnswer(QUERY.packetReformat)],
  [0x2000, slice(SLICES, RX_SLICE_BYTES)], [0x2001, slices(SLICES, RX_SLICE_BYTES)],
  [0x2020, (state, request) => (request.count1 === 0 ? [messageSegment('error', REASON.noCount, 'num_of_obj1 is required')] : table(64, 128, () => true)(state, request))],
  [0x3000, slice(SLICES, SX_SLICE_BYTES)], [0x3001, slices(SLICES, SX_SLICE_BYTES)],
  [0x4000, numberAnswer(QUERY.qp)], [0x4008, answer(QUERY_VNIC_ENV, () => undefined)],
  [0x4010, answer(QUERY_FLOW_TABLE, flowTable)], [0x4011, () => [messageSegment('notice', REASON.nothingActive, 'no active objects')]],
  [0x4012, answer(QUERY_FLOW_GROUP, flowMember)], [0x4013, () => [messageSegment('notice', REASON.nothingActive, 'no active objects')]],
  [0x4014, answer(QUERY_FTE, flowMember)], [0x4015, () => [messageSegment('notice', REASON.nothingActive, 'no active objects')]],
  [0x4020, numberAnswer(QUERY.cq)], [0x4030, numberAnswer(QUERY.mkey)],
]);
