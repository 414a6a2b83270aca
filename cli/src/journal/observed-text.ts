import type { JournalObserved } from '@auxctl/schemas';
import type { Style } from '../output/style.js';
import type { JournalWatchDocument } from '../schemas/journal.js';
import { pairs, printable } from '../output/table.js';

/** A command in a list, whoever sent it. */
export interface EntryRow {
  readonly sequence: number;
  readonly time: string;
  readonly program: string;
  readonly user: string;
  readonly device: string;
  readonly command: string;
  readonly effect: string;
  readonly result: string;
  /** Is it known that the device got it and answered? */
  readonly isGood: boolean;
  readonly changes: string;
  readonly reason: string;
}

const UNKNOWN = 'unknown';

type Observed = Omit<JournalObserved, 'previous' | 'hash'>;

/** A command of another program as a line of a list. */
export function observedRow(observed: Observed): EntryRow {
  const { sequence, time, process: { name, pid }, user, effect, result } = observed;
  return {
    sequence, time, program: `${name} (${pid})`, user: user === undefined ? UNKNOWN : String(user.loginUid ?? user.uid), device: deviceText(observed), command: commandName(observed), effect,
    result: resultOf(observed), isGood: result === 'passed', changes: '', reason: '',
  };
}

/** One line of what a watcher sees. */
export function watchLine({ observed, watch }: JournalWatchDocument): string {
  return `${printable(observed === null ? watchText(watch) : observedLine(observed))}\n`;
}

function observedLine(observed: Observed): string {
  const { sequence, time, program, user, device, command, effect, result } = observedRow(observed);
  const { process: { executable }, scope, scopeNumber } = observed;
  return `${time}  ${sequence}  ${device}: ${command} (${effect}, ${scope ?? `scope ${scopeNumber}`}) by ${program}, ${executable ?? 'gone'}, user ${user}: ${result}`;
}

function watchText(watch: JournalWatchDocument['watch']): string {
  if (watch === null) return '';
  const { time, sequence, event, from, why, lost } = watch;
  if (event === 'lost') return `${time}  ${sequence}  ${lost ?? 'an unknown number of'} commands were missed (${why ?? UNKNOWN})`;
  return `${time}  ${sequence}  watching has ${event === 'began' ? `begun, for what is ${from ?? UNKNOWN} or stronger` : 'ended'}`;
}

/** All that is known of a command of another program. */
export function observedText(observed: JournalObserved, style: Style): string {
  const { process, user, device, request, scope, scopeNumber, replyRoomBytes } = observed;
  return pairs([
    ['sequence', String(observed.sequence)], ['time', observed.time], ['seen', 'in the kernel; another program sent it'],
    ['user', user === undefined ? UNKNOWN : `uid ${user.uid}${user.loginUid === undefined ? '' : `, logged in as ${user.loginUid}`}`],
    ['process', `${process.pid}${process.thread === undefined ? '' : `, thread ${process.thread}`} ${process.executable ?? `(gone before it could be looked at)`}`], ['calls itself', process.name],
    ['command line', process.commandLine?.join(' ')], ['host', observed.host], ['boot', observed.bootId],
    ['device', deviceText(observed)], ['learnt from', SOURCES[device.source]], ['node', device.node], ['pci', device.pci], ['driver', device.driver], ['plugin', observed.plugin],
    ['command', observed.command ?? UNKNOWN], ['register', observed.register], ['effect', observed.effect], ['scope', scope ?? `${scopeNumber}, which is none`],
    ['request', `${request.bytes} bytes${request.head === undefined ? '' : `, which begin with ${request.head}`}`], ['room for reply', `${replyRoomBytes} bytes`],
    ['result', resultOf(observed)],
  ], style);
}

/** Its device as far as it is known. */
export function deviceText({ device: { address, node, candidates = [] } }: Pick<JournalObserved, 'device'>): string {
  if (address !== undefined) return address;
  return candidates.length === 0 ? node ?? UNKNOWN : `one of ${candidates.join(', ')}`;
}

/** The command and the register that it reaches, as far as they are known. */
export function commandName({ command, register }: Pick<JournalObserved, 'command' | 'register'>): string {
  return register === undefined ? command ?? UNKNOWN : `${command ?? UNKNOWN} ${register}`;
}

/** What became of it, in a word. */
export function resultOf({ result, errno }: Pick<JournalObserved, 'result' | 'errno'>): string {
  return errno === undefined ? result : `${result} (${errno})`;
}

const SOURCES: Readonly<Record<JournalObserved['device']['source'], string>> = {
  kernel: 'the request itself', 'open-files': 'what the process had open', unknown: 'nothing: neither the request nor what the process had open says it',
};
