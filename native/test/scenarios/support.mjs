import { constants, openSync, writeSync } from 'node:fs';

const { loadNative } = await import(process.env.AUXCTL_TEST_BUNDLE);

/** The native surface of the addon under test. */
export const native = loadNative({ addonPath: process.env.AUXCTL_TEST_ADDON });

/** Lets the interposer's BLOCK request return. */
export function openGate() {
  writeSync(gate, '.');
}

const gate = process.env.AUXCTL_TEST_GATE === undefined ? -1 : openSync(process.env.AUXCTL_TEST_GATE, constants.O_RDWR);

/** Requests of the interposer. */
export const Request = { reverse: 0x7101, chain: 0x7102, block: 0x7103, fail: 0x7104, where: 0x7105, die: 0x7106, value: 0x7107, count: 0x7108 };

/** One call of the interposer. */
export function call(name, argument, pointers) {
  return { request: Request[name], name: name.toUpperCase(), argument, pointers };
}

/** Waits until something holds, or far too long. */
export async function eventually(condition) {
  for (const endMs = performance.now() + 10_000; performance.now() < endMs && !condition();) await new Promise((resolve) => setTimeout(resolve, 2));
  return condition();
}
