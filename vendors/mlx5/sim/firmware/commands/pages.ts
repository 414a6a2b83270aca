import { HEADER_BYTES, WHEN, opModOf, refuseOtherFunction, type Command } from '../command.js';
import { PAGE_STAGE } from '../page-pool.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import type { FirmwareState } from '../state.js';
import { dwordAt, putDword, putQuad, quadAt } from '../../wire.js';

const ADDRESS_BYTES = 8;
const STAGES: ReadonlySet<number> = new Set(Object.values(PAGE_STAGE));

const QUERY_PAGES: Command = {
  opcode: 0x107, name: 'QUERY_PAGES', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.enabledOrOperational, sender: 'tools',
  run: ({ pages }, request, reply) => {
    const stage = opModOf(request);
    if (!STAGES.has(stage)) return REFUSAL.opMod;
    const refusal = refuseOtherFunction(request);
    if (refusal === undefined) putDword(reply, 0xc, pages.balanceAt(stage));
    return refusal;
  },
};

function give({ pages }: FirmwareState, request: Uint8Array): Outcome {
  const count = dwordAt(request, 0xc);
  if (request.length !== HEADER_BYTES + count * ADDRESS_BYTES) return REFUSAL.requestLength;
  if (count > pages.wanted) return REFUSAL.pagesUnasked;
  const addresses = Array.from({ length: count }, (_, index) => quadAt(request, HEADER_BYTES + index * ADDRESS_BYTES));
  if (!pages.accepts(addresses)) return REFUSAL.pageAddress;
  pages.give(addresses);
  return undefined;
}

function take(state: FirmwareState, request: Uint8Array, reply: Uint8Array): Outcome {
  const count = dwordAt(request, 0xc);
  if (request.length !== HEADER_BYTES) return REFUSAL.requestLength;
  const room = Math.floor((reply.length - HEADER_BYTES) / ADDRESS_BYTES);
  if (count > room) return REFUSAL.replyLength;
  const addresses = state.pages.takeBack(count, state.lifeCycle === 'operational');
  putDword(reply, 0x8, addresses.length);
  addresses.forEach((address, index) => putQuad(reply, HEADER_BYTES + index * ADDRESS_BYTES, address));
  return undefined;
}

const CANNOT_GIVE = 0;
const GIVE = 1;
const TAKE = 2;

const MANAGE_PAGES: Command = {
  opcode: 0x108, name: 'MANAGE_PAGES', requestBytes: HEADER_BYTES, hasTail: true, replyBytes: HEADER_BYTES, when: WHEN.enabledOrOperational, sender: 'driver',
  run: (state, request, reply) => {
    const refusal = refuseOtherFunction(request);
    if (refusal !== undefined) return refusal;
    switch (opModOf(request)) {
      case CANNOT_GIVE:
        state.pages.withdrawRequest();
        return undefined;
      case GIVE:
        return give(state, request);
      case TAKE:
        return take(state, request, reply);
      default:
        return REFUSAL.opMod;
    }
  },
};

/** Host memory for the firmware. */
export const PAGE_COMMANDS: readonly Command[] = [QUERY_PAGES, MANAGE_PAGES];
