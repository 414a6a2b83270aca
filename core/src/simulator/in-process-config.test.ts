import { describe, expect, it } from 'vitest';
import { MemoryDevice } from '../vfio-user/test-support.js';
import type { SequenceStep } from '../native.js';
import { InProcessConfigSpace } from './in-process-config.js';
import type { PciCapability } from './pci-device.js';

const BASE = 0x98;

/** A capability of one register behind its header; reading it counts up. */
function open(start = 0) {
  const state = { value: start };
  const own: PciCapability = { id: 0x09, lengthBytes: 8, read: (offset) => (offset === 0 ? 0 : state.value++), write: (_offset, value) => { state.value = value; } };
  const { identity, regions, msix } = new MemoryDevice();
  const device = { identity, regions, msix, capabilities: [own], attach: () => undefined, reset: () => undefined };
  return { state, config: new InProcessConfigSpace(device, 'sim-0'), another: new InProcessConfigSpace(device, 'sim-0') };
}

const until = (than: number, tries: number): SequenceStep => ({ type: 'await', offsetBytes: BASE + 4, word: 0, mask: 0xffff_ffff, than, tries, failure: 'EAGAIN' });
const write = (word: number): SequenceStep => ({ type: 'write', offsetBytes: BASE + 4, word });

describe('a configuration space in this process', () => {
  it('reads, waits, merges and writes as the kernel\'s file does', async () => {
    const { config, state } = open();
    const { words, failure } = await config.sequence({ words: Uint32Array.of(0, 3, 0), steps: [until(1, 5), { type: 'merge', word: 0, mask: 0xff00, bits: 0xaa00 }, write(0), { type: 'read', offsetBytes: BASE + 4, word: 2 }] });
    expect([failure, ...words]).toEqual([undefined, 0xaa03, 3, 0xaa03]);
    expect(state.value).toBe(0xaa04);
  });

  it('skips to the clean-up after what fails', async () => {
    const { config, state } = open(10);
    const { failure } = await config.sequence({ words: Uint32Array.of(0, 3, 77), steps: [until(1, 5), write(1), write(2)], cleanupFrom: 2 });
    expect([failure?.step, failure?.error.code, state.value]).toEqual([0, 'EAGAIN', 77]);
  });

  it('carries out the last will of a program that dies, and no other', async () => {
    const { config, another, state } = open();
    for (const each of [config, another]) await each.setLastWill({ words: Uint32Array.of(0, each === config ? 5 : 6), steps: [write(1)] });
    await another.close();
    another.die();
    expect(state.value).toBe(0);
    config.die();
    expect(state.value).toBe(5);
    await expect(config.read(0, 4)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});
