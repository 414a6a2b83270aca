import type { ConfigSpaceAccess } from '../config-space/types.js';
import { TransportError } from '../errors/classes.js';
import type { Sequence, SequenceResult, SequenceStep } from '../native.js';
import { ConfigSpace } from './config-space.js';
import type { PciDevice } from './pci-device.js';

const WORD_BYTES = 4;
const BYTE_BITS = 8;

type AwaitStep = Extract<SequenceStep, { type: 'await' }>;

/**
 * The configuration space of a simulated function, reached in this process. Several can be open at once, as several programs can have
 * the kernel's file open.
 */
export class InProcessConfigSpace implements ConfigSpaceAccess {
  readonly #space: ConfigSpace;
  readonly #device: string;
  #will: Sequence | undefined;
  #isClosed = false;

  /** `device` is the address that errors name. The function has no host: it reaches no memory and sends no interrupts. */
  constructor(function_: PciDevice, device: string) {
    this.#space = new ConfigSpace(function_, { functionReset: () => { function_.reset(); }, interruptsChanged: () => undefined });
    this.#device = device;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    this.#refuseWhenClosed();
    return Promise.resolve(this.#space.read(offsetBytes, lengthBytes));
  }

  async sequence(sequence: Sequence): Promise<SequenceResult> {
    this.#refuseWhenClosed();
    return Promise.resolve(this.#run(sequence));
  }

  async setLastWill(sequence: Sequence | undefined): Promise<void> {
    this.#refuseWhenClosed();
    this.#will = sequence;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What happens when the program dies: the last will is carried out, and nothing else ever again. */
  die(): void {
    if (!this.#isClosed && this.#will !== undefined) this.#run(this.#will);
    this.#isClosed = true;
  }

  #run({ words: initial, steps, cleanupFrom = steps.length }: Sequence): SequenceResult {
    const words = initial.slice();
    let failure: SequenceResult['failure'];
    for (const [step, each] of steps.entries()) {
      const isCleanup = step >= cleanupFrom;
      if (failure !== undefined && !isCleanup) continue;
      const code = this.#step(each, words);
      if (code !== undefined) failure ??= { step, error: Object.assign(new TransportError('ERR_PROTOCOL', `a condition is not met: ${code}`), { code }) };
      if (code !== undefined && isCleanup) break;
    }
    return { words, ...(failure === undefined ? {} : { failure }) };
  }

  /** Does one step; returns the code of its failure. */
  #step(step: SequenceStep, words: Uint32Array): string | undefined {
    const at = step.word;
    if (step.type === 'await') return this.#await(step, words);
    if (step.type === 'merge') words[at] = ((words[at] ?? 0) & ~step.mask) | (step.bits & step.mask);
    else if (step.type === 'write') this.#space.write(step.offsetBytes, bytesOf(words[at] ?? 0));
    else words[at] = this.#word(step.offsetBytes);
    return undefined;
  }

  #await({ offsetBytes, word, mask, than, differs = false, tries, failure }: AwaitStep, words: Uint32Array): string | undefined {
    for (let tried = 0; tried < tries; tried += 1) {
      words[word] = this.#word(offsetBytes);
      const isEqual = (((words[word] ?? 0) ^ (words[than] ?? 0)) & mask) === 0;
      if (isEqual !== differs) return undefined;
    }
    return failure;
  }

  #word(offsetBytes: number): number {
    return this.#space.read(offsetBytes, WORD_BYTES).reduceRight((value, byte) => value * 2 ** BYTE_BITS + byte, 0);
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new TransportError('ERR_CLOSED', 'the configuration space is closed', { device: this.#device });
  }
}

function bytesOf(word: number): Uint8Array {
  return Uint8Array.from({ length: WORD_BYTES }, (_, index) => (word >>> (index * BYTE_BITS)) & (2 ** BYTE_BITS - 1));
}
