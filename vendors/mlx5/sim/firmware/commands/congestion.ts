import { bitsAt, flagAt } from '../../wire.js';
import { HEADER_BYTES, WHEN, type Command } from '../command.js';
import { readCounters, type CounterGroup } from '../registers/counter-register.js';
import { REFUSAL } from '../refusal.js';
import { sheetQuery } from '../sheet/sheet-query.js';

/** `cong_protocol`: reaction point, notification point, and what both have in common. */
const PROTOCOL = { reaction: 1, notification: 2, general: 3 } as const;
const PRIORITY_AND_PROTOCOL = '08: priority[7:4]!7, cong_protocol[3:0]!1-2';

const key = (request: Uint8Array, what: string): string => `congestion/${bitsAt(request, 0x8, 7, 0)}/${what}`;

const QUERY_CONG_STATUS = sheetQuery({
  opcode: 0x822, name: 'QUERY_CONG_STATUS', requestBytes: 16, replyBytes: 16, request: PRIORITY_AND_PROTOCOL,
  reply: '0c: enable[31]@, tag_enable[30]@',
  live: {
    enable: ({ settings }, request) => settings.get(key(request, 'enable')) ?? 1n,
    tag_enable: ({ settings }, request) => settings.get(key(request, 'tag')) ?? 0n,
  },
});

const MODIFY_CONG_STATUS: Command = {
  opcode: 0x823, name: 'MODIFY_CONG_STATUS', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'tools',
  run: ({ settings }, request) => {
    const protocol = bitsAt(request, 0x8, 3, 0);
    if (protocol !== PROTOCOL.reaction && protocol !== PROTOCOL.notification) return REFUSAL.vport;
    if (bitsAt(request, 0x8, 7, 4) > 7) return REFUSAL.vport;
    settings.set(key(request, 'enable'), BigInt(bitsAt(request, 0xc, 31, 31)));
    settings.set(key(request, 'tag'), BigInt(bitsAt(request, 0xc, 30, 30)));
    return undefined;
  },
};

const of = (protocol: number, value: number) => (_state: unknown, request: Uint8Array): number => (bitsAt(request, 0x8, 3, 0) === protocol ? value : 0);
const REACTION = { time_reset: 300, byte_reset: 32_767, threshold: 1, max_rate: 0, ai_rate: 5, hai_rate: 50, gd: 11, min_dec_fac: 50, min_rate: 1 } as const;

/** Parameters of RoCE's congestion control; which ones depends on the protocol. */
const QUERY_CONG_PARAMS = sheetQuery({
  opcode: 0x824, name: 'QUERY_CONG_PARAMS', requestBytes: 16, replyBytes: 272, request: `08: cong_protocol[3:0]!1-${PROTOCOL.general}`,
  reply: `
    24: word_24@
    28: word_28@
    2c: threshold@
    30: max_rate@
    34: ai_rate@
    38: hai_rate@
    3c: gd@
    40: min_dec_fac@
    44: min_rate@
    68: dce_tcp_g@
    6c: dce_tcp_rtt@
    70: rate_reduce_monitor_period@
    78: initial_alpha_value@
  `,
  live: {
    word_24: (_state, request) => ({ [PROTOCOL.reaction]: REACTION.time_reset, [PROTOCOL.notification]: 4 })[bitsAt(request, 0x8, 3, 0)] ?? 0,
    word_28: (_state, request) => ({ [PROTOCOL.reaction]: REACTION.byte_reset, [PROTOCOL.notification]: 48 * 0x100 + 6 })[bitsAt(request, 0x8, 3, 0)] ?? 0,
    threshold: of(PROTOCOL.reaction, REACTION.threshold), max_rate: of(PROTOCOL.reaction, REACTION.max_rate), ai_rate: of(PROTOCOL.reaction, REACTION.ai_rate),
    hai_rate: of(PROTOCOL.reaction, REACTION.hai_rate), gd: of(PROTOCOL.reaction, REACTION.gd), min_dec_fac: of(PROTOCOL.reaction, REACTION.min_dec_fac),
    min_rate: of(PROTOCOL.reaction, REACTION.min_rate), dce_tcp_g: of(PROTOCOL.reaction, 1019), dce_tcp_rtt: of(PROTOCOL.reaction, 1),
    rate_reduce_monitor_period: of(PROTOCOL.reaction, 4), initial_alpha_value: of(PROTOCOL.reaction, 1023),
  },
});

const STATISTICS: CounterGroup = {
  cells: [[0x18, (c) => c.every(1_000_000)], [0x20, (c) => c.every(2_100)], [0x54, (c) => c.every(2_100)], [0x5c, (c) => c.every(2_100)]],
  gauges: [[0x10, 31, 0, () => 3], [0x14, 31, 0, () => 12], [0x48, (c) => c.uptimeMs], [0x50, 31, 0, () => 1000]],
};

/** Counters of congestion control; what was marked agrees with PPCNT's group 5. */
const QUERY_CONG_STATISTICS = sheetQuery({
  opcode: 0x826, name: 'QUERY_CONG_STATISTICS', requestBytes: 16, replyBytes: 272, reply: '',
  then: (state, request, out) => {
    readCounters(state, { group: STATISTICS, key: 'congestion', index: 0 }, { out, firstOffsetBytes: 0, isClearing: flagAt(request, 0x8, 31) });
  },
});

/** Congestion control. */
export const CONGESTION_COMMANDS: readonly Command[] = [QUERY_CONG_STATUS, MODIFY_CONG_STATUS, QUERY_CONG_PARAMS, QUERY_CONG_STATISTICS];
