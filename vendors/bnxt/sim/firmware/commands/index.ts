import type { CommandTable } from '../types.js';
import { FUNCTION_COMMANDS } from './functions.js';
import { MANAGEMENT_COMMANDS } from './management.js';
import { NVM_COMMANDS } from './nvm.js';
import { PORT_COMMANDS } from './ports.js';
import { QUEUE_COMMANDS } from './queues.js';
import { STATISTICS_COMMANDS } from './statistics.js';
import { VERSION_COMMANDS } from './version.js';

/** Every command that the firmware knows; it answers all others with "not supported". */
export const COMMANDS: CommandTable = {
  ...VERSION_COMMANDS, ...FUNCTION_COMMANDS, ...STATISTICS_COMMANDS, ...PORT_COMMANDS, ...QUEUE_COMMANDS, ...MANAGEMENT_COMMANDS, ...NVM_COMMANDS,
};
