import { HEADER_BYTES, WHEN, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import type { FirmwareState } from '../state.js';
import type { CommandStatus, EventQueue } from '../types.js';
import { bitsAt, dword, putQuad, quadAt } from '../../wire.js';

const FIXED_BYTES = 0x110;
const ADDRESS_BYTES = 8;
const ENTRY_BYTES = 64;
const SMALLEST_PAGE_LOG = 12;
const LARGEST_PAGE_LOG = 30;
const LARGEST_QUEUE_LOG = 22;

interface Shape {
  readonly logEntries: number;
  readonly pageSizeBytes: number;
  readonly firstEntryOffsetBytes: number;
  readonly pages: readonly bigint[];
}

/** Reads size and pages of a queue to be made; the pages must be aligned and exactly as many as the entries fill. */
function readShape(request: Uint8Array): Shape | CommandStatus {
  const logEntries = bitsAt(request, 0x1c, 28, 24);
  const pageLog = SMALLEST_PAGE_LOG + bitsAt(request, 0x28, 28, 24);
  if (logEntries > LARGEST_QUEUE_LOG || pageLog > LARGEST_PAGE_LOG) return REFUSAL.eventQueueShape;
  const pageSizeBytes = 2 ** pageLog;
  const firstEntryOffsetBytes = bitsAt(request, 0x18, 11, 6) * ENTRY_BYTES;
  const pageCount = Math.ceil((firstEntryOffsetBytes + ENTRY_BYTES * 2 ** logEntries) / pageSizeBytes);
  if (request.length !== FIXED_BYTES + pageCount * ADDRESS_BYTES) return REFUSAL.requestLength;
  const pages = Array.from({ length: pageCount }, (_, index) => quadAt(request, FIXED_BYTES + index * ADDRESS_BYTES));
  const isAligned = pages.every((page) => page % BigInt(pageSizeBytes) === 0n);
  return isAligned ? { logEntries, pageSizeBytes, firstEntryOffsetBytes, pages } : REFUSAL.eventQueueShape;
}

function makeQueue(state: FirmwareState, request: Uint8Array): EventQueue | CommandStatus {
  const shape = readShape(request);
  if ('status' in shape) return shape;
  const uarPage = bitsAt(request, 0x1c, 23, 0);
  if (!state.uars.has(uarPage)) return REFUSAL.uarUnknown;
  const number = state.queues.freeNumber();
  if (number === undefined) return REFUSAL.eventQueueLimit;
  return {
    ...shape, number, uarPage,
    vector: bitsAt(request, 0x24, 11, 0),
    eventMask: [quadAt(request, 0x58), quadAt(request, 0x60), quadAt(request, 0x68), quadAt(request, 0x70)],
    producerIndex: 0,
    consumerIndex: 0,
  };
}

const CREATE_EQ: Command = {
  opcode: 0x301, name: 'CREATE_EQ', requestBytes: FIXED_BYTES, hasTail: true, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: (state, request, reply) => {
    const queue = makeQueue(state, request);
    if ('status' in queue) return queue;
    state.queues.add(queue);
    dword(reply, 0x8, [7, 0, queue.number]);
    return undefined;
  },
};

const DESTROY_EQ: Command = {
  opcode: 0x302, name: 'DESTROY_EQ', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: ({ queues }, request) => (queues.remove(bitsAt(request, 0x8, 7, 0)) ? undefined : REFUSAL.eventQueueUnknown),
};

const ARMED = 9;

const QUERY_EQ: Command = {
  opcode: 0x303, name: 'QUERY_EQ', requestBytes: HEADER_BYTES, replyBytes: FIXED_BYTES, when: WHEN.operational, sender: 'tools',
  run: ({ queues }, request, reply) => {
    const queue = queues.all.get(bitsAt(request, 0x8, 7, 0));
    if (queue === undefined) return REFUSAL.eventQueueUnknown;
    dword(reply, 0x10, [11, 8, ARMED]);
    dword(reply, 0x18, [11, 6, queue.firstEntryOffsetBytes / ENTRY_BYTES]);
    dword(reply, 0x1c, [28, 24, queue.logEntries], [23, 0, queue.uarPage]);
    dword(reply, 0x24, [11, 0, queue.vector]);
    dword(reply, 0x28, [28, 24, Math.log2(queue.pageSizeBytes) - SMALLEST_PAGE_LOG]);
    dword(reply, 0x38, [23, 0, queue.consumerIndex]);
    dword(reply, 0x3c, [23, 0, queue.producerIndex]);
    queue.eventMask.forEach((word, index) => putQuad(reply, 0x58 + 8 * index, word));
    queue.pages.forEach((page, index) => putQuad(reply, FIXED_BYTES + ADDRESS_BYTES * index, page));
    return undefined;
  },
};

/** Event queues. */
export const EVENT_QUEUE_COMMANDS: readonly Command[] = [CREATE_EQ, DESTROY_EQ, QUERY_EQ];
