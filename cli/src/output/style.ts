import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** How text stands out; on anything but a colour terminal each function returns its text. */
export interface Style {
  heading(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  changed(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
}

const same = (text: string): string => text;

/** No colour at all. */
export const PLAIN: Style = { heading: same, dim: same, good: same, changed: same, warning: same, bad: same };

function paint(format: Format): (text: string) => string {
  return (text) => (text === '' ? text : styleText(format, text));
}

/** Colours for a terminal. */
export const COLOR: Style = { heading: paint('bold'), dim: paint('dim'), good: paint('green'), changed: paint(['bold', 'yellow']), warning: paint('yellow'), bad: paint(['bold', 'red']) };
