import { COMMANDS } from '../definition/commands.js';
import { isGroup, type ArgumentDefinition, type LeafDefinition, type OptionDefinition } from '../definition/types.js';
import { GLOBAL_OPTIONS } from '../global-options.js';
import { columns } from './lines.js';

/** Options that the parser adds by itself; the first only before any command. */
const VERSION: OptionDefinition = { name: 'version', short: 'V', description: 'print the version' };
const HELP: OptionDefinition = { name: 'help', short: 'h', description: 'print help' };

/** The whole command line as lines for shells: `group`, `command`, `argument` and `option`, each with the command's words first. */
export function commandLineText(): string {
  const lines = COMMANDS.flatMap(({ commands }) => commands).flatMap((definition) => {
    const { name, summary } = definition;
    return isGroup(definition) ? [columns('group', name, summary), ...definition.commands.flatMap((verb) => commandLines(`${name} ${verb.name}`, verb))] : commandLines(name, definition);
  });
  return [...lines, ...GLOBAL_OPTIONS.map((option) => optionLine('', option)), optionLine('', HELP), optionLine('-', VERSION)].join('');
}

function commandLines(path: string, { summary, arguments: parameters = [], options = [] }: LeafDefinition): string[] {
  return [columns('command', path, summary), ...parameters.map((parameter) => argumentLine(path, parameter)), ...options.map((option) => optionLine(path, option))];
}

function argumentLine(path: string, { name, kind, isVariadic, choices = [] }: ArgumentDefinition): string {
  return columns('argument', path, name, kind, isVariadic === true ? 'variadic' : '', choices.join(' '));
}

/** Hidden ones take their values, and are not offered. */
function optionLine(path: string, { name, short = '', value = '', kind, choices = [], isRepeatable, isHidden, description }: OptionDefinition): string {
  return columns('option', path, `--${name}`, short === '' ? '' : `-${short}`, value, kind ?? '', choices.join(' '), [isRepeatable === true ? 'repeatable' : '', isHidden === true ? 'hidden' : ''].join(' '), description);
}
