import type { DiagnosticSample } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { secondsSince, type SampleSink, type SamplingRun, type Write } from './sink.js';

const NUMBER_COLUMNS = 10;
const TIME_COLUMNS = 14;
const VALUE_COLUMNS = 20;
const TIME_DIGITS = 6;

/** A line below a heading for each sample. */
export function textLines(run: SamplingRun, write: Write, style: Style): SampleSink {
  const { counters } = run.sampling;
  const widths = counters.map(({ name }) => Math.max(name.length, VALUE_COLUMNS));
  let first: bigint | undefined;
  const line = ({ number, clocks, lostBefore, values }: DiagnosticSample): string => {
    first ??= clocks;
    const seconds = secondsSince(first, clocks, run.clockHz)?.toFixed(TIME_DIGITS) ?? (clocks - first).toString();
    const lost = lostBefore === 0 ? '' : `${style.warning(`${lostBefore} lost`)}\n`;
    return `${lost}${row([number.toString(), seconds, ...values.map(String)], [NUMBER_COLUMNS, TIME_COLUMNS, ...widths])}\n`;
  };
  const heading = row(['SAMPLE', run.clockHz === null ? 'CLOCKS' : 'SECONDS', ...counters.map(({ name }) => name)], [NUMBER_COLUMNS, TIME_COLUMNS, ...widths]);
  return {
    start: async () => write(`${style.heading(heading)}\n`),
    take: async (samples) => write(samples.map(line).join('')),
    end: async () => Promise.resolve(),
    [Symbol.dispose]: () => undefined,
  };
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ');
}
