import type { Terminal } from './terminal.js';

/** What a command says besides its data, on standard error. Programs get documents alone: with `--json` all of this is silent. */
export interface Notes {
  /** Something unexpected in the data, or something that people may want to know. */
  note(text: string): void;
  /** Something that lasts. */
  warn(text: string): void;
  /** What only `-v` shows. */
  detail(text: string): void;
}

/** Notes as the options want them. */
export function createNotes(terminal: Terminal, { json, quiet, verbose, color }: { readonly json: boolean; readonly quiet: boolean; readonly verbose: boolean; readonly color: boolean }): Notes {
  const isSilent = json || quiet;
  const say = (text: string, isWanted: boolean): void => {
    if (isWanted && !isSilent) terminal.note(`${text}\n`);
  };
  return {
    note: (text) => { say(`${terminal.style('note', color).heading('note:')} ${text}`, true); },
    warn: (text) => { say(`${terminal.style('note', color).warning('warning:')} ${text}`, true); },
    detail: (text) => { say(terminal.style('note', color).dim(text), verbose); },
  };
}
