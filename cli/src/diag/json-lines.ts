import type { DiagnosticSample } from '@auxctl/core';
import { toJsonLine } from '../output/json.js';
import type { DiagSampleDocument } from '../schemas/diagnostics.js';
import { secondsSince, type SampleSink, type SamplingRun, type Write } from './sink.js';

/** One document at the start, one for each sample, one at the end. */
export function jsonLines(run: SamplingRun, write: Write): SampleSink {
  const names = run.sampling.counters.map(({ name }) => name);
  let first: bigint | undefined;
  const line = ({ number, clocks, lostBefore, values }: DiagnosticSample): string => {
    first ??= clocks;
    const document: DiagSampleDocument = {
      schema: 'auxctl.diag-sample/1', number, clocks: clocks.toString(), seconds: secondsSince(first, clocks, run.clockHz), lostBefore,
      values: Object.fromEntries(names.map((name, index) => [name, (values[index] ?? 0n).toString()])),
    };
    return toJsonLine(document);
  };
  return {
    start: async () => write(toJsonLine(run)),
    take: async (samples) => write(samples.map(line).join('')),
    end: async (end) => { await write(toJsonLine(end)); },
    [Symbol.dispose]: () => undefined,
  };
}
