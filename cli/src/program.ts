import { nearest, UsageError } from '@auxctl/core';
import { Argument, Command, CommanderError, Option, type ErrorOptions, type HelpContext } from 'commander';
import { COMMANDS, HIDDEN_COMMANDS, type CommandFamily } from './definition/commands.js';
import { AFTER_ROOT_HELP, ROOT_SUMMARY, examplesText } from './definition/help-text.js';
import { isGroup, type CommandDefinition, type LeafDefinition, type OptionDefinition } from './definition/types.js';
import { GLOBAL_OPTIONS } from './global-options.js';
import { Invocation, type ArgumentValue } from './invocation.js';
import type { Style } from './output/style.js';
import { VERSION } from './version.js';

/** What a command line asks for. */
export type Request =
  | { readonly type: 'run'; readonly definition: LeafDefinition; readonly invocation: Invocation }
  | { readonly type: 'show'; readonly text: string };

/** Reads the words after the program's name. Throws `ERR_USAGE`. */
export function parseCommandLine(words: readonly string[], styleOf: () => Style): Request {
  let request: Request | undefined;
  let shown = '';
  const program = buildProgram(words, styleOf, { choose: (found) => { request = found; }, show: (text) => { shown += text; } });
  program.version(`auxctl ${VERSION}`, '-V, --version', 'print the version');
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
  return request ?? { type: 'show', text: shown };
}

/** The help of the command that `path` names, or of the whole tool. Throws `ERR_USAGE` for an unknown one. */
export function helpText(path: readonly string[], style: Style): string {
  let known: readonly CommandDefinition[] = COMMANDS.flatMap(({ commands }) => commands);
  for (const word of path) {
    const found = known.find(({ name }) => name === word) ?? unknownCommand(word, known.map(({ name }) => name));
    known = isGroup(found) ? found.commands : [];
  }
  const request = parseCommandLine([...path, '--help'], () => style);
  return request.type === 'show' ? request.text : '';
}

function unknownCommand(word: string, names: readonly string[]): never {
  const near = nearest(word, names);
  throw new UsageError('ERR_USAGE', `unknown command '${word}'`, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'auxctl --help lists the commands.' });
}

/** Commander's parser with this program's errors: thrown, never printed, and a missing verb is one of them. */
class Parser extends Command {
  override createCommand(name?: string): Parser {
    return new Parser(name);
  }

  override error(message: string, options?: ErrorOptions): never {
    const [text = '', ...suggestions] = message.split('\n');
    const hint = suggestions.length > 0 ? suggestions.join(' ').replace(/^\((.*)\)$/, '$1') : `${this.#path()} --help says how to use it.`;
    throw new UsageError('ERR_USAGE', text.replace(/^error: /, ''), { hint, cause: options?.code });
  }

  override help(context?: HelpContext | ((text: string) => string)): never {
    if (typeof context === 'object' && context.error) {
      throw new UsageError('ERR_USAGE', `a command is missing after '${this.#path()}'`, { hint: `One of ${this.commands.map((command) => command.name()).join(', ')}; ${this.#path()} --help explains them.` });
    }
    super.help();
  }

  #path(): string {
    return this.parent instanceof Parser ? `${this.parent.#path()} ${this.name()}` : this.name();
  }
}

type Choose = (request: Request) => void;

interface Outcome {
  readonly choose: Choose;
  readonly show: (text: string) => void;
}

/** Settings come before commands, which take them over when they are made. */
function buildProgram(words: readonly string[], styleOf: () => Style, { choose, show }: Outcome): Parser {
  const program = new Parser('auxctl').summary(ROOT_SUMMARY).description(ROOT_SUMMARY);
  program.usage('COMMAND ...').helpCommand(false).exitOverride().showSuggestionAfterError().configureOutput({ writeOut: show });
  program.configureHelp({ showGlobalOptions: true, styleTitle: (text) => styleOf().heading(text), subcommandTerm: (command) => command.name() });
  for (const option of GLOBAL_OPTIONS) program.addOption(toOption(option));
  for (const { group, commands } of familiesFor(words[0])) {
    for (const definition of commands) addCommand(program, definition, words, choose).helpGroup(`${group}:`);
  }
  return program.addHelpText('after', AFTER_ROOT_HELP);
}

/** A line that starts with a command's name can mean no other command. */
function familiesFor(word: string | undefined): readonly CommandFamily[] {
  const meant = [...COMMANDS, HIDDEN_COMMANDS].flatMap(({ group, commands }) => commands.filter(({ name }) => name === word).map((command) => ({ group, commands: [command] })));
  return meant.length > 0 ? meant : COMMANDS;
}

function addCommand(parent: Command, definition: CommandDefinition, words: readonly string[], choose: Choose): Command {
  const command = parent.command(definition.name).summary(definition.summary).description(`${definition.summary}\n\n${definition.description ?? ''}`.trim());
  if (isGroup(definition)) {
    command.helpCommand(false).usage('COMMAND ...');
    for (const leaf of definition.commands) addCommand(command, leaf, words, choose);
    return command;
  }
  addParameters(command, definition);
  const path = parent.parent === null ? definition.name : `${parent.name()} ${definition.name}`;
  return command.action(() => {
    choose({ type: 'run', definition, invocation: new Invocation(path, words, valuesOf(command, definition)) });
  });
}

function addParameters(command: Command, { arguments: parameters = [], options = [], examples = [] }: LeafDefinition): void {
  for (const { name, description, choices, isOptional, isVariadic } of parameters) {
    const term = isVariadic === true ? `${name}...` : name;
    const argument = new Argument(isOptional === true ? `[${term}]` : `<${term}>`, description);
    command.addArgument(choices === undefined ? argument : argument.choices(choices));
  }
  for (const option of options) command.addOption(toOption(option));
  if (examples.length > 0) command.addHelpText('after', examplesText(examples));
}

function toOption({ name, short, value, choices, isRepeatable, isHidden, description }: OptionDefinition): Option {
  const option = new Option(`${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`, description);
  if (choices !== undefined) option.choices(choices);
  if (isRepeatable === true) option.argParser((text: string, previous: readonly string[] | undefined) => [...(previous ?? []), text]);
  return isHidden === true ? option.hideHelp() : option;
}

/** Everything that was given, by the names of the definition. */
function valuesOf(command: Command, definition: LeafDefinition): Map<string, ArgumentValue> {
  const values = new Map<string, ArgumentValue>();
  const given = command.optsWithGlobals<Record<string, ArgumentValue>>();
  for (const { name } of [...GLOBAL_OPTIONS, ...(definition.options ?? [])]) {
    const value = given[new Option(`--${name}`).attributeName()];
    values.set(name, name.startsWith('no-') ? value === false : value);
  }
  const processed = command.processedArgs as readonly ArgumentValue[];
  (definition.arguments ?? []).forEach(({ name }, index) => values.set(name, processed[index]));
  return values;
}
