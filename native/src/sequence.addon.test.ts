import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { native, Scratch } from '../test/support.js';
import type { NativeChannel, Sequence, SequenceStep } from './types.js';

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());
const path = join(scratch.path, 'words');
const badArgument: unknown = expect.objectContaining({ code: 'ERR_NATIVE_ARGUMENT' });

/** The file's words, little-endian. */
function words(): number[] {
  const bytes = readFileSync(path);
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index));
}

/** Waits for a word to be what word `than` of the sequence is. */
function until(offsetBytes: number, than: number, more: Partial<Extract<SequenceStep, { type: 'await' }>> = {}): SequenceStep {
  return { type: 'await', offsetBytes, word: 0, mask: 0xffff_ffff, than, tries: 1, failure: 'EAGAIN', ...more };
}

describe('a sequence', () => {
  let channel: NativeChannel;
  beforeEach(async () => {
    writeFileSync(path, Uint8Array.of(0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0, 0xff, 0, 0, 0));
    channel = await native().openChannel(path, { access: 'read-write' });
    return async () => channel.close();
  });

  it('reads, merges, writes and compares words in one go', async () => {
    const sequence: Sequence = {
      words: Uint32Array.of(0, 0x1234_abcd),
      steps: [
        { type: 'read', offsetBytes: 0, word: 0 },
        { type: 'merge', word: 0, mask: 0xffff, bits: 0xffff_abcd },
        { type: 'write', offsetBytes: 4, word: 0 },
        until(4, 1),
        until(8, 1, { differs: true }),
      ],
    };
    const result = await channel.sequence(sequence);
    expect(result).toEqual({ words: Uint32Array.of(0xff, 0x1234_abcd) });
    expect(words()).toEqual([0x1234_5678, 0x1234_abcd, 0xff]);
    expect(sequence.words[0]).toBe(0);
  });

  it('skips to its clean-up after a step that fails, and says which one', async () => {
    const { failure } = await channel.sequence({
      words: Uint32Array.of(0, 1, 2, 3),
      steps: [until(0, 1, { tries: 40, failure: 'ECANCELED' }), { type: 'write', offsetBytes: 0, word: 2 }, { type: 'write', offsetBytes: 4, word: 3 }],
      cleanupFrom: 2,
    });
    expect([failure?.step, failure?.error.code]).toEqual([0, 'ECANCELED']);
    expect(words()).toEqual([0x1234_5678, 3, 0xff]);
  });

  it('ends its clean-up at a condition that does not hold', async () => {
    const { failure } = await channel.sequence({ words: Uint32Array.of(0, 1, 2), steps: [until(4, 1), { type: 'write', offsetBytes: 4, word: 2 }], cleanupFrom: 0 });
    expect(failure?.step).toBe(0);
    expect(words()[1]).toBe(0);
  });

  it('looks under the mask only', async () => {
    expect((await channel.sequence({ words: Uint32Array.of(0, 0x5678), steps: [until(0, 1, { mask: 0xffff })] })).failure).toBeUndefined();
    expect((await channel.sequence({ words: Uint32Array.of(0, 0x5678), steps: [until(0, 1, { mask: 0xffff, differs: true })] })).failure?.error.code).toBe('EAGAIN');
  });

  it('fails where the file ends before the word', async () => {
    expect((await channel.sequence({ words: Uint32Array.of(7), steps: [{ type: 'read', offsetBytes: 12, word: 0 }] })).failure?.error.code).toBe('ENODATA');
  });

  it('given up, does its clean-up all the same', async () => {
    const sequence: Sequence = { words: Uint32Array.of(0, 1, 2), steps: [until(0, 1, { tries: 1_000_000 }), { type: 'write', offsetBytes: 4, word: 2 }], cleanupFrom: 1 };
    await expect(channel.sequence(sequence, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'ERR_NATIVE_TIMEOUT' });
    await expect.poll(() => words()[1]).toBe(2);
    await expect.poll(() => channel.state).toBe('open');
  });

  it.each<[string, Partial<Record<keyof Sequence, unknown>>]>([
    ['no steps', { steps: [] }],
    ['words that are none', { words: [1] }],
    ['a word past the end', { steps: [{ type: 'read', offsetBytes: 0, word: 4 }] }],
    ['an offset that is negative', { steps: [{ type: 'read', offsetBytes: -4, word: 0 }] }],
    ['no tries', { steps: [until(0, 0, { tries: 0 })] }],
    ['another failure', { steps: [until(0, 0, { failure: 'EIO' as never })] }],
    ['a mask that is no word', { steps: [{ type: 'merge', word: 0, mask: 2 ** 32, bits: 0 }] }],
    ['a clean-up past the end', { cleanupFrom: 2 }],
  ])('refuses %s', async (_what, part) => {
    const sequence = { words: new Uint32Array(4), steps: [{ type: 'read', offsetBytes: 0, word: 0 }], ...part } as Sequence;
    await expect(channel.sequence(sequence)).rejects.toEqual(badArgument);
  });
});
