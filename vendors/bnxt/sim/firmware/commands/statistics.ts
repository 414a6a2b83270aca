import { message, u64 } from '../../bytes.js';
import type { CommandTable, FirmwareState } from '../types.js';
import { ofFunction } from './functions.js';

/** What arrives and leaves in a millisecond. */
const PACKETS = { unicast: 210, multicast: 3, broadcast: 1 };
const BYTES_PER_PACKET = { unicast: 862, multicast: 118, broadcast: 64 };

interface Traffic {
  readonly packets: readonly number[];
  readonly bytes: readonly number[];
}

function traffic({ nowMs }: FirmwareState, share: number): Traffic {
  const elapsed = nowMs();
  const kinds = ['unicast', 'multicast', 'broadcast'] as const;
  const packets = kinds.map((kind) => Math.floor(elapsed * PACKETS[kind] * share));
  return { packets, bytes: kinds.map((kind, at) => (packets[at] ?? 0) * BYTES_PER_PACKET[kind]) };
}

const counters = ofFunction((state) => {
  const [sent, received] = [traffic(state, 0.5), traffic(state, 1)];
  return message(176, u64(8, ...sent.packets, 0, 0, ...sent.bytes, ...received.packets, 0, 0, ...received.bytes));
});

const moreCounters = ofFunction((state) => {
  const [sent, received] = [traffic(state, 0.5), traffic(state, 1)];
  return message(192, u64(8, ...received.packets, 0, 0, ...received.bytes, ...sent.packets, 0, 0, ...sent.bytes));
});

/** Counters of the function. */
export const STATISTICS_COMMANDS: CommandTable = {
  0x0018: { name: 'FUNC_QSTATS', run: counters },
  0x0198: { name: 'FUNC_QSTATS_EXT', run: moreCounters },
};
