import { UsageError } from '@auxctl/core';
import type { Context } from '../command.js';
import { binarySamples } from './binary.js';
import { jsonLines } from './json-lines.js';
import { livePlot } from './plot.js';
import type { SampleSink, SamplingRun, Write } from './sink.js';
import { textLines } from './text-lines.js';

/** How samples are shown. */
export type SampleFormat = 'plot' | 'text' | 'jsonl' | 'binary';

/** What is said at the end must get through to a reader that is slow, and not wait for one that has stopped. */
const LAST_WORDS_MS = 1000;

/** The format that a command line means. Throws `ERR_USAGE` for bytes that a terminal would get. */
export function chooseFormat(wanted: string | undefined, { options, terminal }: Pick<Context, 'options' | 'terminal'>): SampleFormat {
  if (wanted === 'binary' && terminal.isOutputTerminal) throw new UsageError('ERR_USAGE', '--format binary is for a file or a program, not for a terminal');
  if (wanted === 'binary' || wanted === 'jsonl' || wanted === 'text') return wanted;
  if (wanted === undefined && options.json) return 'jsonl';
  return terminal.canRedraw ? 'plot' : 'text';
}

/** Where the samples of a run go. `ended` aborts when no more of them are wanted. */
export function createSink(format: SampleFormat, run: SamplingRun, { terminal, options, environment }: Pick<Context, 'terminal' | 'options' | 'environment'>, ended: AbortSignal): SampleSink {
  const style = terminal.style('data', options.color);
  const write: Write = async (chunk) => terminal.stream(chunk, ended.aborted ? AbortSignal.timeout(LAST_WORDS_MS) : ended);
  switch (format) {
    case 'plot':
      return livePlot(run, { terminal, style, isUnicode: isUnicode(environment), now: () => performance.now() });
    case 'text':
      return textLines(run, write, style);
    case 'jsonl':
      return jsonLines(run, write);
    case 'binary':
      return binarySamples(run, write);
  }
}

function isUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test([LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '');
}
