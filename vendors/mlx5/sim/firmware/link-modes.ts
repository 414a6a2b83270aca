/** One way to run a link. Rates are in units of 100 Mb/s. */
export interface LinkMode {
  readonly rate: number;
  readonly lanes: number;
  /** Bit of the protocol masks of PTYS: the extended ones for Ethernet, `ib_proto` for InfiniBand. */
  readonly bit: number;
  /** Mask in the older 32 bits of Ethernet (optical modules); 0 for modes that are newer than it. */
  readonly olderMask: number;
}

const mode = (bit: number, rate: number, lanes: number, olderMask = 0): LinkMode => ({ bit, rate, lanes, olderMask: olderMask >>> 0 });

/** Extended Ethernet modes, the preferred one last: the fastest, and of two alike the one with more lanes. The comment gives the protocol's usual name. */
export const ETHERNET_MODES: readonly LinkMode[] = [
  mode(1, 10, 1, 1 << 1), // 1000BASE-X
  mode(4, 100, 1, 1 << 13), // 10GBASE-SR
  mode(6, 250, 1, 1 << 29), // 25GAUI-1
  mode(5, 400, 4, 1 << 15), // 40GBASE-SR4
  mode(8, 500, 1), // 50GAUI-1
  mode(7, 500, 2, 1 << 18), // 50GAUI-2
  mode(10, 1000, 2), // 100GAUI-2
  mode(9, 1000, 4, 1 << 21), // CAUI-4
];

/** InfiniBand modes over four lanes, the preferred one last. */
export const INFINIBAND_MODES: readonly LinkMode[] = [
  mode(0, 100, 4), // SDR
  mode(1, 200, 4), // DDR
  mode(2, 400, 4), // QDR
  mode(4, 560, 4), // FDR
  mode(5, 1000, 4), // EDR
  mode(6, 2000, 4), // HDR
];

/** The union of the modes' protocol bits. */
export function maskOfModes(modes: readonly LinkMode[]): number {
  return modes.reduce((mask, { bit }) => mask + 2 ** bit, 0);
}

/** The union of the modes' older protocol bits. */
export function olderMaskOfModes(modes: readonly LinkMode[]): number {
  return modes.reduce((mask, { olderMask }) => (mask | olderMask) >>> 0, 0);
}

/** The preferred one of `modes` whose bit is in `mask`: the last, as the tables are ordered. */
export function preferredMode(modes: readonly LinkMode[], mask: number): LinkMode | undefined {
  return modes.findLast(({ bit }) => Math.floor(mask / 2 ** bit) % 2 === 1);
}
