import { dword, putText } from '../../wire.js';

/** What one number of a request may be: left out, given, or what must be given. */
type Use = 'none' | 'optional' | 'required';

/** How many may be asked for at once: as a number, and in words. */
interface Count {
  readonly use: Use;
  readonly all?: true;
  readonly active?: true;
}

/** One kind of segment that the menu offers. */
export interface MenuItem {
  /** 16 bits. */
  readonly type: number;
  /** At most 16 ASCII characters each; the text of an index that there is not is a placeholder. */
  readonly name: string;
  readonly index1: readonly [use: Use, name: string];
  readonly index2: readonly [use: Use, name: string];
  readonly count1: Count;
  readonly count2: Count;
}

const NO_INDEX = ['none', 'N/A'] as const;
const NO_COUNT: Count = { use: 'none' };
const COUNT: Count = { use: 'optional', all: true };
const ACTIVE: Count = { use: 'optional', all: true, active: true };

const alone = (type: number, name: string): MenuItem => ({ type, name, index1: NO_INDEX, index2: NO_INDEX, count1: NO_COUNT, count2: NO_COUNT });
const byIndex = (type: number, name: string, index: string, count1 = NO_COUNT): MenuItem => ({ ...alone(type, name), index1: ['required', index], count1 });
const buffer = (type: number, name: string, index: string, element: string): MenuItem => ({ ...byIndex(type, name, index), index2: ['optional', element], count2: ACTIVE });
const range = (type: number, name: string, index: string): MenuItem => ({ ...byIndex(type, name, index, ACTIVE), count2: COUNT });
const pair = (type: number, name: string, index1: string, index2: string): MenuItem => ({ ...byIndex(type, name, index1), index2: ['required', index2] });
const optional = (type: number, name: string, index: string, count1 = NO_COUNT): MenuItem => ({ ...alone(type, name), index1: ['optional', index], count1 });

/** Everything that the simulated ConnectX-6 Dx can dump, as its menu has it. */
export const MENU: readonly MenuItem[] = [
  byIndex(0x2, 'HW_CQPC', 'QPN'), byIndex(0x3, 'HW_SQPC', 'QPN'), byIndex(0x4, 'HW_RQPC', 'QPN'), pair(0x5, 'RDB_CONTEXT', 'QPN', 'RDB_IX'),
  byIndex(0x21, 'MKEY_CONTEXT', 'MKEY_IX'),
  byIndex(0x1000, 'FULL_QPC', 'QPN'), buffer(0x1001, 'SND_BUFF', 'QPN', 'WQEBB'), buffer(0x1002, 'RCV_BUFF', 'QPN', 'DS'),
  alone(0x1010, 'FUNC_SYND_REC'), range(0x1020, 'MDFY_HDR_RNG', 'MDFY_IX'), alone(0x1021, 'MDFY_HDR_ALL'), alone(0x1030, 'SHARED_BUFFER'),
  alone(0x103c, 'PAGE_HISTOGRAM'), optional(0x1040, 'SCHEDQ_INFO', 'SCHEDQ_IX', ACTIVE), alone(0x1048, 'VLQ_GVMI_VLQ_SQ'),
  optional(0x104b, 'VQOS_TREE', 'SKIP_LOCK'), alone(0x1050, 'VQOS_DISTLIST'), optional(0x1053, 'PACKET_PACING', 'PP_IX', ACTIVE),
  byIndex(0x1100, 'FULL_SRQC', 'SRQN'), buffer(0x1101, 'SRQ_BUFF', 'SRQN', 'DS'),
  byIndex(0x1200, 'FULL_CQC', 'CQN'), buffer(0x1201, 'CQ_BUFF', 'CQN', 'CQE'),
  byIndex(0x1300, 'FULL_EQC', 'EQN'), buffer(0x1301, 'EQ_BUFF', 'EQN', 'EQE'),
  range(0x1310, 'STE_RANGE', 'STE_IX'), alone(0x1311, 'STE_ALL'), range(0x1312, 'STE_GLOBAL_RNG', 'STE_IX'), byIndex(0x1313, 'STE_ROOT', 'ROOT_IX'),
  byIndex(0x1318, 'FLOW_COUNTER', 'CNTR ID'), byIndex(0x1320, 'PKT_REFORMAT', 'CTX ID'),
  byIndex(0x2000, 'RX_SLICE', 'SLICE'), alone(0x2001, 'RX_SLICE_ALL'), optional(0x2020, 'ICMC_INFO', 'SET', { use: 'required', all: true }),
  byIndex(0x3000, 'SX_SLICE', 'SLICE'), alone(0x3001, 'SX_SLICE_ALL'),
  byIndex(0x4000, 'PRM_QUERY_QP', 'QPN'), alone(0x4008, 'QUERY_VNIC_ENV'),
  byIndex(0x4010, 'QUERY_FT', 'TABLE_ID'), alone(0x4011, 'QUERY_FT_ALL'), pair(0x4012, 'QUERY_FG', 'TABLE_ID', 'GROUP_ID'), alone(0x4013, 'QUERY_FG_ALL'),
  pair(0x4014, 'QUERY_FTE', 'TABLE_ID', 'FLOW_IX'), alone(0x4015, 'QUERY_FTE_ALL'),
  byIndex(0x4020, 'PRM_QUERY_CQ', 'CQN'), byIndex(0x4030, 'PRM_QUERY_MKEY', 'MKEY_IDX'),
];

const FIXED_BYTES = 8;
const RECORD_BYTES = 52;

const isUsed = (use: Use): number => (use === 'none' ? 0 : 1);
const isRequired = (use: Use): number => (use === 'required' ? 1 : 0);
const flag = (is: true | undefined): number => (is === true ? 1 : 0);

/** The body of a menu segment, header included and not filled in. */
export function menuSegment(): Uint8Array {
  const bytes = new Uint8Array(FIXED_BYTES + MENU.length * RECORD_BYTES);
  dword(bytes, 0x4, [15, 0, MENU.length]);
  MENU.forEach((item, place) => { putRecord(bytes, FIXED_BYTES + place * RECORD_BYTES, item); });
  return bytes;
}

function putRecord(bytes: Uint8Array, at: number, { type, name, index1, index2, count1, count2 }: MenuItem): void {
  dword(bytes, at,
    [27, 27, flag(count2.active)], [26, 26, flag(count2.all)], [25, 25, isRequired(count2.use)], [24, 24, isUsed(count2.use)],
    [23, 23, flag(count1.active)], [22, 22, flag(count1.all)], [21, 21, isRequired(count1.use)], [20, 20, isUsed(count1.use)],
    [19, 19, isRequired(index2[0])], [18, 18, isUsed(index2[0])], [17, 17, isRequired(index1[0])], [16, 16, isUsed(index1[0])],
    [15, 0, type]);
  putText(bytes, at + 0x4, 16, name);
  putText(bytes, at + 0x14, 16, index1[1]);
  putText(bytes, at + 0x24, 16, index2[1]);
}
