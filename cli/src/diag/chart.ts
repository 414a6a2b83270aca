/** How a chart is drawn. */
export interface ChartOptions {
  readonly columns: number;
  /** At least 1. */
  readonly rows: number;
  /** May characters outside ASCII stand in it? */
  readonly isUnicode: boolean;
}

/** A chart's lines, from the top down, and the values at its upper and lower edge. */
export interface Chart {
  readonly lines: readonly string[];
  readonly top: number;
  readonly bottom: number;
}

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const HALVES = [' ', '.', '#'];
/** A curve that is nearly level is shown from just below it, so that something is seen of it. */
const LEVEL = 0.8;
const DIGITS = 3;
const PREFIXES = [[1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']] as const;

/** Draws columns of the given heights; undefined ones stay empty. */
export function drawChart(values: readonly (number | undefined)[], { columns, rows, isUnicode }: ChartOptions): Chart {
  const marks = isUnicode ? EIGHTHS : HALVES;
  const known = values.filter((value) => value !== undefined);
  const { top, bottom } = scaleOf(known);
  const levels = rows * (marks.length - 1);
  const heights = Array.from({ length: columns }, (_, column) => {
    const value = values[column];
    return value === undefined ? undefined : Math.max(1, Math.round(((value - bottom) / (top - bottom)) * levels));
  });
  const lines = Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * (marks.length - 1);
    return heights.map((height) => marks[Math.min(marks.length - 1, Math.max(0, (height ?? 0) - below))] ?? ' ').join('');
  });
  return { lines, top, bottom };
}

/** Round figures around all values: from zero, unless they are all near one another. */
function scaleOf(values: readonly number[]): { readonly top: number; readonly bottom: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0 || high <= 0) return { top: 1, bottom: 0 };
  if (low < high * LEVEL) return { top: roundUp(high), bottom: 0 };
  const step = roundUp(Math.max(high - low, high / 100));
  const bottom = Math.max(0, (Math.floor(low / step) - 1) * step);
  return { top: (Math.ceil(high / step) + 1) * step, bottom };
}

/** The next of 1, 2, 5, 10, 20, 50 and so on. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

/** A figure of three digits with a metric prefix: `12.3 k`, `4.56 M`, `0`. */
export function metric(value: number): string {
  const rounded = Number(value.toPrecision(DIGITS));
  const [factor, prefix] = PREFIXES.find(([limit]) => Math.abs(rounded) >= limit) ?? [1, ''];
  const shown = Number((rounded / factor).toPrecision(DIGITS));
  return prefix === '' ? `${shown}` : `${shown} ${prefix}`;
}
