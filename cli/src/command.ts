import type { WaitOptions } from '@auxctl/core';
import type { Devices, SimulatorPool } from './devices.js';
import type { GlobalOptions } from './global-options.js';
import type { Invocation } from './invocation.js';
import type { Notes } from './output/notes.js';
import type { Style } from './output/style.js';
import type { Terminal } from './output/terminal.js';
import type { Plugins } from './plugins.js';

/** What surrounds a command line. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Simulated devices that outlive the command line; each command line makes its own when absent. */
  readonly simulators?: SimulatorPool;
}

/** What a command may use. Everything here is cheap to have: it loads when it is asked. */
export interface Context extends Surroundings {
  readonly options: GlobalOptions;
  /** The deadline of each wait, and what an interrupt aborts. */
  readonly wait: Required<WaitOptions>;
  readonly notes: Notes;
  readonly plugins: Plugins;
  readonly devices: Devices;
}

/** What a command found out: one plain value, from which both forms are made. */
export interface Report {
  /** The JSON document; `schema` comes first. */
  readonly document: object;
  /** The same for people: whole lines, or nothing. */
  text(style: Style): string;
  /** Other than 0 where the answer itself is bad news. */
  readonly exitStatus?: number;
}

/** How a command that writes its data by itself ended, when not well. */
export interface Ended {
  readonly exitStatus: number;
}

/** A command's code. One that writes its data by itself reports nothing, or only how it ended. */
export interface CommandModule {
  readonly run: (invocation: Invocation, context: Context) => Promise<Report | Ended | undefined>;
}

/** A report of a document, and how to render it as text. */
export function report<T extends { readonly schema: string }>(document: T, text: (document: T, style: Style) => string): Report {
  return { document, text: (style) => text(document, style) };
}
