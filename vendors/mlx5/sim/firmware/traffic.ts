/** Counters of one direction of a port. Every one of them only ever grows. */
export interface DirectionCounters {
  readonly frames: number;
  readonly octets: number;
  readonly unicastFrames: number;
  readonly multicastFrames: number;
  readonly broadcastFrames: number;
  readonly unicastOctets: number;
  readonly multicastOctets: number;
  readonly broadcastOctets: number;
  /** Frames by size: 64, 65 to 127, 128 to 255, 256 to 511, 512 to 1023, 1024 to 1518, 1519 to 2047, to 4095, to 8191, to 10239. */
  readonly bySize: readonly number[];
}

/** A class of frames: how long they are, and how many of them pass in 1,000 seconds of link time. */
type FrameClass = readonly [sizeBytes: number, perKilosecond: number];

const RECEIVED: readonly FrameClass[] = [
  [64, 9_100_000], [90, 41_300_000], [180, 12_700_000], [400, 7_900_000], [800, 5_300_000],
  [1500, 83_100_000], [1800, 310_000], [3000, 170_000], [6000, 90_000], [9000, 2_300_000],
];
const SENT: readonly FrameClass[] = [
  [64, 38_700_000], [90, 22_900_000], [180, 9_300_000], [400, 6_100_000], [800, 4_700_000],
  [1500, 47_300_000], [1800, 210_000], [3000, 130_000], [6000, 70_000], [9000, 1_900_000],
];
const SMALLEST_FRAME_BYTES = 64;

/** Every 50th frame is a multicast one and every 1000th a broadcast one, never the same, so that the rest only ever grows too. */
function direction(classes: readonly FrameClass[], carriedMs: number, scale: number): DirectionCounters {
  const bySize = classes.map(([, perKilosecond]) => Math.floor((perKilosecond * scale * carriedMs) / 1_000_000));
  const frames = bySize.reduce((sum, count) => sum + count, 0);
  const octets = classes.reduce((sum, [sizeBytes], index) => sum + sizeBytes * (bySize[index] ?? 0), 0);
  const multicastFrames = Math.floor(frames / 50);
  const broadcastFrames = Math.floor((frames + 10) / 1000);
  const multicastOctets = multicastFrames * SMALLEST_FRAME_BYTES;
  const broadcastOctets = broadcastFrames * SMALLEST_FRAME_BYTES;
  return {
    frames, octets, multicastFrames, broadcastFrames, multicastOctets, broadcastOctets, bySize,
    unicastFrames: frames - multicastFrames - broadcastFrames,
    unicastOctets: octets - multicastOctets - broadcastOctets,
  };
}

/** What has passed a port, by how long its link has been up. The same time on the same device gives the same counters. */
export interface Traffic {
  readonly received: DirectionCounters;
  readonly sent: DirectionCounters;
}

/** `deviceIndex` 0 to 255 makes devices differ in load, by up to a quarter. `carriedMs` is not negative. */
export function trafficAfter(carriedMs: number, deviceIndex: number): Traffic {
  const scale = 1 + (deviceIndex % 16) / 64;
  return { received: direction(RECEIVED, carriedMs, scale), sent: direction(SENT, carriedMs, scale) };
}

/**
 * The part of a count that belongs to one of eight priorities: an eighth to priority 3, a 64th to priority 5, the rest to
 * priority 0. The parts add up to the whole, and each only ever grows.
 */
export function shareOfPriority(count: number, priority: number): number {
  const third = Math.floor(count / 8);
  const fifth = Math.floor((count + 3) / 64);
  if (priority === 3) return third;
  if (priority === 5) return fifth;
  return priority === 0 ? count - third - fifth : 0;
}
