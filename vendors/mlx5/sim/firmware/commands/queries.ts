import { bitsAt, dwordAt, flagAt, putQuad, putText } from '../../wire.js';
import { HEADER_BYTES, WHEN, type Command } from '../command.js';
import { readCounters, type CounterGroup } from '../registers/counter-register.js';
import { REFUSAL } from '../refusal.js';
import { sheetQuery } from '../sheet/sheet-query.js';
import { trafficAfter } from '../traffic.js';

const QUERY_SPECIAL_CONTEXTS = sheetQuery({
  opcode: 0x203, name: 'QUERY_SPECIAL_CONTEXTS', requestBytes: 16, replyBytes: 32,
  reply: `
    0c: resd_lkey=0x1c00
    10: null_mkey=0x1d00
  `,
});

/** RoCE traffic: the same few events on every set of counters. */
const Q_COUNTERS: CounterGroup = {
  cells: [
    [0x10, 31, 0, (c) => Math.floor(c.traffic.received.frames / 40) % 2 ** 32], [0x18, 31, 0, (c) => Math.floor(c.traffic.received.frames / 300) % 2 ** 32],
    [0x20, 31, 0, (c) => c.every(900)], [0x30, 31, 0, (c) => c.every(3_100)], [0x38, 31, 0, (c) => c.every(190_000)], [0x40, 31, 0, (c) => c.every(410_000)],
    [0x48, 31, 0, () => 0], [0x50, 31, 0, (c) => c.every(230_000)], [0x58, 31, 0, (c) => c.every(3_700_000)], [0x60, 31, 0, (c) => c.every(5_900_000)],
    [0xbc, 31, 0, (c) => 3 * c.port.linkDownEvents], [0xc0, 31, 0, (c) => 2 * c.port.linkDownEvents],
  ],
};

const QUERY_Q_COUNTER = sheetQuery({
  opcode: 0x773, name: 'QUERY_Q_COUNTER', requestBytes: 32, replyBytes: 256, request: '08: vport_number[15:0]!0', reply: '',
  refuse: ({ objects }, request) => (objects.get('q_counter', String(bitsAt(request, 0x1c, 7, 0))) === undefined ? REFUSAL.objectUnknown : undefined),
  then: (state, request, out) => {
    const key = `q_counter/${bitsAt(request, 0x1c, 7, 0)}`;
    readCounters(state, { group: Q_COUNTERS, key, index: 0 }, { out, firstOffsetBytes: 0, isClearing: flagAt(request, 0x18, 31) });
  },
});

const COUNTER_BYTES = 16;
const MOST_COUNTERS = 512;

/** Flow counters count a share of what is received: packets, then octets. The request says how many of them, one when it says none. */
const QUERY_FLOW_COUNTER: Command = {
  opcode: 0x93b, name: 'QUERY_FLOW_COUNTER', requestBytes: 32, replyBytes: HEADER_BYTES + COUNTER_BYTES, when: WHEN.operational, sender: 'tools',
  run: (state, request, reply) => {
    const first = dwordAt(request, 0x1c);
    const count = Math.max(1, bitsAt(request, 0x18, 15, 0));
    if (count > MOST_COUNTERS || reply.length < HEADER_BYTES + count * COUNTER_BYTES) return REFUSAL.replyLength;
    for (let index = 0; index < count; index++) if (state.objects.get('flow_counter', String(first + index)) === undefined) return REFUSAL.objectUnknown;
    const { received } = trafficAfter(state.port.carriedMs(state.nowMs()), 0);
    for (let index = 0; index < count; index++) {
      putQuad(reply, HEADER_BYTES + COUNTER_BYTES * index, Math.floor(received.frames / (100 + first + index)));
      putQuad(reply, HEADER_BYTES + COUNTER_BYTES * index + 8, Math.floor(received.octets / (100 + first + index)));
    }
    return undefined;
  },
};

const QUERY_MAD_DEMUX = sheetQuery({
  opcode: 0x80b, name: 'QUERY_MAD_DEMUX', requestBytes: 16, replyBytes: 20, reply: '10: mad_dumux_parameters_block=0',
  refuse: ({ port }) => (port.profile.protocol === 'infiniband' ? undefined : REFUSAL.notOffered),
});

const QUERY_WOL_ROL = sheetQuery({ opcode: 0x831, name: 'QUERY_WOL_ROL', requestBytes: 16, replyBytes: 16, reply: '08: rol_mode[15:8]=0, wol_mode[7:0]=0' });

/** No bond: the context of one is empty. */
const QUERY_LAG = sheetQuery({ opcode: 0x842, name: 'QUERY_LAG', requestBytes: 16, replyBytes: 16, reply: '08: lag_state[2:0]=0' });

/** What tells RoCE from the rest: GIDs, of which the first is made from the MAC address. */
const QUERY_ROCE_ADDRESS = sheetQuery({
  opcode: 0x760, name: 'QUERY_ROCE_ADDRESS', requestBytes: 16, replyBytes: 48,
  request: '08: roce_address_index[31:16]!255, vhca_port_num[3:0]!1',
  reply: `
    10: gid_127_64:64@
    18: gid_63_0:64@
    20: source_mac_47_32[15:0]@
    24: source_mac_31_0@
    28: roce_l3_type[11:8]@, roce_version[7:0]@
  `,
  live: {
    gid_127_64: (_state, request) => (isFirst(request) ? 0xfe80_0000_0000_0000n : 0n),
    gid_63_0: ({ identity: { baseMac } }, request) => (isFirst(request) ? (((baseMac >> 24n) ^ 0x020000n) << 40n) | 0xfffe_000000n | (baseMac & 0xffffffn) : 0n),
    source_mac_47_32: ({ identity }, request) => (isFirst(request) ? identity.baseMac >> 32n : 0n),
    source_mac_31_0: ({ identity }, request) => (isFirst(request) ? identity.baseMac & 0xffffffffn : 0n),
    roce_l3_type: (_state, request) => (isFirst(request) ? 1 : 0),
    roce_version: (_state, request) => (isFirst(request) ? 2 : 0),
  },
  refuse: ({ port }) => (port.profile.protocol === 'ethernet' ? undefined : REFUSAL.notOffered),
});

function isFirst(request: Uint8Array): boolean {
  return bitsAt(request, 0x8, 31, 16) === 0;
}

const INFINIBAND_ONLY = { refuse: ({ port }: { readonly port: { readonly profile: { readonly protocol: string } } }) => (port.profile.protocol === 'infiniband' ? undefined : REFUSAL.notOffered) };

/** The port as subnet managers see it: InfiniBand only. */
const QUERY_HCA_VPORT_CONTEXT = sheetQuery({
  opcode: 0x762, name: 'QUERY_HCA_VPORT_CONTEXT', requestBytes: 16, replyBytes: 528, request: '08: vport_number[15:0]!0',
  reply: `
    30: has_smi[30], has_raw[29], port_physical_state[15:12]@, port_state[7:4]@, vport_state[3:0]@
    38: system_image_guid:64@
    40: port_guid:64@
    48: node_guid:64@
    50: cap_mask1=0x2651e848
    70: lid[31:16]=1, subnet_timeout[4:0]=18
    74: sm_lid[31:16]=1
  `,
  live: {
    port_physical_state: ({ port }) => (port.isUp ? 5 : 2), port_state: ({ port }) => (port.isUp ? 4 : 1), vport_state: ({ port }) => (port.isUp ? 4 : 1),
    system_image_guid: ({ identity }) => identity.baseMac << 16n, port_guid: ({ identity }) => identity.baseMac << 16n, node_guid: ({ identity }) => identity.baseMac << 16n,
  },
  ...INFINIBAND_ONLY,
});

const QUERY_HCA_VPORT_GID = sheetQuery({
  opcode: 0x764, name: 'QUERY_HCA_VPORT_GID', requestBytes: 16, replyBytes: 16, ...INFINIBAND_ONLY,
  request: `
    08: vport_number[15:0]!0
    0c: gid_index[15:0]!0
  `,
  reply: '0c: gids_num[31:16]=1',
  then: ({ identity }, _request, reply) => {
    if (reply.length < 32) return;
    putQuad(reply, 0x10, 0xfe80_0000_0000_0000n);
    putQuad(reply, 0x18, identity.baseMac << 16n);
  },
});

const QUERY_HCA_VPORT_PKEY = sheetQuery({
  opcode: 0x765, name: 'QUERY_HCA_VPORT_PKEY', requestBytes: 16, replyBytes: 16, ...INFINIBAND_ONLY,
  request: `
    08: vport_number[15:0]!0
    0c: pkey_index[15:0]!0
  `,
  reply: '',
  then: (_state, _request, reply) => { if (reply.length >= 20) reply.set([0, 0, 0xff, 0xff], 0x10); },
});

const VUID_BYTES = 128;

/** The names that functions keep over resets: this function's own. */
const QUERY_VUID = sheetQuery({
  opcode: 0xb22, name: 'QUERY_VUID', requestBytes: 16, replyBytes: 64, request: '0c: query_vfs_vuid[31]!0, vhca_id[15:0]!0', reply: '3c: num_of_entries[15:0]=1',
  then: ({ identity }, _request, reply) => { putText(reply, 0x40, Math.min(VUID_BYTES, reply.length - 0x40), `${identity.serialNumber}PF0`); },
});

/** What is asked without naming an object. */
export const QUERY_COMMANDS: readonly Command[] = [
  QUERY_SPECIAL_CONTEXTS, QUERY_Q_COUNTER, QUERY_FLOW_COUNTER, QUERY_MAD_DEMUX, QUERY_WOL_ROL, QUERY_LAG, QUERY_ROCE_ADDRESS,
  QUERY_HCA_VPORT_CONTEXT, QUERY_HCA_VPORT_GID, QUERY_HCA_VPORT_PKEY, QUERY_VUID,
];
