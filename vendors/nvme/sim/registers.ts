import { STATUS, type Answer, type Entry } from './wire.js';

/** Controller registers by offset: value and width in bytes. */
const REGISTERS: ReadonlyMap<number, readonly [value: bigint, sizeBytes: 4 | 8]> = new Map([
  [0x00, [0x0080_0060_1e01_03ffn, 8]], [0x08, [0x0002_0100n, 4]], [0x0c, [0n, 4]], [0x10, [0n, 4]], [0x14, [0x0046_0001n, 4]], [0x1c, [1n, 4]],
  [0x20, [0n, 4]], [0x24, [0x001f_001fn, 4]], [0x28, [0x1_2345_6000n, 8]], [0x30, [0x1_2345_7000n, 8]],
]);

/** What the transport would read in the controller's memory, for the Property Get that it takes for that. What is not there reads as zero. */
export function readRegister({ dwords: [attribute, offset] }: Entry): Answer {
  const sizeBytes = (attribute & 7) === 1 ? 8 : 4;
  if (offset % sizeBytes !== 0 || offset + sizeBytes > 0x1000) return { status: STATUS.invalidField };
  const [value, width] = REGISTERS.get(offset) ?? [0n, sizeBytes];
  return width < sizeBytes ? { status: STATUS.invalidField } : { status: STATUS.success, result: BigInt.asUintN(sizeBytes * 8, value) };
}
