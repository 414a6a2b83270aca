import { HEADER_BYTES, WHEN, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import { bitsAt, dword, dwordAt } from '../../wire.js';

const ALLOC_UAR: Command = {
  opcode: 0x802, name: 'ALLOC_UAR', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: ({ uars, uarRange }, _request, reply) => {
    if (uars.size >= uarRange.count) return REFUSAL.uarLimit;
    let page = uarRange.first;
    while (uars.has(page)) page++;
    uars.add(page);
    dword(reply, 0x8, [23, 0, page]);
    return undefined;
  },
};

const DEALLOC_UAR: Command = {
  opcode: 0x803, name: 'DEALLOC_UAR', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: ({ uars, queues }, request) => {
    const page = bitsAt(request, 0x8, 23, 0);
    for (const queue of queues.all.values()) if (queue.uarPage === page) return REFUSAL.uarBusy;
    return uars.delete(page) ? undefined : REFUSAL.uarUnknown;
  },
};

const GENERAL = 0x00;
const UCTX_CAP_BYTES = 0xd4;

const CREATE_UCTX: Command = {
  opcode: 0xa04, name: 'CREATE_UCTX', requestBytes: 64, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: ({ contexts, capabilities }, request, reply) => {
    const asked = dwordAt(request, 0x10);
    const offered = dwordAt(capabilities.get(GENERAL, 'current') ?? reply, UCTX_CAP_BYTES);
    if ((asked & ~offered) !== 0) return REFUSAL.userContextCapability;
    if (contexts.isFull) return REFUSAL.userContextLimit;
    dword(reply, 0x8, [15, 0, contexts.create(asked)]);
    return undefined;
  },
};

const DESTROY_UCTX: Command = {
  opcode: 0xa06, name: 'DESTROY_UCTX', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: ({ contexts }, request) => (contexts.destroy(bitsAt(request, 0x8, 15, 0)) ? undefined : REFUSAL.userContextMissing),
};

/** Doorbell pages and user contexts. */
export const RESOURCE_COMMANDS: readonly Command[] = [ALLOC_UAR, DEALLOC_UAR, CREATE_UCTX, DESTROY_UCTX];
