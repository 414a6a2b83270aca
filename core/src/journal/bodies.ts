import { createHash } from 'node:crypto';
import { MOST_JOURNAL_LINE_BYTES, type JournalIntent, type JournalObserved, type JournalOutcome, type JournalRefusal, type JournalWatch } from '@auxctl/schemas';
import type { CommandIntent, CommandResult, RefusedCommand } from '../channel/recorder.js';
import { pciIdText } from '../device/pci-id.js';
import type { Device } from '../device/types.js';
import { FirmwareError, SystemCallError } from '../errors/classes.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { Surroundings } from './surroundings.js';

/** An intent without what chains it. */
export type IntentBody = Omit<JournalIntent, 'previous' | 'sequence' | 'hash'>;
/** A refusal without what chains it. */
export type RefusalBody = Omit<JournalRefusal, 'previous' | 'sequence' | 'hash'>;
/** An outcome without what chains it. */
export type OutcomeBody = Omit<JournalOutcome, 'previous' | 'sequence' | 'hash'>;
/** A command of somebody else without what chains it. */
export type ObservedBody = Omit<JournalObserved, 'previous' | 'sequence' | 'hash'>;
/** What a watcher says of itself, without what chains it. */
export type WatchBody = Omit<JournalWatch, 'previous' | 'sequence' | 'hash'>;
/** Format and time of a record. */
export type Times = Pick<IntentBody, 'format' | 'time' | 'monotonicMs'>;

const MOST_TEXT = 512;
/** Of the command line, in bytes of JSON. */
const MOST_LINE_BYTES = 8192;
/** Of the longest line, what fields and changes may take; the rest is bounded by itself. */
const MOST_FIELD_BYTES = MOST_JOURNAL_LINE_BYTES / 5;
const HIDDEN = '***';

/** What is written of a command before it is sent. */
export function intentBody(intent: CommandIntent, times: Times, around: Surroundings, reason: string | undefined): IntentBody {
  const { transport, scope, request, secrets } = intent;
  return { type: 'intent', ...times, ...commandBody(intent, around, reason), transport, scope, request: requestOf(request, secrets) };
}

/** What is written of a command that a policy refused. */
export function refusalBody(command: RefusedCommand, times: Times, around: Surroundings, reason: string | undefined): RefusalBody {
  const { transport, scope, request, secrets, policy: { why, file, line, rule } } = command;
  return {
    type: 'refusal', ...times, ...commandBody(command, around, reason),
    ...(transport === undefined ? {} : { transport }), ...(scope === undefined ? {} : { scope }), ...(request === undefined ? {} : { request: requestOf(request, secrets) }),
    policy: { why, ...(file === undefined ? {} : { file: short(file) }), ...(line === undefined ? {} : { line }), ...(rule === undefined ? {} : { rule: short(rule) }) },
  };
}

function requestOf(request: Uint8Array, secrets: readonly string[]): IntentBody['request'] {
  return { bytes: request.length, ...(secrets.length > 0 ? {} : { sha256: createHash('sha256').update(request).digest('hex') }) };
}

/** What both have. */
function commandBody(command: Omit<RefusedCommand, 'policy'>, { process, ...around }: Surroundings, reason: string | undefined): Omit<IntentBody, keyof Times | 'type' | 'transport' | 'scope' | 'request'> {
  const { device, register, item, fields, changes, secrets } = command;
  const [keptFields, lostFields] = bounded(Object.entries(fields ?? {}), ([name, text]): [string, string] => [name, short(text)]);
  const [keptChanges, lostChanges] = bounded(changes ?? [], ({ field, before, after }) => ({ field, before: short(before), after: short(after) }));
  const leftOut = lostFields + lostChanges;
  const [commandLine] = bounded(process.commandLine, (word) => short(withoutSecret(word, secrets)), MOST_LINE_BYTES);
  return {
    ...around, process: { ...process, commandLine }, device: deviceOf(command, device), plugin: command.plugin, effect: command.effect, command: short(command.command),
    ...(register === undefined ? {} : { register }), ...(item === undefined ? {} : { item }),
    ...(fields === undefined ? {} : { fields: Object.fromEntries(keptFields) }), ...(changes === undefined ? {} : { changes: keptChanges }),
    ...(leftOut === 0 ? {} : { leftOut }), ...(reason === undefined ? {} : { reason: short(reason) }),
  };
}

/** What is written of a command once it is known what became of it. */
export function outcomeBody(intent: number, times: Times, durationMs: number, result: CommandResult): OutcomeBody {
  const reply = result.replyLengthBytes === undefined ? {} : { reply: { bytes: result.replyLengthBytes } };
  const head = { type: 'outcome', intent, ...times, durationMs } as const;
  if (result.ok) return { ...head, result: 'answered', ...reply };
  const { error } = result;
  const kind = error instanceof SystemCallError ? 'not-delivered' : KINDS[error.code] ?? (result.replyLengthBytes === undefined ? 'failed' : 'answered');
  return { ...head, result: kind, code: error.code, ...(error instanceof SystemCallError ? { errno: error.errno } : {}), ...(error instanceof FirmwareError ? statusOf(error) : {}), ...reply };
}

/** What was found out of a command of somebody else. */
export interface Observation {
  readonly times: Times;
  readonly around: Pick<Surroundings, 'bootId' | 'host'>;
  readonly call: { readonly thread: number; readonly name: string; readonly scope: number; readonly requestBytes: number; readonly replyRoomBytes: number; readonly head: Uint8Array };
  /** Of its process; undefined when that had gone. */
  readonly facts: { readonly pid: number; readonly executable: string | undefined; readonly commandLine: readonly string[]; readonly user: ObservedBody['user'] } | undefined;
  readonly device: ObservedBody['device'];
  readonly plugin: string | undefined;
  readonly named: Pick<ObservedBody, 'command' | 'register' | 'effect'> & { readonly secrets: readonly string[] };
  readonly scope: ObservedBody['scope'];
  readonly outcome: Pick<ObservedBody, 'result' | 'errno'>;
}

/** What is written of a command of somebody else. */
export function observedBody({ times, around, call, facts, device, plugin, named, scope, outcome }: Observation): ObservedBody {
  const { command, register, effect, secrets } = named;
  return {
    type: 'observed', ...times, ...around,
    process: { pid: facts?.pid ?? call.thread, ...(facts === undefined || facts.pid === call.thread ? {} : { thread: call.thread }), name: short(call.name), ...programOf(facts, secrets) },
    ...(facts?.user === undefined ? {} : { user: facts.user }), device, ...(plugin === undefined ? {} : { plugin }), ...(scope === undefined ? {} : { scope }), scopeNumber: call.scope, effect,
    ...(command === undefined ? {} : { command: short(command) }), ...(register === undefined ? {} : { register }),
    request: { bytes: call.requestBytes, ...(secrets.length > 0 ? {} : { head: Buffer.from(call.head).toString('hex') }) }, replyRoomBytes: call.replyRoomBytes, ...outcome,
  };
}

function programOf(facts: Observation['facts'], secrets: readonly string[]): Pick<ObservedBody['process'], 'executable' | 'commandLine'> {
  if (facts === undefined) return {};
  const [commandLine] = bounded(facts.commandLine, (word) => short(withoutSecret(word, secrets)), MOST_LINE_BYTES);
  return { ...(facts.executable === undefined ? {} : { executable: short(facts.executable) }), commandLine };
}

const KINDS: Readonly<Partial<Record<ErrorCode, OutcomeBody['result']>>> = {
  ERR_FIRMWARE_STATUS: 'refused', ERR_TRANSPORT_TIMEOUT: 'timed-out', ERR_DEVICE_GONE: 'device-gone', ERR_ABORTED: 'aborted', ERR_TRANSPORT_STUCK: 'not-delivered', ERR_CLOSED: 'not-delivered',
  ERR_NOT_CARRIED: 'not-delivered',
};

function statusOf({ status, statusName, syndrome }: FirmwareError): Partial<OutcomeBody> {
  return { status: hexadecimal(status), ...(statusName === undefined ? {} : { statusName }), ...(syndrome === undefined ? {} : { syndrome: hexadecimal(syndrome) }) };
}

function deviceOf({ serial, firmware }: Pick<CommandIntent, 'serial' | 'firmware'>, device: Device): IntentBody['device'] {
  const { address, pci, driver } = deviceIdentity(device);
  return {
    address, ...(pci === undefined ? {} : { pci }), ...(serial === undefined ? {} : { serial: short(serial) }), ...(driver === undefined ? {} : { driver }), ...(firmware === undefined ? {} : { firmware: short(firmware) }),
  };
}

/** How records name a device. */
export function deviceIdentity({ address, pci, driver }: Device): Pick<IntentBody['device'], 'address' | 'pci' | 'driver'> {
  return { address, ...(pci === undefined ? {} : { pci: pciIdText(pci) }), ...(driver === undefined ? {} : { driver }) };
}

/** Those that fit, and how many do not. */
function bounded<T, U>(all: readonly T[], render: (each: T) => U, mostBytes = MOST_FIELD_BYTES): [U[], number] {
  const kept: U[] = [];
  let bytes = 0;
  for (const each of all) {
    const rendered = render(each);
    bytes += Buffer.byteLength(JSON.stringify(rendered));
    if (bytes > mostBytes) break;
    kept.push(rendered);
  }
  return [kept, all.length - kept.length];
}

/** A word of the command line that sets a secret field keeps its name only. */
function withoutSecret(word: string, secrets: readonly string[]): string {
  const [path = '', ...values] = word.split('=');
  const names = path.split('.').map((part) => part.replace(/\[.*$/, ''));
  return values.length > 0 && names.some((name) => secrets.includes(name)) ? `${path}=${HIDDEN}` : word;
}

function short(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}...`;
}

function hexadecimal(value: bigint): string {
  return `0x${value.toString(16)}`;
}
