/** A version in four parts. */
export type Version = readonly [major: number, minor: number, build: number, patch: number];

/** What one kind of simulated device is. */
export interface Profile {
  readonly pciDeviceId: number;
  /** `chip_num` of VER_GET: decides the generation. */
  readonly chipNumber: number;
  readonly chipRevision: number;
  readonly chipMetal: number;
  /** The version of the interface that the firmware speaks. */
  readonly interfaceVersion: Version;
  readonly firmwareVersion: Version;
  readonly packageVersion: string;
  readonly partNumber: string;
  /** Has it the 16-bit resource reservation of newer interfaces? */
  readonly managesResources: boolean;
  /** Does it count what error correction did, by PORT_PHY_FDRSTAT? */
  readonly countsCodewords: boolean;
  /** Does it keep its contexts in the host's memory? */
  readonly hasBackingStore: boolean;
  /** Gb/s. */
  readonly linkSpeed: 10 | 25 | 100;
  /** Bits of `supported_speeds` fields. */
  readonly speeds: number;
  readonly phyType: number;
  readonly moduleId: number;
  /** Opcodes that this firmware does not know yet. */
  readonly unknown: readonly number[];
  /** Replies of older firmware are shorter: their lengths, multiples of 8, by opcode. */
  readonly replyBytes: ReadonlyMap<number, number>;
}
