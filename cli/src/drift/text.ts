import { observedRow } from '../journal/observed-text.js';
import { userText } from '../journal/text.js';
import type { Style } from '../output/style.js';
import { printable } from '../output/table.js';
import type { DriftDevice, DriftDocument, DriftEntry } from '../schemas/state.js';

const GROUPS: Readonly<Record<DriftEntry['group'], string>> = {
  identity: 'Who the device is', stored: 'Stored configuration', driver: 'Parameters of the driver', feature: 'Features', register: 'Registers', object: 'Objects', capability: 'Capabilities',
  answer: 'What the device answers',
};
const SETS: Readonly<Record<string, string>> = { default: 'as delivered', current: 'in force', next: 'next boot' };

/** What has changed, device by device, and by whom. */
export function driftText(document: DriftDocument, style: Style): string {
  const devices = document.devices.map((device) => deviceText(device, style));
  return `${devices.join('\n')}\n${closing(document)}`;
}

function deviceText(device: DriftDevice, style: Style): string {
  const { status, before, after, differences, problems } = device;
  const side = after ?? before;
  const heading = `${style.heading([side?.address, side?.product, side?.serial === null ? undefined : `serial ${side?.serial ?? ''}`].filter((part) => part !== null && part !== undefined).join(', '))}\n`;
  if (status === 'gone') return `${heading}  ${style.bad('is not there any more')}\n`;
  if (status === 'new') return `${heading}  ${style.warning('was not there')}\n`;
  const moved = before !== null && after !== null && before.address !== after.address ? `  ${device.areTwoDevices ? 'compared with' : 'was at'} ${before.address}${device.areTwoDevices && before.serial !== null ? `, serial ${before.serial}` : ''}\n` : '';
  const missing = status === 'not-compared' ? `  ${style.warning(`could not be compared: ${problems[0]?.message ?? 'one side was not read'}`)}\n` : '';
  const rest = oneSidedText(device, style);
  if (differences.length === 0) return `${heading}${moved}${missing}  no difference in ${device.compared} compared\n${rest}`;
  return heading + moved + missing + groupsText(differences, style) + rest;
}

/** Another version of the layouts reads other things; a side that was not read to its end lacks some. */
function oneSidedText({ notCompared }: DriftDevice, style: Style): string {
  if (notCompared.length === 0) return '';
  const more = notCompared.length - MOST_NAMES;
  return `  ${style.warning(`only one side has read ${notCompared.slice(0, MOST_NAMES).map(printable).join(', ')}${more > 0 ? ` and ${more} more` : ''}`)}\n`;
}

function groupsText(differences: readonly DriftEntry[], style: Style): string {
  const groups = new Map<DriftEntry['group'], DriftEntry[]>();
  for (const difference of differences) groups.set(difference.group, [...(groups.get(difference.group) ?? []), difference]);
  return [...groups].map(([group, entries]) => `\n  ${style.heading(GROUPS[group])}\n${subjectsText(entries, style)}`).join('');
}

/** Values of one register stand together below what it is. */
function subjectsText(entries: readonly DriftEntry[], style: Style): string {
  let last = '';
  return entries.map((entry) => {
    const isNamed = entry.group === 'stored' || entry.group === 'driver' || entry.group === 'identity';
    const head = isNamed || entry.subject === last ? '' : `  ${printable(entry.subject)}${entry.title === null ? '' : style.dim(`  ${printable(entry.title)}`)}\n`;
    last = entry.subject;
    return head + entryText(entry, isNamed ? '  ' : '    ', style);
  }).join('');
}

function entryText(entry: DriftEntry, indent: string, style: Style): string {
  const { name, set, before, after, description } = entry;
  const words = [name, ...(set === null ? [] : [SETS[set] ?? set])].join(', ');
  const meaning = description === null ? '' : style.dim(`  ${printable(description)}`);
  return `${indent}${printable(words)}: ${style.bad(printable(before ?? '-'))} -> ${style.good(printable(after ?? '-'))}${meaning}\n${verdictText(entry, style).map((line) => `${indent}  ${line}\n`).join('')}`;
}

const MOST_LINES = 3;
const MOST_NAMES = 8;

function verdictText(entry: DriftEntry, style: Style): string[] {
  const { verdict, commands, observed, causes } = entry;
  const done = commands.slice(-MOST_LINES).map(commandLine);
  const seen = observed.slice(-MOST_LINES).map(observedLine);
  const could = causes.length === 0 ? [] : [style.dim(`could have done it: ${causes.map(({ command, by }) => (by === 'auxctl' ? `auxctl ${command}` : command)).join('; ')}`)];
  switch (verdict) {
    case 'explained': return [`${style.good('explained')}: ${done.at(-1) ?? ''}`];
    case 'activated': return [`${style.good('explained')}: it was stored before, and a reset has put it in force`];
    case 'observed': return [`${style.bad('done by another program')}: ${seen.at(-1) ?? ''}`, ...seen.slice(0, -1)];
    case 'changed-again': return [`${style.bad('not explained')}: something has changed it after ${done.at(-1) ?? ''}`, ...could];
    case 'possible': return [`${style.warning('perhaps')}: ${[...done, ...seen].join('; ')}`, ...could];
    case 'unexplained': return [`${style.bad('not explained')} by the journal`, ...could];
  }
}

function commandLine(command: DriftEntry['commands'][number]): string {
  const { intent: { sequence, time, command: name, register, process, reason } } = command;
  const what = register === undefined || register === name ? name : `${name} ${register}`;
  return printable(`#${sequence}, ${time}, user ${userText(command)}: ${what} (${process.commandLine.slice(1).join(' ') || process.executable})${reason === undefined ? '' : `, "${reason}"`}`);
}

function observedLine(observed: DriftEntry['observed'][number]): string {
  const { sequence, time, program, user, command } = observedRow(observed);
  const { executable } = observed.process;
  return printable(`#${sequence}, ${time}: ${program}${executable === undefined ? '' : `, ${executable}`}, user ${user}, sent ${command}`);
}

function closing({ against, counts, journal, devices }: DriftDocument): string {
  const since = `${against.kind === 'device' ? against.source : `${against.kind} ${against.source}`}${against.created === null ? '' : ` of ${against.created}`}${against.host === null ? '' : ` on ${against.host}`}`;
  if (counts.differences === 0) return `${devices.every(({ status }) => status === 'compared') ? 'no difference' : 'no difference in what could be compared'} from ${since}\n`;
  return `${counts.differences} ${counts.differences === 1 ? 'difference' : 'differences'} from ${since}: ${counts.explained} explained by the journal, ${counts.unexplained} not\n${journalText(journal)}`;
}

function journalText({ state, directory, from, isWatched }: DriftDocument['journal']): string {
  switch (state) {
    case 'not-asked': return 'the journal was not asked: neither side is this machine\n';
    case 'absent': return `there is no journal in ${directory}: it could not explain anything\n`;
    case 'unreadable': return `the journal in ${directory} could not be read\n`;
    case 'broken': return `the journal in ${directory} is broken: auxctl journal verify says where\n`;
    case 'intact': return `the journal in ${directory} is intact${from === null ? ' and empty' : `, and begins ${from}`}; other programs were ${isWatched ? 'watched' : 'not watched (auxctl journal watch)'}\n`;
  }
}
