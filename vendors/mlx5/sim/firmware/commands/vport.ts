import { HEADER_BYTES, WHEN, opModOf, type Command } from '../command.js';
import type { Counter } from '../counters.js';
import { ADMIN } from '../port.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import { bitsAt, dword, flagAt, putQuad } from '../../wire.js';

/** Without an eswitch a function has only its own virtual port, number 0. */
function refuseOtherVport(request: Uint8Array): Outcome {
  return flagAt(request, 0x8, 31) || bitsAt(request, 0x8, 15, 0) !== 0 ? REFUSAL.otherFunction : undefined;
}

const UPLINK = 2;

const QUERY_VPORT_STATE: Command = {
  opcode: 0x750, name: 'QUERY_VPORT_STATE', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'tools',
  run: ({ port }, request, reply) => {
    const refusal = opModOf(request) > UPLINK ? REFUSAL.opMod : refuseOtherVport(request);
    if (refusal !== undefined) return refusal;
    const isWanted = port.admin === ADMIN.up || port.admin === ADMIN.upOnce;
    dword(reply, 0xc, [31, 16, port.mode?.rate ?? 0], [7, 4, Number(isWanted)], [3, 0, Number(port.isUp)]);
    return undefined;
  },
};

/** Offsets in the reply, 64 bits each: packets, then octets, of one kind after the other. */
const ETHERNET_COUNTERS: readonly (readonly [offsetBytes: number, counter: Counter])[] = [
  [0x10, (c) => c.every(5_820_000)],
  [0x70, (c) => c.traffic.received.broadcastFrames], [0x78, (c) => c.traffic.received.broadcastOctets],
  [0x80, (c) => c.traffic.sent.broadcastFrames], [0x88, (c) => c.traffic.sent.broadcastOctets],
  [0x90, (c) => c.traffic.received.unicastFrames], [0x98, (c) => c.traffic.received.unicastOctets],
  [0xa0, (c) => c.traffic.sent.unicastFrames], [0xa8, (c) => c.traffic.sent.unicastOctets],
  [0xb0, (c) => c.traffic.received.multicastFrames], [0xb8, (c) => c.traffic.received.multicastOctets],
  [0xc0, (c) => c.traffic.sent.multicastFrames], [0xc8, (c) => c.traffic.sent.multicastOctets],
];
const INFINIBAND_COUNTERS: readonly (readonly [offsetBytes: number, counter: Counter])[] = [
  [0x30, (c) => c.traffic.received.unicastFrames], [0x38, (c) => c.traffic.received.unicastOctets],
  [0x40, (c) => c.traffic.sent.unicastFrames], [0x48, (c) => c.traffic.sent.unicastOctets],
  [0x50, (c) => c.traffic.received.multicastFrames], [0x58, (c) => c.traffic.received.multicastOctets],
  [0x60, (c) => c.traffic.sent.multicastFrames], [0x68, (c) => c.traffic.sent.multicastOctets],
];

const QUERY_VPORT_COUNTER: Command = {
  opcode: 0x770, name: 'QUERY_VPORT_COUNTER', requestBytes: 32, replyBytes: 528, when: WHEN.operational, sender: 'tools',
  run: (state, request, reply) => {
    const port = bitsAt(request, 0x8, 19, 16);
    const refusal = opModOf(request) !== 0 ? REFUSAL.opMod : port > 1 ? REFUSAL.port : refuseOtherVport(request);
    if (refusal !== undefined) return refusal;
    const counters = state.port.profile.protocol === 'ethernet' ? ETHERNET_COUNTERS : INFINIBAND_COUNTERS;
    const source = state.counters();
    const values = counters.map(([, counter]) => counter(source, 0));
    state.baselines.since('vport', values).forEach((value, position) => putQuad(reply, counters[position]?.[0] ?? 0, value));
    if (flagAt(request, 0x18, 31)) state.baselines.clear('vport', values);
    return undefined;
  },
};

/** The virtual port: state and counters. */
export const VPORT_COMMANDS: readonly Command[] = [QUERY_VPORT_STATE, QUERY_VPORT_COUNTER];
