/** Words of 32 bits by place: a small network adapter with two lists of capabilities, as the specifications place them. */
const WORDS: readonly (readonly [at: number, value: number])[] = [
  [0x00, 0x0001_cafe], [0x04, 0x0010_0406], [0x08, 0x0200_0003], [0x0c, 0x0000_0010], [0x10, 0xfebc_0000], [0x18, 0xfeb8_000c], [0x2c, 0x0042_cafe], [0x34, 0x40], [0x3c, 0x0000_010b],
  // Power management, vital product data, MSI with 64 bits and masking, vendor-specific, PCI Express version 2, MSI-X.
  [0x40, 0x4803_4c01], [0x44, 0x0000_2008], [0x4c, 0x8000_5003], [0x50, 0x0186_6c05], [0x54, 0xfee0_0000], [0x5c, 0x4021], [0x60, 0x1], [0x6c, 0x0008_7409], [0x70, 0x1122_3344],
  [0x74, 0x0002_b010], [0x78, 0x1000_8fe2], [0x7c, 0x0009_2837], [0x80, 0x0047_fc84], [0x84, 0x1084_0042], [0x98, 0x0010_081f], [0x9c, 0x0000_0406], [0xa0, 0x0080_001e], [0xa4, 0x001e_0004],
  [0xb0, 0x8020_0011], [0xb4, 0x0000_0004], [0xb8, 0x0000_8004],
  // Errors, serial number, access control, routing, SR-IOV, latency, two of vendors, another vendor's, data link features.
  [0x100, 0x1482_0001], [0x104, 0x0010_0000], [0x108, 0x0040_0000], [0x10c, 0x0046_2030], [0x114, 0x0000_e000], [0x118, 0x0000_00a0],
  [0x148, 0x1541_0003], [0x14c, 0xff12_3456], [0x150, 0x5254_00ff], [0x154, 0x1601_000d], [0x158, 0x0000_005f], [0x15c, 0x1d], [0x160, 0x1681_000e], [0x164, 0x0000_0100], [0x168, 0x1a81_0010], [0x170, 0x0000_0010],
  [0x174, 0x0008_0008], [0x17c, 0x0001_0080], [0x180, 0x0002_0000], [0x184, 0x0000_0553], [0x188, 0x1], [0x1a8, 0x1b01_0018], [0x1ac, 0x1003_1003], [0x1b0, 0x1c01_000b], [0x1b4, 0x0101_0001],
  [0x1c0, 0x1d01_000b], [0x1c4, 0x0101_0002], [0x1d0, 0x1e01_0023], [0x1d4, 0x0141_1e98], [0x1d8, 0x0008], [0x1e0, 0x0001_0025], [0x1e4, 0x8000_0001], [0x1e8, 0x8000_0001],
];

const SPACE_BYTES = 4096;
const CONVENTIONAL_BYTES = 256;

/** The configuration space of the simulated function; a conventional one has no extended part. */
export function configSpace(index: number, isConventional: boolean): Uint8Array {
  const space = Buffer.alloc(isConventional ? CONVENTIONAL_BYTES : SPACE_BYTES);
  for (const [at, value] of WORDS) if (at < space.length) space.writeUInt32LE(value, at);
  if (!isConventional) space.writeUInt8(index, 0x14c);
  return Uint8Array.from(space);
}

/** One capability as the lists have it: its register's number, version, place, and room up to the next. */
export interface Found {
  readonly register: number;
  readonly version: number;
  readonly at: number;
  readonly bytes: number;
}

/** Follows both lists, which here are in ascending order. */
export function capabilities(space: Uint8Array): Found[] {
  const view = Buffer.from(space);
  const found: Found[] = [];
  for (let at = view.readUInt8(0x34); at !== 0; at = view.readUInt8(at + 1)) {
    found.push({ register: 0x10000 + view.readUInt8(at), version: 0, at, bytes: (view.readUInt8(at + 1) || CONVENTIONAL_BYTES) - at });
  }
  for (let at = view.length > CONVENTIONAL_BYTES ? CONVENTIONAL_BYTES : 0; at !== 0;) {
    const next = view.readUInt16LE(at + 2) >> 4;
    found.push({ register: 0x20000 + view.readUInt16LE(at), version: view.readUInt8(at + 2) & 0xf, at, bytes: (next || SPACE_BYTES) - at });
    at = next;
  }
  return found;
}
