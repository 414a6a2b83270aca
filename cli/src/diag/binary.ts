import type { DiagnosticSample } from '@auxctl/core';
import { toJsonLine } from '../output/json.js';
import type { SampleSink, SamplingRun, Write } from './sink.js';

/** Begins a file of samples: the format's name and version. */
export const MAGIC = 'auxdiag1';

const LITTLE_ENDIAN = true;
const WORD_BYTES = 8;

/**
 * Samples for programs: {@link MAGIC}, the length of the header as a 64-bit number, the header (a document `auxctl.diag-start/1`), then a
 * record for each sample. All numbers are 64 bits, little-endian. A file that was cut off ends in a part of a record.
 */
export function binarySamples(run: SamplingRun, write: Write): SampleSink {
  return {
    start: async () => write(header(run)),
    take: async (samples) => write(records(samples)),
    end: async () => Promise.resolve(),
    [Symbol.dispose]: () => undefined,
  };
}

function header(run: SamplingRun): Uint8Array {
  const text = Buffer.from(toJsonLine(run));
  return Buffer.concat([Buffer.from(MAGIC), words([BigInt(text.length)]), text]);
}

/** The sample's number, the device's clock, how many samples were lost before it, and the value of each counter in the header's order. */
function records(samples: readonly DiagnosticSample[]): Uint8Array {
  return words(samples.flatMap(({ number, clocks, lostBefore, values }) => [BigInt(number), clocks, BigInt(lostBefore), ...values]));
}

function words(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => { view.setBigUint64(index * WORD_BYTES, value, LITTLE_ENDIAN); });
  return bytes;
}
