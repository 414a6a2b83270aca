import type { Command } from '../command.js';
import { REGISTER_COMMANDS } from './access-register.js';
import { ADAPTER_COMMANDS } from './adapter.js';
import { CAPABILITY_COMMANDS } from './capabilities.js';
import { CONGESTION_COMMANDS } from './congestion.js';
import { DIAGNOSTIC_COMMANDS } from './diagnostics.js';
import { EVENT_QUEUE_COMMANDS } from './event-queues.js';
import { LIFE_CYCLE_COMMANDS } from './life-cycle.js';
import { OBJECT_COMMANDS } from './objects.js';
import { PAGE_COMMANDS } from './pages.js';
import { QUERY_COMMANDS } from './queries.js';
import { RESOURCE_COMMANDS } from './resources.js';
import { VPORT_COMMANDS } from './vport.js';

/** Every command that the simulated firmware knows, by opcode. */
export const COMMANDS: ReadonlyMap<number, Command> = new Map(
  [
    LIFE_CYCLE_COMMANDS, CAPABILITY_COMMANDS, PAGE_COMMANDS, EVENT_QUEUE_COMMANDS, RESOURCE_COMMANDS, ADAPTER_COMMANDS, VPORT_COMMANDS,
    REGISTER_COMMANDS, DIAGNOSTIC_COMMANDS, OBJECT_COMMANDS, QUERY_COMMANDS, CONGESTION_COMMANDS,
  ].flat().map((command) => [command.opcode, command]),
);
