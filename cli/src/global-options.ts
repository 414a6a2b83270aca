import { TRANSPORTS, type TransportKind } from '@auxctl/schemas/model';
import type { OptionDefinition } from './definition/types.js';
import { parseDurationMs } from './arguments/duration.js';
import type { Invocation } from './invocation.js';
import { EXAMPLES } from './generated/examples.js';

/** The options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  { name: 'json', description: 'print one JSON document instead of text' },
  { name: 'quiet', short: 'q', description: 'no notes or warnings on standard error' },
  { name: 'verbose', short: 'v', description: 'more columns, descriptions, effects and scopes' },
  { name: 'no-color', description: 'no colour, also on a terminal' },
  { name: 'timeout', value: 'TIME', description: 'give up waiting after so long: seconds, or with a unit as in 500ms or 2s (default: 10s)' },
  { name: 'sim', value: 'SPEC', kind: 'simulation', description: `add simulated devices: PLUGIN[@PROFILE][:COUNT], separated by commas, as in ${EXAMPLES.plugin}:2` },
  { name: 'transport', value: 'NAME', choices: ['fwctl', 'vfio', 'vsc'], description: 'reach the firmware this way instead of the best one' },
  { name: 'plugin', value: 'PATH', kind: 'folder', isRepeatable: true, description: 'use the plugin in this folder, or in the installed package of this name, too' },
  { name: 'reason', value: 'TEXT', description: 'why; kept in the journal with what can change a device' },
  { name: 'state', value: 'DIR', kind: 'folder', description: 'keep the journal in DIR/journal, of simulated devices too (default: $STATE_DIRECTORY or /var/lib/auxctl)' },
  { name: 'journal-key', value: 'FILE', kind: 'file', description: 'seal the journal with the key in FILE (default: /etc/auxctl/journal.key if it is there)' },
  { name: 'root', value: 'DIR', kind: 'folder', isHidden: true, description: 'look for devices in DIR/sys, DIR/proc and DIR/dev' },
];

/** Their values. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly timeoutMs: number;
  /** As given; parsed when devices are asked for. */
  readonly sim: string | undefined;
  /** What shall carry channels; undefined for the best way to each device. */
  readonly transport: TransportKind | undefined;
  readonly plugins: readonly string[];
  readonly root: string;
  /** Why, in the user's words. */
  readonly reason: string | undefined;
  /** The directory of the tool's state, where it is not the usual one. */
  readonly state: string | undefined;
  /** The file with the journal's key, where it is not the usual one. */
  readonly journalKey: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Reads them; throws `ERR_USAGE`. */
export function readGlobalOptions(invocation: Invocation): GlobalOptions {
  const timeout = invocation.maybe('timeout');
  return {
    json: invocation.flag('json'),
    quiet: invocation.flag('quiet'),
    verbose: invocation.flag('verbose'),
    color: !invocation.flag('no-color'),
    timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : parseDurationMs('--timeout', timeout),
    sim: invocation.maybe('sim'),
    transport: TRANSPORTS.find((kind) => kind === invocation.maybe('transport')),
    plugins: invocation.list('plugin'),
    root: invocation.maybe('root') ?? '/',
    reason: invocation.maybe('reason'),
    state: invocation.maybe('state'),
    journalKey: invocation.maybe('journal-key'),
  };
}
