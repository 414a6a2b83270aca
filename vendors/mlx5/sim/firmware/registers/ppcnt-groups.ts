import type { Counter } from '../counters.js';
import { shareOfPriority } from '../traffic.js';
import type { Cell, CounterGroup } from './counter-register.js';

const fcsErrors: Counter = (c) => c.every(5_820_000);
const symbolErrors: Counter = (c) => c.every(2_460_000);
const receiveDiscards: Counter = (c) => c.every(3_100);
const pauseReceived: Counter = (c) => c.every(700);
const pauseSent: Counter = (c) => c.every(1_900);
const linkDowns: Counter = (c) => c.port.linkDownEvents;
const intentionalDowns: Counter = (c) => c.port.intentionalDownEvents;
const unintentionalDowns: Counter = (c) => c.port.linkDownEvents - c.port.intentionalDownEvents;

/** Symbols that the forward error correction repaired on one lane. */
const correctedOnLane = (lane: number): Counter => (c) => c.every([301, 307, 311, 313][lane] ?? 331);
const corrected: Counter = (c, index) => [0, 1, 2, 3].reduce((sum, lane) => sum + correctedOnLane(lane)(c, index), 0);
const correctedBlocks: Counter = (c) => c.every(83);
const CODEWORDS_PER_MS = 19_531;
const cleanBlocks: Counter = (c) => c.carriedMs * CODEWORDS_PER_MS - c.every(83);
const BITS_PER_MS = 103_125_000;

const lanes = (firstOffsetBytes: number): Cell[] => [0, 1, 2, 3].map((lane) => [firstOffsetBytes + 8 * lane, correctedOnLane(lane)]);
const sizes = (firstOffsetBytes: number, of: (c: Parameters<Counter>[0]) => readonly number[]): Cell[] =>
  Array.from({ length: 10 }, (_, position) => [firstOffsetBytes + 8 * position, (c) => of(c)[position] ?? 0]);

/** Groups that a port has whatever its protocol. */
export const COMMON_GROUPS: Readonly<Record<number, CounterGroup>> = {
  // Physical_Layer_Counters
  0x12: {
    cells: [
      [0x00, (c) => c.uptimeMs], [0x08, symbolErrors], [0x78, correctedBlocks], [0x88, cleanBlocks], [0x98, corrected], ...lanes(0xa0),
      [0xc0, 31, 0, linkDowns], [0xf0, 31, 0, unintentionalDowns], [0xf4, 31, 0, intentionalDowns],
    ],
  },
  // Physical_Layer_Statistical_Counters
  0x16: {
    cells: [
      [0x00, (c) => c.uptimeMs], [0x08, (c) => c.carriedMs * BITS_PER_MS], [0x10, symbolErrors], [0x18, corrected], ...lanes(0x20),
      [0x7c, symbolErrors],
    ],
    gauges: [
      [0x60, 15, 8, () => 10], [0x60, 3, 0, () => 1], [0x64, 15, 8, () => 15], [0x68, 15, 8, () => 15], [0x68, 3, 0, () => 2],
      [0x94, 31, 0, (c) => Math.floor(c.upForMs / 1000)], [0x98, 31, 0, (c) => Math.floor(c.upForMs / 1000)],
    ],
  },
  // RS_FEC_Histogram_group
  0x23: { cells: [[0x00, cleanBlocks], [0x08, correctedBlocks]] },
};

/** Groups of an Ethernet port. */
export const ETHERNET_GROUPS: Readonly<Record<number, CounterGroup>> = {
  ...COMMON_GROUPS,
  // IEEE_802_3_Counters
  0x00: {
    cells: [
      [0x00, (c) => c.traffic.sent.frames], [0x08, (c) => c.traffic.received.frames], [0x10, fcsErrors],
      [0x20, (c) => c.traffic.sent.octets], [0x28, (c) => c.traffic.received.octets],
      [0x30, (c) => c.traffic.sent.multicastFrames], [0x38, (c) => c.traffic.sent.broadcastFrames],
      [0x40, (c) => c.traffic.received.multicastFrames], [0x48, (c) => c.traffic.received.broadcastFrames],
      [0x68, symbolErrors], [0x70, pauseSent], [0x78, pauseReceived], [0x88, pauseReceived], [0x90, pauseSent],
    ],
  },
  // RFC_2863_Counters
  0x01: {
    cells: [
      [0x00, (c) => c.traffic.received.octets], [0x08, (c) => c.traffic.received.unicastFrames], [0x10, receiveDiscards], [0x18, fcsErrors],
      [0x28, (c) => c.traffic.sent.octets], [0x30, (c) => c.traffic.sent.unicastFrames],
      [0x48, (c) => c.traffic.received.multicastFrames], [0x50, (c) => c.traffic.received.broadcastFrames],
      [0x58, (c) => c.traffic.sent.multicastFrames], [0x60, (c) => c.traffic.sent.broadcastFrames],
    ],
  },
  // RFC_2819_Counters
  0x02: {
    cells: [
      [0x00, receiveDiscards], [0x08, (c) => c.traffic.received.octets], [0x10, (c) => c.traffic.received.frames],
      [0x18, (c) => c.traffic.received.broadcastFrames], [0x20, (c) => c.traffic.received.multicastFrames], [0x28, fcsErrors],
      ...sizes(0x58, (c) => c.traffic.received.bySize),
    ],
  },
  // RFC_3635_Counters
  0x03: { cells: [[0x08, fcsErrors], [0x60, symbolErrors], [0x70, pauseReceived], [0x78, pauseSent]] },
  // Ethernet_Extended_Counters
  0x05: { cells: [[0x00, (c) => c.every(11)], [0x08, (c) => c.every(2_100)], [0x28, (c) => c.every(900)], [0x30, receiveDiscards], ...sizes(0x50, (c) => c.traffic.sent.bySize)] },
  // Ethernet_Discard_Counters
  0x06: {
    cells: [
      [0x00, (c) => c.every(15_000)], [0x08, (c) => c.every(60_000)], [0x38, (c) => 17 * c.port.linkDownEvents],
      [0x78, (c) => c.every(15_000) + c.every(60_000)],
    ],
  },
  // Per_Priority_Counters
  0x10: {
    isIndexed: true,
    cells: [
      [0x00, (c, priority) => shareOfPriority(c.traffic.received.octets, priority)],
      [0x20, (c, priority) => shareOfPriority(c.traffic.received.frames, priority)],
      [0x28, (c, priority) => shareOfPriority(c.traffic.sent.octets, priority)],
      [0x48, (c, priority) => shareOfPriority(c.traffic.sent.frames, priority)],
      [0x50, (c, priority) => (priority === 3 ? c.every(700) : 0)], [0x58, (c, priority) => (priority === 3 ? 40 * c.every(700) : 0)],
      [0x60, (c, priority) => (priority === 3 ? c.every(1_900) : 0)], [0x68, (c, priority) => (priority === 3 ? 25 * c.every(1_900) : 0)],
      [0x70, (c, priority) => (priority === 3 ? c.every(1_400) : 0)], [0x78, (c, priority) => (priority === 0 ? c.every(3_100) : 0)],
    ],
  },
  // Per_Traffic_Class_Counters
  0x11: { isIndexed: true, cells: [[0x08, (c, trafficClass) => (trafficClass === 0 ? c.every(47_000) : 0)]], gauges: [[0x00, (c, trafficClass) => (trafficClass === 0 ? c.carriedMs % 97 : 0)]] },
  // Per_Traffic_Class_Congestion_Counters
  0x13: { isIndexed: true, cells: [[0x00, (c, trafficClass) => (trafficClass === 0 ? c.every(29_000) : 0)], [0x08, (c, trafficClass) => (trafficClass === 3 ? c.every(2_100) : 0)]] },
  // physical_layer_recovery_counters
  0x1a: { cells: [[0x04, 31, 0, unintentionalDowns], [0x08, 31, 0, intentionalDowns]] },
};

/** InfiniBand counts data in units of four octets. */
const OCTETS_PER_WORD = 4;
const sentWords: Counter = (c) => Math.floor(c.traffic.sent.octets / OCTETS_PER_WORD);
const receivedWords: Counter = (c) => Math.floor(c.traffic.received.octets / OCTETS_PER_WORD);

/** Groups of an InfiniBand port. */
export const INFINIBAND_GROUPS: Readonly<Record<number, CounterGroup>> = {
  ...COMMON_GROUPS,
  // InfiniBand_Port_Counters
  0x20: {
    cells: [
      [0x00, 7, 0, linkDowns], [0x00, 31, 16, symbolErrors], [0x08, 15, 0, receiveDiscards],
      [0x14, 31, 0, sentWords], [0x18, 31, 0, receivedWords], [0x1c, 31, 0, (c) => c.traffic.sent.frames],
      [0x20, 31, 0, (c) => c.traffic.received.frames], [0x24, 31, 0, (c) => c.every(11)],
    ],
  },
  // InfiniBand_Extended_Port_Counters
  0x21: {
    cells: [
      [0x00, symbolErrors], [0x10, linkDowns], [0x30, receiveDiscards], [0x60, sentWords], [0x68, receivedWords],
      [0x70, (c) => c.traffic.sent.frames], [0x78, (c) => c.traffic.received.frames], [0x80, (c) => c.every(11)],
      [0x90, (c) => c.traffic.sent.unicastFrames], [0x98, (c) => c.traffic.sent.multicastFrames],
      [0xa0, (c) => c.traffic.received.unicastFrames], [0xa8, (c) => c.traffic.received.multicastFrames],
    ],
  },
  // PLR_counters_group
  0x22: {
    cells: [
      [0x00, (c) => c.carriedMs * CODEWORDS_PER_MS], [0x08, correctedBlocks], [0x18, (c) => c.carriedMs * CODEWORDS_PER_MS],
      [0x20, (c) => c.every(400)], [0x28, (c) => c.every(800)], [0x30, (c) => c.every(800)], [0x54, cleanBlocks],
    ],
  },
  // InfiniBand_pkts_counters
  0x25: {
    cells: [
      [0x00, (c) => c.uptimeMs], [0x08, (c) => c.traffic.sent.unicastFrames], [0x10, (c) => c.traffic.received.unicastFrames], [0x20, symbolErrors],
    ],
  },
  // InfiniBand_General_Counters
  0x26: { cells: [[0x10, (c) => c.every(3_600_000)]] },
};
