import { opModOf, type Command } from '../command.js';
import { ADMIN } from '../port.js';
import { REFUSAL } from '../refusal.js';
import { readCounters, type Cell, type CounterGroup } from '../registers/counter-register.js';
import { sheetQuery } from '../sheet/sheet-query.js';
import type { FirmwareState } from '../state.js';
import { flagAt } from '../../wire.js';

/** Without an eswitch a function has only its own virtual port, number 0, by whichever way it is named. */
export const VPORT = '08: vport_number[15:0]!0';
const UPLINK = 2;

const QUERY_VPORT_STATE = sheetQuery({
  opcode: 0x750, name: 'QUERY_VPORT_STATE', requestBytes: 16, replyBytes: 16, request: VPORT,
  reply: '0c: max_tx_speed[31:16]@, admin_state[7:4]@, state[3:0]@',
  live: {
    max_tx_speed: ({ port }) => port.mode?.rate ?? 0,
    admin_state: ({ port }) => Number(port.admin === ADMIN.up || port.admin === ADMIN.upOnce),
    state: ({ port }) => Number(port.isUp),
  },
  refuse: (_state, request) => (opModOf(request) > UPLINK ? REFUSAL.opMod : undefined),
});

/** 64 bits each: packets, then octets, of one kind after the other. */
const ETHERNET_COUNTERS: readonly Cell[] = [
  [0x10, (c) => c.every(5_820_000)],
  [0x70, (c) => c.traffic.received.broadcastFrames], [0x78, (c) => c.traffic.received.broadcastOctets],
  [0x80, (c) => c.traffic.sent.broadcastFrames], [0x88, (c) => c.traffic.sent.broadcastOctets],
  [0x90, (c) => c.traffic.received.unicastFrames], [0x98, (c) => c.traffic.received.unicastOctets],
  [0xa0, (c) => c.traffic.sent.unicastFrames], [0xa8, (c) => c.traffic.sent.unicastOctets],
  [0xb0, (c) => c.traffic.received.multicastFrames], [0xb8, (c) => c.traffic.received.multicastOctets],
  [0xc0, (c) => c.traffic.sent.multicastFrames], [0xc8, (c) => c.traffic.sent.multicastOctets],
];
const INFINIBAND_COUNTERS: readonly Cell[] = [
  [0x30, (c) => c.traffic.received.unicastFrames], [0x38, (c) => c.traffic.received.unicastOctets],
  [0x40, (c) => c.traffic.sent.unicastFrames], [0x48, (c) => c.traffic.sent.unicastOctets],
  [0x50, (c) => c.traffic.received.multicastFrames], [0x58, (c) => c.traffic.received.multicastOctets],
  [0x60, (c) => c.traffic.sent.multicastFrames], [0x68, (c) => c.traffic.sent.multicastOctets],
];

function vportCounters({ port }: FirmwareState): CounterGroup {
  return { cells: port.profile.protocol === 'ethernet' ? ETHERNET_COUNTERS : INFINIBAND_COUNTERS };
}

const QUERY_VPORT_COUNTER = sheetQuery({
  opcode: 0x770, name: 'QUERY_VPORT_COUNTER', requestBytes: 32, replyBytes: 528, request: VPORT, reply: '',
  refuse: (_state, request) => {
    if (opModOf(request) !== 0) return REFUSAL.opMod;
    return ((request[9] ?? 0) & 0xf) > 1 ? REFUSAL.port : undefined;
  },
  then: (state, request, out) => {
    readCounters(state, { group: vportCounters(state), key: 'vport', index: 0 }, { out, firstOffsetBytes: 0, isClearing: flagAt(request, 0x18, 31) });
  },
});

/** What a virtual port lost. Packets that arrive while the link is down cannot be, so these count what went out meanwhile. */
const VNIC_ENV: CounterGroup = {
  cells: [
    [0x20, (c) => c.every(15_000)], [0x30, (c) => 17 * c.port.linkDownEvents], [0x44, 31, 0, (c) => c.refusedCommands],
    [0x4c, 31, 0, (c) => c.every(3_100)],
  ],
};

const QUERY_VNIC_ENV = sheetQuery({
  opcode: 0x76f, name: 'QUERY_VNIC_ENV', requestBytes: 16, replyBytes: 528, request: VPORT, reply: '',
  then: (state, _request, out) => { readCounters(state, { group: VNIC_ENV, key: 'vnic_env', index: 0 }, { out, firstOffsetBytes: 0, isClearing: false }); },
});

/** Which context: multicast and unicast addresses, VLANs; none of any. */
const QUERY_NIC_VPORT_CONTEXT = sheetQuery({
  opcode: 0x754, name: 'QUERY_NIC_VPORT_CONTEXT', requestBytes: 16, replyBytes: 272,
  request: `
    ${VPORT}
    0c: allowed_list_type[26:24]!2
  `,
  reply: `
    10: min_wqe_inline_mode[26:24]=1, roce_en[0]@
    34: mtu[15:0]@
    38: system_image_guid:64@
    40: port_guid:64@
    48: node_guid:64@
    100: allowed_list_type[26:24]@
    104: permanent_address_47_32[15:0]@
    108: permanent_address_31_0@
  `,
  live: {
    roce_en: ({ port }) => Number(port.profile.protocol === 'ethernet'),
    mtu: ({ port }) => port.mtu,
    system_image_guid: guid, port_guid: guid, node_guid: guid,
    allowed_list_type: (_state, request) => (request[0xc] ?? 0) & 7,
    permanent_address_47_32: ({ identity }) => identity.baseMac >> 32n,
    permanent_address_31_0: ({ identity }) => identity.baseMac & 0xffffffffn,
  },
});

/** A GUID is the MAC address with two bytes set into its middle. */
function guid({ identity: { baseMac } }: FirmwareState): bigint {
  return ((baseMac >> 24n) << 40n) | 0x0300_000000n | (baseMac & 0xffffffn);
}

const QUERY_ESW_VPORT_CONTEXT = sheetQuery({
  opcode: 0x752, name: 'QUERY_ESW_VPORT_CONTEXT', requestBytes: 16, replyBytes: 272, request: VPORT,
  reply: '18: svlan_id[27:16]=0, cvlan_id[11:0]=0',
});

/** The host has this one function, and no virtual ones. */
const QUERY_ESW_FUNCTIONS = sheetQuery({
  opcode: 0x740, name: 'QUERY_ESW_FUNCTIONS', requestBytes: 16, replyBytes: 128,
  reply: `
    10: host_number[31:24]=0, host_num_of_vfs[15:0]=0
    14: host_total_vfs[31:16]=0
  `,
});

/** The virtual port: state, counters and contexts. */
export const VPORT_COMMANDS: readonly Command[] = [
  QUERY_VPORT_STATE, QUERY_VPORT_COUNTER, QUERY_VNIC_ENV, QUERY_NIC_VPORT_CONTEXT, QUERY_ESW_VPORT_CONTEXT, QUERY_ESW_FUNCTIONS,
];
