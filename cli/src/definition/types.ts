import type { CommandModule } from '../command.js';

/**
 * What an argument names, so that shells can complete it. A `side` is a device or a file, a `subject` a register, capability or object, a
 * `parameter` one of non-volatile configuration, a `simulation` what `--sim` takes, a `topic` the words of a command.
 */
export type ArgumentKind = 'device' | 'side' | 'plugin' | 'register' | 'command' | 'object' | 'capability' | 'subject' | 'layout' | 'parameter' | 'field' | 'simulation' | 'topic' | 'file' | 'folder' | 'text';

/** A positional argument. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly kind: ArgumentKind;
  /** The only values, where there are few. */
  readonly choices?: readonly string[];
  readonly description: string;
  readonly isOptional?: true;
  /** Takes all that follow; only the last argument may. */
  readonly isVariadic?: true;
}

/** An option: a flag when it has no `value`. */
export interface OptionDefinition {
  /** The long name, without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What stands for the value in help. */
  readonly value?: string;
  readonly kind?: ArgumentKind;
  /** The only values, where there are few. */
  readonly choices?: readonly string[];
  readonly isRepeatable?: true;
  readonly isHidden?: true;
  readonly description: string;
}

/**
 * A command line worth showing in help and manual pages. It runs as it stands, on simulated devices and on a machine that has no others: a test runs
 * each, and the pages show what it prints.
 */
export interface ExampleDefinition {
  /** What follows the program's name, as a shell takes it. */
  readonly line: string;
  readonly meaning: string;
  /** Lines of a shell that make the files that it needs; the pages show them before it. */
  readonly setup?: readonly string[];
  /** How it ends; 0 when absent. */
  readonly exitStatus?: number;
  /** Present where no two runs print the same, such as times: the pages leave it out. */
  readonly output?: 'varies';
  /** Present where it goes on until it is interrupted. */
  readonly endsBy?: 'interrupt';
}

/** What every command and every group of commands has. */
interface NamedDefinition {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What help says below the usage line, in sentences. */
  readonly description?: string;
}

/** A command that does something. */
export interface LeafDefinition extends NamedDefinition {
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  readonly examples?: readonly ExampleDefinition[];
  /** Loads the code. */
  readonly load: () => Promise<CommandModule>;
}

/** A noun with verbs below it. */
export interface GroupDefinition extends NamedDefinition {
  readonly commands: readonly LeafDefinition[];
}

/** One entry at the top of the command line. */
export type CommandDefinition = LeafDefinition | GroupDefinition;

/** Is it a noun with verbs below it? */
export function isGroup(definition: CommandDefinition): definition is GroupDefinition {
  return 'commands' in definition;
}
