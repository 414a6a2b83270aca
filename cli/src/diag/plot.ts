import { openScreen, type Screen } from '../output/screen.js';
import type { Style } from '../output/style.js';
import type { Terminal } from '../output/terminal.js';
import { drawChart, metric } from './chart.js';
import { createHistory, type History } from './history.js';
import type { SampleSink, SamplingRun } from './sink.js';

/** What a plot is drawn on, and how. */
export interface PlotOptions {
  readonly terminal: Pick<Terminal, 'size' | 'tryData'>;
  readonly style: Style;
  readonly isUnicode: boolean;
  readonly now: () => number;
}

interface Tally {
  samples: number;
  lost: number;
}

/** Seconds that a plot shows, the more the longer it runs; without a clock, so many samples. */
const WINDOWS_SECONDS = [1, 2, 5, 10, 30];
const WINDOWS_SAMPLES = [50, 200, 1000];
const MOST_FRAMES_PER_SECOND = 10;
const LABEL_COLUMNS = 9;
const HEAD_ROWS = 2;
const FOOT_ROWS = 1;
const TITLE_ROWS = 1;
const MOST_CHART_ROWS = 12;

/** A curve for each counter: how much it grows a second, over the last half minute. */
export function livePlot(run: SamplingRun, { terminal, style, isUnicode, now }: PlotOptions): SampleSink {
  const windows = run.clockHz === null ? WINDOWS_SAMPLES : WINDOWS_SECONDS;
  const longest = Math.max(...windows);
  const history = createHistory({ window: longest, clockHz: run.clockHz, isClearing: run.sampling.isClearing });
  const tally: Tally = { samples: 0, lost: 0 };
  let drawnMs = -Infinity;
  let screen: Screen | undefined;
  const draw = (): boolean => {
    drawnMs = now();
    if (screen === undefined) return true;
    const window = windows.find((each) => each >= history.end) ?? longest;
    return screen.draw([...headLines(run, tally, history, style), ...panels(run, history, screen.size, { style, isUnicode, window })]);
  };
  return {
    async start() {
      screen = openScreen(terminal, draw);
      return Promise.resolve(draw());
    },
    async take(samples) {
      history.add(samples);
      tally.samples += samples.length;
      tally.lost += samples.reduce((sum, { lostBefore }) => sum + lostBefore, 0);
      return Promise.resolve(now() - drawnMs < 1000 / MOST_FRAMES_PER_SECOND || draw());
    },
    async end() {
      draw();
      return Promise.resolve();
    },
    [Symbol.dispose]() { screen?.[Symbol.dispose](); },
  };
}

function headLines({ device, sampling, clockHz }: SamplingRun, { samples, lost }: Tally, { end }: History, style: Style): string[] {
  const period = sampling.periodMs === null || sampling.mode === 'on-demand' ? '' : `, every ${Number(sampling.periodMs.toPrecision(3))} ms`;
  const loss = lost === 0 ? 'none lost' : style.bad(`${lost} lost`);
  const time = clockHz === null ? '' : `  ${end.toFixed(1)} s`;
  return [`${style.heading(device)}  ${sampling.mode}${period}  ${samples} samples, ${loss}${time}  ${style.dim('Ctrl-C ends')}`, ''];
}

interface PanelOptions {
  readonly style: Style;
  readonly isUnicode: boolean;
  readonly window: number;
}

/** As many counters as the window has room for, each as high as that leaves. */
function panels({ sampling: { counters }, clockHz }: SamplingRun, history: History, { columns, rows }: { readonly columns: number; readonly rows: number }, { style, isUnicode, window }: PanelOptions): string[] {
  const room = Math.max(TITLE_ROWS + 1, rows - HEAD_ROWS - FOOT_ROWS);
  const shown = counters.slice(0, Math.max(1, Math.floor(room / (TITLE_ROWS + 1))));
  const chartRows = Math.max(1, Math.min(MOST_CHART_ROWS, Math.floor(room / shown.length) - TITLE_ROWS));
  const width = Math.max(1, columns - LABEL_COLUMNS);
  const lines = shown.flatMap(({ name, unit }, index) => {
    const rates = history.rates(index, width, window);
    const chart = drawChart(rates, { columns: width, rows: chartRows, isUnicode });
    const newest = rates.findLast((rate) => rate !== undefined);
    const per = `${unitText(unit)}/${clockHz === null ? 'sample' : 's'}`;
    const title = newest === undefined ? style.heading(name) : `${style.heading(name)}  ${metric(newest)} ${per}`;
    return [title, ...chart.lines.map((line, row) => `${label(row, chartRows, chart, style)} ${style.good(line.trimEnd())}`)];
  });
  const more = counters.length > shown.length ? `; ${counters.length - shown.length} more have no room here` : '';
  return [...lines, style.dim(`${' '.repeat(LABEL_COLUMNS)}${clockHz === null ? `${window} samples` : `${window} s`}${more}`)];
}

/** A unit that is a number of something reads like a factor. */
function unitText(unit: string | null): string {
  return unit === null ? '' : /^\d/.test(unit) ? `x ${unit}` : unit;
}

/** The upper edge's value beside the first row, the lower edge's beside the last. */
function label(row: number, rows: number, { top, bottom }: { readonly top: number; readonly bottom: number }, style: Style): string {
  const text = row === 0 ? metric(top) : row === rows - 1 ? metric(bottom) : '';
  return style.dim(text.padStart(LABEL_COLUMNS - 1));
}
