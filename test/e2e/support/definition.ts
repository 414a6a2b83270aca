import { COMMANDS } from '../../../cli/src/definition/commands.js';
import { isGroup, type LeafDefinition } from '../../../cli/src/definition/types.js';

const all = COMMANDS.flatMap(({ commands }) => commands);

/** Every command of the tool, by its words. */
export const commands: readonly { readonly path: string; readonly leaf: LeafDefinition }[] = all.flatMap((command) => (
  isGroup(command) ? command.commands.map((verb) => ({ path: `${command.name} ${verb.name}`, leaf: verb })) : [{ path: command.name, leaf: command }]
));

/** Every noun that has verbs below it. */
export const groups = all.filter(isGroup);
