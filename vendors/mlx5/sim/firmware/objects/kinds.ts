import type { ObjectCommand, ObjectKind, Place } from './object-kind.js';

const HEADER_BYTES = 16;
/** Where most commands name their object. */
const NUMBER: Place = [0x8, 23, 0];
const WHOLE: Place = [0x8, 31, 0];
const TABLE_TYPE: Place = [0x10, 31, 24];
const TABLE: Place = [0x14, 23, 0];

const create = (opcode: number, name: string, requestBytes: number, contextOffsetBytes = HEADER_BYTES, replyBytes = HEADER_BYTES): ObjectCommand => ({ opcode, name, requestBytes, replyBytes, contextOffsetBytes });
const destroy = (opcode: number, name: string, requestBytes = HEADER_BYTES, replyBytes = HEADER_BYTES): ObjectKind['destroy'] => ({ opcode, name, requestBytes, replyBytes });
const query = (opcode: number, name: string, replyBytes: number, contextOffsetBytes: number, contextBytes: number, requestBytes = HEADER_BYTES): NonNullable<ObjectKind['query']> =>
  ({ opcode, name, requestBytes, replyBytes, contextOffsetBytes, contextBytes });
const numbered = { number: NUMBER, made: NUMBER, first: 1, limit: 0x10000 } as const;

/** Protection domains, transport domains and memory keys. */
const MEMORY: readonly ObjectKind[] = [
  { name: 'pd', ...numbered, create: create(0x800, 'ALLOC_PD', 16), destroy: destroy(0x801, 'DEALLOC_PD') },
  { name: 'transport_domain', ...numbered, create: create(0x816, 'ALLOC_TRANSPORT_DOMAIN', 16), destroy: destroy(0x817, 'DEALLOC_TRANSPORT_DOMAIN') },
  { name: 'xrcd', ...numbered, create: create(0x80e, 'ALLOC_XRCD', 16), destroy: destroy(0x80f, 'DEALLOC_XRCD') },
  {
    name: 'mkey', ...numbered, first: 0x200, hasList: true, parent: ['pd', [0x1c, 23, 0]],
    create: create(0x200, 'CREATE_MKEY', 272), destroy: destroy(0x202, 'DESTROY_MKEY'), query: query(0x201, 'QUERY_MKEY', 304, 0x10, 64),
  },
];

/** Queues, and what they are made of. */
const QUEUES: readonly ObjectKind[] = [
  { name: 'cq', ...numbered, hasList: true, create: create(0x400, 'CREATE_CQ', 272), destroy: destroy(0x401, 'DESTROY_CQ'), query: query(0x402, 'QUERY_CQ', 272, 0x10, 64) },
  {
    name: 'qp', ...numbered, first: 0x40, hasList: true, parent: ['pd', [0x1c, 23, 0]],
    create: create(0x500, 'CREATE_QP', 272, 0x18), destroy: destroy(0x501, 'DESTROY_QP'), query: query(0x50b, 'QUERY_QP', 464, 0x18, 232),
  },
  { name: 'srq', ...numbered, hasList: true, parent: ['pd', [0x28, 23, 0]], create: create(0x700, 'CREATE_SRQ', 272), destroy: destroy(0x701, 'DESTROY_SRQ'), query: query(0x702, 'QUERY_SRQ', 272, 0x10, 64) },
  {
    name: 'xrc_srq', ...numbered, hasList: true, parent: ['pd', [0x28, 23, 0]],
    create: create(0x705, 'CREATE_XRC_SRQ', 272), destroy: destroy(0x706, 'DESTROY_XRC_SRQ'), query: query(0x707, 'QUERY_XRC_SRQ', 272, 0x10, 64),
  },
  { name: 'dct', ...numbered, first: 0x40, parent: ['pd', [0x28, 23, 0]], create: create(0x710, 'CREATE_DCT', 128), destroy: destroy(0x711, 'DESTROY_DCT'), query: query(0x713, 'QUERY_DCT', 128, 0x10, 64) },
  { name: 'xrq', ...numbered, hasList: true, create: create(0x717, 'CREATE_XRQ', 336), destroy: destroy(0x718, 'DESTROY_XRQ'), query: query(0x719, 'QUERY_XRQ', 336, 0x10, 320) },
];

/** What Ethernet traffic is sent and received with. */
const ETHERNET: readonly ObjectKind[] = [
  {
    name: 'tir', ...numbered, parent: ['transport_domain', [0x44, 23, 0]],
    create: create(0x900, 'CREATE_TIR', 272, 0x20), destroy: destroy(0x902, 'DESTROY_TIR'), query: query(0x903, 'QUERY_TIR', 272, 0x20, 240),
  },
  { name: 'sq', ...numbered, first: 0x40, hasList: true, parent: ['cq', [0x28, 23, 0]], create: create(0x904, 'CREATE_SQ', 272, 0x20), destroy: destroy(0x906, 'DESTROY_SQ'), query: query(0x907, 'QUERY_SQ', 272, 0x20, 240) },
  { name: 'rq', ...numbered, first: 0x40, hasList: true, parent: ['cq', [0x28, 23, 0]], create: create(0x908, 'CREATE_RQ', 272, 0x20), destroy: destroy(0x90a, 'DESTROY_RQ'), query: query(0x90b, 'QUERY_RQ', 272, 0x20, 240) },
  { name: 'rmp', ...numbered, hasList: true, create: create(0x90c, 'CREATE_RMP', 272, 0x20), destroy: destroy(0x90e, 'DESTROY_RMP'), query: query(0x90f, 'QUERY_RMP', 272, 0x20, 240) },
  {
    name: 'tis', ...numbered, parent: ['transport_domain', [0x44, 23, 0]],
    create: create(0x912, 'CREATE_TIS', 192, 0x20), destroy: destroy(0x914, 'DESTROY_TIS'), query: query(0x915, 'QUERY_TIS', 176, 0x10, 160),
  },
  { name: 'rqt', ...numbered, hasList: true, create: create(0x916, 'CREATE_RQT', 272, 0x20), destroy: destroy(0x918, 'DESTROY_RQT'), query: query(0x919, 'QUERY_RQT', 272, 0x20, 240) },
];

/** Flow steering, and what its actions refer to. */
const STEERING: readonly ObjectKind[] = [
  {
    name: 'flow_table', ...numbered, within: [TABLE_TYPE], number: TABLE,
    create: create(0x930, 'CREATE_FLOW_TABLE', 64, 0x18), destroy: destroy(0x931, 'DESTROY_FLOW_TABLE', 64), query: query(0x932, 'QUERY_FLOW_TABLE', 64, 0x18, 40, 64),
  },
  {
    name: 'flow_group', ...numbered, within: [TABLE_TYPE, TABLE], number: [0x18, 31, 0],
    create: create(0x933, 'CREATE_FLOW_GROUP', 1024, 0x1c), destroy: destroy(0x934, 'DESTROY_FLOW_GROUP', 64), query: query(0x935, 'QUERY_FLOW_GROUP', 1024, 0x1c, 996, 64),
  },
  {
    name: 'flow_table_entry', within: [TABLE_TYPE, TABLE], number: [0x20, 31, 0], first: 0, limit: 0x10000, hasList: true,
    create: create(0x936, 'SET_FLOW_TABLE_ENTRY', 832, 0x40), destroy: destroy(0x938, 'DELETE_FLOW_TABLE_ENTRY', 64), query: query(0x937, 'QUERY_FLOW_TABLE_ENTRY', 832, 0x40, 768, 64),
  },
  { name: 'flow_counter', ...numbered, number: WHOLE, made: WHOLE, create: create(0x939, 'ALLOC_FLOW_COUNTER', 16), destroy: destroy(0x93a, 'DEALLOC_FLOW_COUNTER') },
  {
    name: 'packet_reformat', ...numbered, number: WHOLE, made: WHOLE, hasList: true,
    create: create(0x93d, 'ALLOC_PACKET_REFORMAT_CONTEXT', 36, 0x1c), destroy: destroy(0x93e, 'DEALLOC_PACKET_REFORMAT_CONTEXT'),
    query: query(0x93f, 'QUERY_PACKET_REFORMAT_CONTEXT', 28, 0x1c, 8, 32),
  },
];

/** The rest. */
const OTHERS: readonly ObjectKind[] = [
  { name: 'q_counter', ...numbered, number: [0x8, 7, 0], made: [0x8, 7, 0], limit: 255, create: create(0x771, 'ALLOC_Q_COUNTER', 16), destroy: destroy(0x772, 'DEALLOC_Q_COUNTER') },
  {
    name: 'scheduling_element', ...numbered, within: [[0x8, 31, 24]], number: [0xc, 31, 0], made: [0x10, 31, 0],
    create: create(0x782, 'CREATE_SCHEDULING_ELEMENT', 128, 0x20, 64), destroy: destroy(0x783, 'DESTROY_SCHEDULING_ELEMENT', 64, 64),
    query: query(0x784, 'QUERY_SCHEDULING_ELEMENT', 128, 0x20, 64, 64),
  },
  {
    name: 'l2_table_entry', number: [0x14, 23, 0], first: 0, limit: 128,
    create: create(0x829, 'SET_L2_TABLE_ENTRY', 64, 0x18), destroy: destroy(0x82b, 'DELETE_L2_TABLE_ENTRY', 64), query: query(0x82a, 'QUERY_L2_TABLE_ENTRY', 64, 0x18, 40, 64),
  },
];

/** Every kind of object that is kept as it was made. */
export const OBJECT_KINDS: readonly ObjectKind[] = [...MEMORY, ...QUEUES, ...ETHERNET, ...STEERING, ...OTHERS];
