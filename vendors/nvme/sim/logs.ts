import { Page } from './wire.js';

/** An error as the controller keeps it. */
export interface LoggedError {
  readonly count: number;
  readonly status: number;
  readonly nsid: number;
  readonly opcode: number;
}

const MS_AN_HOUR = 3_600_000;

/** Admin commands of this model, and those that change content (2), the controller's capabilities (0x10), or namespaces (8). */
export const ADMIN_EFFECTS: ReadonlyMap<number, number> = new Map([
  [0x02, 1], [0x06, 1], [0x09, 0x11], [0x0a, 1], [0x10, 0x11], [0x11, 1], [0x14, 1], [0x80, 0x2_0003], [0x84, 0x2_0003], [0xc1, 1], [0xc2, 3],
]);

/** Commands supported and effects. */
export function effectsPage(): Uint8Array {
  const page = new Page(4096);
  for (const [opcode, effects] of ADMIN_EFFECTS) page.u32(opcode * 4, effects);
  for (const [opcode, effects] of [[0, 1], [1, 3], [2, 1], [8, 3], [9, 3]] as const) page.u32(1024 + opcode * 4, effects);
  return page.bytes;
}

/** Feature identifiers supported and effects: those that can be changed say that they change the controller. */
export function featuresPage(): Uint8Array {
  const page = new Page(1024);
  for (const id of [0x01, 0x02, 0x04, 0x05, 0x06, 0x08, 0x09, 0x0a, 0x0b, 0x0e, 0x10, 0x11, 0x17, 0x84]) page.u32(id * 4, 0x20_0011);
  for (const id of [0x07, 0x0c, 0x16]) page.u32(id * 4, 0x20_0001);
  return page.bytes;
}

/** Supported log pages. */
export function supportedPage(pages: Iterable<number>): Uint8Array {
  const page = new Page(1024);
  for (const id of pages) page.u32(id * 4, 1);
  return page.bytes;
}

/** SMART and health: everything moves with the clock. */
export function smartPage(nowMs: number, errors: number): Uint8Array {
  const seconds = Math.floor(nowMs / 1000);
  return new Page(512).u8(0, 0).u16(1, 308 + (seconds % 7)).u8(3, 100, 10, 2)
    .u64(32, 1000 + seconds).u64(48, 500 + seconds).u64(64, 90_000 + seconds * 10).u64(80, 40_000 + seconds * 5).u64(96, Math.floor(seconds / 60))
    .u64(112, 12).u64(128, 4000 + Math.floor(nowMs / MS_AN_HOUR)).u64(144, 3).u64(176, errors).u16(200, 309 + (seconds % 7), 305).bytes;
}

/** The newest errors first, as many as fit the room. */
export function errorPage(errors: readonly LoggedError[], entries: number): Uint8Array {
  const page = new Page(entries * 64);
  errors.slice(-entries).reverse().forEach(({ count, status, nsid, opcode }, index) => {
    page.u64(index * 64, count).u16(index * 64 + 12, (status << 1) | 0x8000).u32(index * 64 + 24, nsid).u8(index * 64 + 31, opcode);
  });
  return page.bytes;
}

/** Device self-test: none runs, and those that did. */
export function selfTestPage(tests: readonly { readonly code: number; readonly hours: number }[]): Uint8Array {
  const page = new Page(564);
  for (let index = 0; index < 20; index++) {
    const test = tests.at(-1 - index);
    page.u8(4 + index * 28, test === undefined ? 0x0f : test.code << 4).u64(4 + index * 28 + 4, test?.hours ?? 0);
  }
  return page.bytes;
}

/** The header of telemetry and one block of it. */
export function telemetryPage(id: number, generation: number): Uint8Array {
  const page = new Page(1024).u8(0, id).u8(5, 0x00, 0x54, 0x52).u16(8, 1, 1, 1).u8(381, generation & 0xff, id === 8 ? 1 : 0, generation & 0xff);
  return page.text(512, 512, `telemetry ${generation}`).bytes;
}

/** Sanitize status: what the last one was. */
export function sanitizePage(last: number | undefined): Uint8Array {
  return new Page(512).u16(0, 0xffff).u16(2, last === undefined ? 0 : 0x101).u32(4, last ?? 0).u32(8, 60, 60, 2).bytes;
}
