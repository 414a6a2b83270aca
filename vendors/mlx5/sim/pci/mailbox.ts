import type { DmaMemory } from '@auxctl/core';
import { bitsAt, dwordAt, quadAt } from '../wire.js';
import { INLINE_BYTES, type CommandEntry, type Direction } from './command-entry.js';
import { DELIVERY, type Delivered } from './delivery.js';

/** Data bytes of one mailbox block. */
const BLOCK_DATA_BYTES = 512;
/** The part behind the data that links the blocks. */
const LINK_OFFSET = 0x230;
const LINK_BYTES = 16;
const ALIGNMENT = 512n;

/**
 * The addresses of the blocks that one message of a command needs, in order. Their number follows from the message's length alone:
 * drivers chain more blocks than they use.
 */
export function findBlocks(memory: DmaMemory, entry: CommandEntry, direction: Direction): Delivered<readonly bigint[]> {
  const blocks: bigint[] = [];
  const count = Math.ceil(Math.max(0, entry[direction].lengthBytes - INLINE_BYTES) / BLOCK_DATA_BYTES);
  let pointer = entry[direction].pointer;
  while (blocks.length < count) {
    if (pointer === 0n || pointer % ALIGNMENT !== 0n) return { fault: direction === 'input' ? DELIVERY.badInputPointer : DELIVERY.badOutputPointer };
    const link = memory.read(pointer + BigInt(LINK_OFFSET), LINK_BYTES);
    if (bitsAt(link, 0xc, 23, 16) !== entry.token) return { fault: DELIVERY.badToken };
    if (dwordAt(link, 0x8) !== blocks.length) return { fault: DELIVERY.badBlockNumber };
    blocks.push(pointer);
    pointer = quadAt(link, 0x0);
  }
  return { value: blocks };
}

/** The whole input of a command: the inline part and what its blocks hold. */
export function readInput(memory: DmaMemory, entry: CommandEntry, blocks: readonly bigint[]): Uint8Array {
  const input = new Uint8Array(entry.input.lengthBytes);
  input.set(entry.inlineInput);
  for (const [index, block] of blocks.entries()) {
    const at = INLINE_BYTES + index * BLOCK_DATA_BYTES;
    input.set(memory.read(block, Math.min(BLOCK_DATA_BYTES, input.length - at)), at);
  }
  return input;
}

/** Writes what of the output does not stand in the entry. */
export function writeOutputBlocks(memory: DmaMemory, output: Uint8Array, blocks: readonly bigint[]): void {
  for (const [index, block] of blocks.entries()) {
    const at = INLINE_BYTES + index * BLOCK_DATA_BYTES;
    memory.write(block, output.subarray(at, at + BLOCK_DATA_BYTES));
  }
}
