import { Page, PAGE_BYTES } from './wire.js';

/** A namespace of the model. */
export interface Namespace {
  readonly nsid: number;
  readonly sizeBytes: number;
  /** Which of the formats is in use: 0 has 512 bytes a block, 1 has 4096. */
  readonly format: number;
}

/** Data of a block by format, as powers of two. */
export const FORMATS = [9, 12] as const;

/** Identify Controller (NVM Express Base Specification 2.1). */
export function controllerPage({ index, revision }: { readonly index: number; readonly revision: string }): Uint8Array {
  return new Page(PAGE_BYTES)
    .u16(0, 0x1de5, 0x1de5).text(4, 20, `SIMNVME${String(index).padStart(4, '0')}`).text(24, 40, 'Simulated NVMe controller').text(64, 8, revision)
    .u8(72, 6, 0x00, 0x54, 0x52).u8(77, 5).u16(78, index).u32(80, 0x0002_0100, 500_000, 1_000_000, 0x300, 0)
    .u8(111, 1).u16(256, 0x0017).u8(258, 3, 3, 0x16, 0x2f, 62, 4).u8(264, 1, 1).u16(266, 343, 358).u64(280, 1024 ** 4)
    .u16(316, 12).u8(319, 1).u16(322, 1, 273, 355).u32(328, 0x2000_0003).u8(512, 0x66, 0x44).u16(514, 256).u32(516, 16).u16(520, 0x005e).u8(524, 0, 7).u8(531, 0)
    .text(768, 0, '').u8(768, ...Buffer.from(`nqn.2014.08.org.example:sim-nvme-${index}`))
    .u16(2048, 800).u32(2052, 0, 0).u16(2080, 450).u32(2084, 100, 200).u8(2092, 1, 1, 1, 1)
    .u16(2112, 300).u32(2116, 500, 900).u8(2124, 2, 2, 2, 2).u16(2144, 500).u8(2147, 3).u32(2148, 2000, 5000).u8(2156, 3, 3, 3, 3)
    .u16(2176, 50).u8(2179, 3).u32(2180, 10_000, 50_000).u8(2188, 4, 4, 4, 4).bytes;
}

/** Identify Namespace of the NVM command set. */
export function namespacePage({ nsid, sizeBytes, format }: Namespace): Uint8Array {
  const blocks = sizeBytes / 2 ** (FORMATS[format] ?? 9);
  const page = new Page(PAGE_BYTES).u64(0, blocks).u64(8, blocks).u64(16, blocks / 2).u8(24, 0x04, FORMATS.length - 1, format).u8(33, 0x09).u64(48, sizeBytes);
  FORMATS.forEach((exponent, index) => page.u8(128 + index * 4 + 2, exponent, index === 1 ? 0 : 2));
  return page.u8(120, 0x00, 0x54, 0x52, 0, 0, 0, 0, nsid).bytes;
}

/** Namespace Identification Descriptor list: EUI64, then the command set. */
export function descriptorPage({ nsid }: Namespace): Uint8Array {
  return new Page(PAGE_BYTES).u8(0, 1, 8, 0, 0, 0x00, 0x54, 0x52, 0, 0, 0, 0, nsid).u8(12, 4, 1, 0, 0, 0).bytes;
}

/** What the controller can do in the NVM command set. */
export function commandSetPage(): Uint8Array {
  return new Page(PAGE_BYTES).u8(0, 5, 5, 5, 16).u32(4, 0x1_0000).u64(8, 0x10_0000).bytes;
}

/** I/O Command Set Independent Identify Namespace. */
export function independentPage(): Uint8Array {
  return new Page(PAGE_BYTES).u8(14, 1).bytes;
}

/** Which combinations of command sets there are: NVM alone. */
export function commandSetsPage(): Uint8Array {
  return new Page(PAGE_BYTES).u64(0, 1).bytes;
}
