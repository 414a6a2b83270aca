import { configCommands } from './config-commands.js';
import { deviceCommands } from './device-commands.js';
import { diagnosticCommands } from './diagnostic-commands.js';
import { dumpCommands } from './dump-commands.js';
import { firmwareCommands } from './firmware-commands.js';
import { journalCommands } from './journal-commands.js';
import { policyCommands } from './policy-commands.js';
import { objectCommands } from './object-commands.js';
import { resourceCommands } from './resource-commands.js';
import { nvconfigCommands } from './nvconfig-commands.js';
import { stateCommands } from './state-commands.js';
import { hiddenCommands, otherCommands, simulationCommands } from './other-commands.js';
import type { CommandDefinition } from './types.js';

/** Commands that belong together in help. */
export interface CommandFamily {
  readonly group: string;
  readonly commands: readonly CommandDefinition[];
}

/** Commands for other programs: they work, and nothing shows them. */
export const HIDDEN_COMMANDS: CommandFamily = { group: 'Hidden', commands: hiddenCommands };

/** The whole command line: help, completions and manual pages are made of this. */
export const COMMANDS: readonly CommandFamily[] = [
  { group: 'Devices', commands: deviceCommands },
  { group: 'Registers and commands', commands: [...firmwareCommands, ...objectCommands] },
  { group: 'Counters', commands: diagnosticCommands },
  { group: 'Configuration and firmware', commands: [...nvconfigCommands, ...configCommands] },
  { group: 'Snapshots', commands: dumpCommands },
  { group: 'Inside the device', commands: resourceCommands },
  { group: 'State and drift', commands: stateCommands },
  { group: 'What was done', commands: journalCommands },
  { group: 'What is allowed', commands: policyCommands },
  { group: 'Simulated devices', commands: simulationCommands },
  { group: 'The tool itself', commands: otherCommands },
];
