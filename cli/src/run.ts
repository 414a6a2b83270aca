import type { Context, Report, Surroundings } from './command.js';
import { createDevices } from './devices.js';
import { describeError, errorText } from './errors.js';
import { readGlobalOptions, type GlobalOptions } from './global-options.js';
import { toJson } from './output/json.js';
import { createNotes } from './output/notes.js';
import type { Terminal } from './output/terminal.js';
import { createPlugins, pluginSources } from './plugins.js';
import { helpText, parseCommandLine, type Request } from './program.js';

const USAGE = 2;

/** Runs one command line and tells the outcome on the terminal. Resolves with the exit status; never rejects for a failing command. */
export async function execute(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  try {
    if (words.length === 0) {
      terminal.note(helpText([], terminal.style('note', true)));
      return USAGE;
    }
    const request = parseCommandLine(words, () => terminal.style('data', wantsColor(words)));
    if (request.type === 'run') return await runCommand(request, surroundings);
    terminal.data(request.text);
    return 0;
  } catch (error) {
    const told = describeError(error);
    terminal.note(errorText(told, error, { json: has(words, '--json'), verbose: has(words, '-v', '--verbose'), style: terminal.style('note', wantsColor(words)) }));
    return told.exitStatus;
  }
}

async function runCommand({ definition, invocation }: Extract<Request, { type: 'run' }>, surroundings: Surroundings): Promise<number> {
  const options = readGlobalOptions(invocation);
  const { run } = await definition.load();
  const report = await run(invocation, createContext(options, surroundings));
  if (report !== undefined && 'document' in report) surroundings.terminal.data(rendered(report, options, surroundings.terminal));
  return report?.exitStatus ?? 0;
}

function createContext(options: GlobalOptions, surroundings: Surroundings): Context {
  const { environment, simulators, terminal } = surroundings;
  const notes = createNotes(terminal, options);
  const plugins = createPlugins(pluginSources(options, environment), (text) => { notes.warn(text); });
  const devices = createDevices({ plugins, options, simulators });
  return {
    terminal, environment, options, plugins, devices, notes,
    get signal() { return surroundings.signal; },
    get wait() { return { timeoutMs: options.timeoutMs, signal: surroundings.signal }; },
  };
}

function rendered(report: Report, options: GlobalOptions, terminal: Terminal): string {
  return options.json ? toJson(report.document) : report.text(terminal.style('data', options.color));
}

/** Options that matter before, and even when, the command line cannot be parsed. */
function has(words: readonly string[], ...names: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => names.includes(word));
}

function wantsColor(words: readonly string[]): boolean {
  return !has(words, '--no-color');
}
