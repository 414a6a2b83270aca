import { everyEntry } from './command-line.mjs';
import { bold, display, italic, item, literal, plain, reference, section, title } from './roff.mjs';

/** Output is shown to so many lines and columns; what is cut is marked. */
const MOST_LINES = 16;
const MOST_COLUMNS = 96;

/** What options and arguments lead to, by the words that name them, so that pages say only what matters to them. */
const FILE_OF = { device: /\/dev\//, journal: /journal/, plugin: /plugins/ };

/**
 * The pages of all groups and commands.
 * @param {ReturnType<typeof import('./command-line.mjs').readCommandLine> extends Promise<infer T> ? T : never} commandLine
 * @param {readonly import('./examples.mjs').ExampleRun[]} runs what the examples printed
 * @param {{ date: string, version: string, facts: object, formats: readonly string[] }} about
 * @returns {Map<string, string>} roff by file name
 */
export function commandPages(commandLine, runs, about) {
  const pages = new Map();
  const add = (words, parts) => {
    const name = ['auxctl', ...words].join('-');
    pages.set(`${name}.1`, title({ name, number: 1, manual: 'auxctl Manual', ...about }) + parts.join(''));
  };
  add([], rootPage(commandLine, about));
  for (const entry of commandLine.entries) {
    if (entry.verbs.length > 0) add(entry.path, groupPage(entry, commandLine, about));
    for (const command of entry.verbs.length > 0 ? entry.verbs : [entry]) add(command.path, commandPage(command, { commandLine, runs, about, family: entry }));
  }
  return pages;
}

/** The files of {@link commandPages}, by the definition alone. */
export function pageNames({ entries }) {
  return ['auxctl.1', ...everyEntry(entries).map(({ path }) => `auxctl-${path.join('-')}.1`)];
}

function rootPage({ entries, globalOptions, summary, afterHelp }, { facts, formats }) {
  const [names = ''] = afterHelp.trim().split('\n\n');
  const families = [...new Set(entries.map(({ family }) => family))];
  const listed = families.map((family) => `.SS "${plain(family)}"\n${entries.filter((entry) => entry.family === family).flatMap(listedCommands).join('')}`);
  return [
    nameSection('auxctl', summary),
    section('SYNOPSIS', `.B auxctl\n.I COMMAND\n.RI [ ARGUMENT \\&...]\n.RI [ OPTION \\&...]`),
    section('DESCRIPTION', `${plain(summary)}.\n.PP\n${plain(names)}\n.PP\nOnly what changes nothing runs unasked. ${bold('--allow configure')} or ${bold('--allow invasive')} allows more, and what can change a device is in the journal before it is sent.`),
    section('COMMANDS', `${listed.join('')}`),
    section('OPTIONS', `Every command takes these:\n${optionItems([...globalOptions, VERSION, HELP])}`),
    exitStatus(facts), factSection('ENVIRONMENT', facts.ENVIRONMENT), factSection('FILES', facts.FILES),
    section('EXAMPLES', `${bold('auxctl demo')} gives a tour on simulated devices; the page of each command has examples of its own.`),
    seeAlso([...entries.map(({ path }) => `auxctl-${path[0]}(1)`), ...formats, 'devlink(8)', 'ethtool(8)']),
  ];
}

const HELP = { name: 'help', short: 'h', description: 'print help for the command' };
const VERSION = { name: 'version', short: 'V', description: 'print the version' };

function listedCommands({ path, definition, verbs }) {
  if (verbs.length > 0) return verbs.map((verb) => item(bold(verb.path.join(' ')), `${plain(verb.definition.summary)}.`));
  return [item(bold(path.join(' ')), `${plain(definition.summary)}.`)];
}

function groupPage({ path, definition, verbs }, { globalOptions }, { facts, formats }) {
  return [
    nameSection(`auxctl-${path[0]}`, definition.summary),
    section('SYNOPSIS', `.B auxctl ${literal(path[0])}\n.I COMMAND\n\\&...`),
    section('DESCRIPTION', `${definition.description === undefined ? '' : `${plain(definition.description)}\n.PP\n`}The commands:\n${verbs.map((verb) => item(`${bold(verb.path[1])}${verb.definition.arguments === undefined ? '' : ` ${synopsisOf(verb.definition)}`}`, `${plain(verb.definition.summary)}.`)).join('')}`),
    section('OPTIONS', `Each command has options of its own, which its page explains, and these:\n${optionItems([...globalOptions, HELP])}`),
    exitStatus(facts),
    section('EXAMPLES', `The pages of the commands have them.`),
    seeAlso(['auxctl(1)', ...verbs.map((verb) => `auxctl-${verb.path.join('-')}(1)`), ...formats.filter((page) => page.startsWith(`auxctl-${path[0]}(`))]),
  ];
}

function commandPage({ path, definition }, { commandLine, runs, about: { facts, formats }, family }) {
  const { arguments: parameters = [], options = [] } = definition;
  const name = `auxctl-${path.join('-')}`;
  const own = optionItems(options);
  const changes = options.some((option) => option.name === 'allow') && !/without --allow/i.test(definition.description ?? '');
  return [
    nameSection(name, definition.summary),
    section('SYNOPSIS', `.B ${literal(`auxctl ${path.join(' ')}`)}\n${synopsisOf(definition)}\n.RI [ OPTION \\&...]`),
    section('DESCRIPTION', [
      `${plain(definition.summary)}.`, ...(definition.description === undefined ? [] : [plain(definition.description)]),
      ...(changes ? [`Without ${bold('--allow')}, nothing is sent that could change the device. What could is in the journal before it is sent.`] : []),
    ].join('\n.PP\n') + (parameters.length === 0 ? '' : `\n${parameters.map((parameter) => item(argumentTerm(parameter), sentence(parameter.description))).join('')}`)),
    section('OPTIONS', `${own}${own === '' ? '' : '.SS "Of every command"\n'}${optionItems([...commandLine.globalOptions, HELP])}`),
    exitStatus(facts),
    section('EXAMPLES', examplesOf(runs.filter(({ command }) => command === path.join(' ')))),
    factSection('FILES', facts.FILES.filter(({ name: file }) => isFileOf(file, definition, path))),
    seeAlso(['auxctl(1)', ...(family.verbs.length > 0 ? [`auxctl-${path[0]}(1)`, ...family.verbs.map((verb) => `auxctl-${verb.path.join('-')}(1)`)] : []), ...formatsFor(path, formats)], name),
  ];
}

/** A page of a format belongs to the commands of its name, and dumps to all that read them. */
function formatsFor(path, formats) {
  const isDump = ['dump', 'show', 'diff'].includes(path.join(' ')) || path.join(' ') === 'resource dump';
  return formats.filter((page) => page.startsWith(`auxctl-${path[0]}(`) || (isDump && page.startsWith('auxctl-dump(')));
}

function isFileOf(file, { arguments: parameters = [], options = [] }, path) {
  const kinds = new Set([...parameters, ...options].map(({ kind }) => kind));
  return (kinds.has('device') && FILE_OF.device.test(file)) || (kinds.has('plugin') && FILE_OF.plugin.test(file))
    || ((path[0] === 'journal' || options.some(({ name }) => name === 'allow')) && FILE_OF.journal.test(file));
}

/** The line by which whatis and apropos know a page. */
function nameSection(name, summary) {
  return section('NAME', `${literal(name)} \\- ${plain(lowerFirst(summary))}`);
}

function synopsisOf({ arguments: parameters = [] }) {
  return parameters.map(({ name, isOptional, isVariadic }) => {
    const word = `${italic(name)}${isVariadic === true ? '...' : ''}`;
    return isOptional === true ? `[${word}]` : word;
  }).join(' ');
}

function argumentTerm({ name, isVariadic }) {
  return `${italic(name)}${isVariadic === true ? '\\&...' : ''}`;
}

function optionItems(options) {
  return options.filter(({ isHidden }) => isHidden !== true).map(({ name, short, value, choices, isRepeatable, description }) => {
    const term = `${short === undefined ? '' : `${bold(`-${short}`)}, `}${bold(`--${name}`)}${value === undefined ? '' : ` ${italic(value)}`}`;
    const chosen = choices === undefined ? '' : `\n${value}: ${choices.map(bold).join(', ')}.`;
    return item(term, `${sentence(description)}${chosen}${isRepeatable === true ? '\nMay be given more than once.' : ''}`);
  }).join('');
}

function exitStatus({ EXIT_STATUSES }) {
  return factSection('EXIT STATUS', EXIT_STATUSES);
}

function factSection(heading, facts) {
  return section(heading, facts.map(({ name, meaning }) => item(bold(name), sentence(meaning))).join(''));
}

function seeAlso(pages, self = '') {
  const known = [...new Set(pages)].filter((page) => !page.startsWith(`${self}(1)`) || self === '');
  const order = (page) => `${/\((\d)\)/.exec(page)?.[1] ?? ''} ${page}`;
  return section('SEE ALSO', known.sort((a, b) => (order(a) < order(b) ? -1 : 1)).map((page, index) => `${reference(page)}${index < known.length - 1 ? ' ,' : ''}`).join('\n'));
}

/** Each example as it is typed, with what it prints where that is always the same. */
function examplesOf(runs) {
  const needsSimulator = runs.some(({ example }) => /(^| )--sim /.test([example.line, ...(example.setup ?? [])].join('\n')));
  const head = needsSimulator ? `These run as they stand, on simulated devices. For a real one, leave ${bold('--sim')} out and name it as ${bold('auxctl list')} does.\n` : '';
  return head + runs.map(({ example, stdout }) => {
    const { line, meaning, setup = [], exitStatus: status = 0, output, endsBy } = example;
    const lines = [...setup.map((each) => `$ ${literal(each)}`), `$ ${bold(`auxctl ${line}`)}`, ...(output === 'varies' ? [] : shownLines(stdout).map(literal))];
    const ending = [...(endsBy === 'interrupt' ? ['goes on until it is interrupted'] : []), ...(status === 0 ? [] : [`ends with status ${status}`])];
    return `.PP\n${plain(upperFirst(meaning))}${ending.length === 0 ? '' : ` (${ending.join(', ')})`}:\n${display(lines.join('\n'))}`;
  }).join('');
}

/** @param {string} output */
function shownLines(output) {
  const lines = output.trimEnd().split('\n').map((line) => (line.length > MOST_COLUMNS ? `${line.slice(0, MOST_COLUMNS).trimEnd()} ...` : line.trimEnd()));
  if (lines.length <= MOST_LINES) return output.trim() === '' ? [] : lines;
  return [...lines.slice(0, MOST_LINES), `... (${lines.length - MOST_LINES} more lines)`];
}

function sentence(text) {
  return `${plain(upperFirst(text))}${/[.)]$/.test(text) && !text.endsWith(')') ? '' : '.'}`;
}

function upperFirst(text) {
  return /^[a-z]+(?![\w-]*[A-Z])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
