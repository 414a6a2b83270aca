import type { JournalCommand, Verification } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { pairs, table } from '../output/table.js';
import type { JournalListDocument } from '../schemas/journal.js';
import { observedRow, type EntryRow } from './observed-text.js';

type Shown = Pick<JournalCommand, 'intent'> & { readonly outcome: JournalCommand['outcome'] | null };

/** What became of a command, in a word. */
export function resultText({ intent, outcome }: Shown): string {
  if (intent.type === 'refusal') return `refused by policy (${intent.policy.rule ?? intent.policy.why})`;
  if (outcome === undefined || outcome === null) return 'unfinished';
  const why = outcome.statusName ?? outcome.errno ?? outcome.code;
  return outcome.result === 'answered' && outcome.code === undefined ? outcome.result : `${outcome.result}${why === undefined ? '' : ` (${why})`}`;
}

/** Who sent it, as far as it is known. */
export function userText({ intent: { user } }: Shown): string {
  return user.sudoUser ?? String(user.loginUid ?? user.uid);
}

/** One line a command, in the order of the records. */
export function entryTable({ commands, observed }: Pick<JournalListDocument, 'commands' | 'observed'>, style: Style): string {
  const rows = [...commands.map(commandRow), ...observed.map(observedRow)].sort((a, b) => a.sequence - b.sequence);
  return table(rows, [
    { heading: 'SEQUENCE', cell: ({ sequence }) => String(sequence), align: 'right' },
    { heading: 'TIME', cell: ({ time }) => time },
    { heading: 'PROGRAM', cell: ({ program }) => program },
    { heading: 'USER', cell: ({ user }) => user },
    { heading: 'DEVICE', cell: ({ device }) => device },
    { heading: 'COMMAND', cell: ({ command }) => command },
    { heading: 'EFFECT', cell: ({ effect }) => effect },
    { heading: 'RESULT', cell: ({ result }) => result, paint: ({ isGood }, text) => (isGood ? text : style.warning(text)) },
    { heading: 'CHANGES', cell: ({ changes }) => changes },
    { heading: 'REASON', cell: ({ reason }) => reason },
  ], style);
}

function commandRow(command: Shown): EntryRow {
  const { intent, outcome } = command;
  return {
    sequence: intent.sequence, time: intent.time, program: 'auxctl', user: userText(command), device: intent.device.address, command: intent.command, effect: intent.effect,
    result: resultText(command), isGood: outcome?.result === 'answered',
    changes: (intent.changes ?? []).map(({ field, before, after }) => `${field}: ${before} -> ${after}`).join(', '), reason: intent.reason ?? '',
  };
}

/** All that is known of a command. */
export function commandText(command: Shown, style: Style): string {
  const { intent, outcome } = command;
  const { user, process, device, request } = intent;
  const policy = intent.type === 'refusal' ? intent.policy : undefined;
  const head = pairs([
    ['sequence', String(intent.sequence)], ['time', intent.time], ['reason', intent.reason],
    ['user', `uid ${user.uid}${user.loginUid === undefined ? '' : `, logged in as ${user.loginUid}`}${user.sudoUser === undefined ? '' : `, sudo by ${user.sudoUser}`}`],
    ['process', `${process.pid} ${process.executable}`], ['command line', process.commandLine.join(' ')], ['host', intent.host], ['boot', intent.bootId],
    ['device', device.address], ['pci', device.pci], ['serial', device.serial], ['driver', device.driver], ['firmware', device.firmware], ['plugin', `${intent.plugin}${intent.transport === undefined ? '' : `, over ${intent.transport}`}`],
    ['command', intent.command], ['register', intent.register], ['effect', intent.effect], ['scope', intent.scope],
    ['request', request === undefined ? undefined : `${request.bytes} bytes${request.sha256 === undefined ? '' : `, sha256 ${request.sha256}`}`],
    ['result', resultText(command)], ['policy', policy === undefined ? undefined : [policy.why, [policy.file, policy.line].filter((part) => part !== undefined).join(':'), policy.rule].filter((part) => part !== undefined && part !== '').join(', ')], ['status', outcome?.status], ['syndrome', outcome?.syndrome], ['took', outcome === null || outcome === undefined ? undefined : `${outcome.durationMs.toFixed(1)} ms`],
  ], style);
  const fields = table(Object.entries(intent.fields ?? {}), [{ heading: 'FIELD', cell: ([field]) => field }, { heading: 'SENT', cell: ([, text]) => text }], style);
  const changes = table(intent.changes ?? [], [{ heading: 'CHANGED', cell: ({ field }) => field }, { heading: 'BEFORE', cell: ({ before }) => before }, { heading: 'AFTER', cell: ({ after }) => after }], style);
  return [head, fields, changes].filter((part) => part !== '').join('\n');
}

/** A verdict, and each fault with its place. */
export function verificationText(found: Verification, directory: string, style: Style): string {
  if (found.state === 'absent') return `there is no journal in ${directory}\n`;
  const faults = found.problems.map(({ file, line, message, kind }) => `${style.heading(`${file}${line === undefined ? '' : `:${line}`}`)}: ${message} ${style.dim(`[${kind}]`)}\n`);
  const { unfinished, seal } = found;
  return faults.join('') + pairs([
    ['journal', directory], ['verdict', found.state === 'intact' ? style.good('intact') : style.bad('broken')],
    ['records', `${found.records} in ${found.files} ${found.files === 1 ? 'file' : 'files'}, ${found.first} to ${found.last}`],
    ['seal', SEALS[seal]],
    ['unsealed', found.unsealed === 0 ? undefined : `${found.unsealed} at the end: a writer was stopped, or is writing`],
    ['torn', found.tornBytes === 0 ? undefined : `${found.tornBytes} bytes at the end: a writer was stopped, or is writing`],
    ['recoveries', found.recoveries === 0 ? undefined : `${found.recoveries}: so often a writer was stopped in the middle`],
    ['unfinished', unfinished.count === 0 ? undefined : `${unfinished.count}: ${unfinished.sequences.join(', ')}`],
  ], style);
}

const SEALS: Readonly<Record<Verification['seal'], string>> = {
  proven: 'proven with the key', unproven: 'made with a key that was not given: not checked', plain: 'without a key: who can write the journal can also make a seal', missing: 'missing',
};
