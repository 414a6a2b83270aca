import type { NativeSource, UnixDatagram } from '../native.js';
import type { IntentBody, ObservedBody, OutcomeBody, RefusalBody, WatchBody } from './bodies.js';

type Fields = readonly (readonly [name: string, value: string])[];

/** A record on its way to the system's journal, with the intent that it belongs to. */
export interface SentRecord {
  readonly sequence: number;
  readonly body: IntentBody | OutcomeBody | RefusalBody;
  readonly of: IntentBody | RefusalBody;
}

/** Where systemd-journald listens. */
export const SYSTEM_JOURNAL_SOCKET = '/run/systemd/journal/socket';

const INFORMATION = '6';
const NOTICE = '5';
const WARNING = '4';
const LENGTH_BYTES = 8;
const TOO_LONG = 'EMSGSIZE';

/**
 * Passes copies of records to systemd-journald in its native protocol (systemd, docs/JOURNAL_NATIVE_PROTOCOL.md): one datagram a record. What
 * fails there is no reason to refuse a command, and is silent.
 */
export class SystemJournal {
  readonly #native: NativeSource;
  readonly #path: string;
  #socket: UnixDatagram | undefined;

  /** `path` is that of a socket that exists. */
  constructor(native: NativeSource, path: string = SYSTEM_JOURNAL_SOCKET) {
    this.#native = native;
    this.#path = path;
  }

  /** Sends copies; resolves whether they arrive or not. */
  async send(records: readonly SentRecord[]): Promise<void> {
    await this.#sendAll(records.map((record) => [systemFields(record), { sequence: record.sequence, ...record.body }]));
  }

  /** Sends copies of what others did, and of what watchers say of themselves; resolves whether they arrive or not. */
  async sendObservations(records: readonly ({ readonly sequence: number } & (ObservedBody | WatchBody))[]): Promise<void> {
    await this.#sendAll(records.map((record) => [record.type === 'observed' ? observedFields(record) : watchFields(record), record]));
  }

  async #sendAll(copies: readonly (readonly [fields: Fields, record: object])[]): Promise<void> {
    try {
      this.#socket ??= (await this.#native()).connectDatagram(this.#path);
      for (const [fields, record] of copies) sendOne(this.#socket, fields, record);
    } catch {
      this.#socket?.close();
      this.#socket = undefined;
    }
  }
}

/** A record that is too long for a datagram is sent without its fields. */
function sendOne(socket: UnixDatagram, fields: Fields, record: object): void {
  try {
    socket.send(encoded([...fields, ['AUXCTL_RECORD', JSON.stringify(record)]]));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === TOO_LONG)) throw error;
    socket.send(encoded(fields));
  }
}

/** What is looked for: `journalctl AUXCTL_DEVICE=...`. */
function systemFields({ sequence, body, of }: SentRecord): Fields {
  const what = `${of.device.address}: ${of.command} (${[of.effect, of.scope].filter((each) => each !== undefined).join(', ')})`;
  const [became, isGood] = becameOf(body);
  const all: [string, string | number | undefined][] = [
    ['MESSAGE', what + became], ['PRIORITY', isGood ? NOTICE : WARNING], ['SYSLOG_IDENTIFIER', 'auxctl'],
    ['AUXCTL_TYPE', body.type], ['AUXCTL_SEQUENCE', sequence], ['AUXCTL_INTENT', body.type === 'outcome' ? body.intent : sequence],
    ['AUXCTL_DEVICE', of.device.address], ['AUXCTL_PCI', of.device.pci], ['AUXCTL_PLUGIN', of.plugin], ['AUXCTL_COMMAND', of.command], ['AUXCTL_REGISTER', of.register],
    ['AUXCTL_EFFECT', of.effect], ['AUXCTL_SCOPE', of.scope], ['AUXCTL_USER', of.user.uid], ['AUXCTL_SUDO_USER', of.user.sudoUser], ['AUXCTL_REASON', of.reason],
    ['AUXCTL_RESULT', body.type === 'outcome' ? body.result : undefined], ['AUXCTL_CODE', body.type === 'outcome' ? body.code : undefined],
    ['AUXCTL_POLICY', body.type === 'refusal' ? [body.policy.why, body.policy.file, body.policy.line, body.policy.rule].filter((each) => each !== undefined).join(':') : undefined],
  ];
  return given(all);
}

function observedFields({ sequence, device, command = 'an unknown command', register, process, plugin, effect, scope, user, result, errno }: { readonly sequence: number } & ObservedBody): Fields {
  const where = device.address ?? device.node ?? 'an unknown device';
  return given([
    ['MESSAGE', `${where}: ${register === undefined ? command : `${command} ${register}`} (${effect}, ${scope ?? 'no scope'}) was sent by ${process.executable ?? 'a program that has ended'}, process ${process.pid}`],
    ['PRIORITY', effect === 'inspect' ? INFORMATION : WARNING], ['SYSLOG_IDENTIFIER', 'auxctl'], ['AUXCTL_TYPE', 'observed'], ['AUXCTL_SEQUENCE', sequence],
    ['AUXCTL_DEVICE', device.address], ['AUXCTL_PCI', device.pci], ['AUXCTL_PLUGIN', plugin], ['AUXCTL_COMMAND', command], ['AUXCTL_REGISTER', register], ['AUXCTL_EFFECT', effect], ['AUXCTL_SCOPE', scope],
    ['AUXCTL_USER', user?.uid], ['AUXCTL_RESULT', result], ['AUXCTL_ERRNO', errno], ['AUXCTL_PROCESS', process.pid], ['AUXCTL_PROCESS_NAME', process.name], ['AUXCTL_EXECUTABLE', process.executable],
  ]);
}

function watchFields({ sequence, event, why, lost }: { readonly sequence: number } & WatchBody): Fields {
  const message = event === 'lost' ? `commands of other programs were missed: ${lost ?? 'nobody knows how many'} (${why ?? 'unknown'})` : `watching commands of other programs has ${event === 'began' ? 'begun' : 'ended'}`;
  return given([['MESSAGE', message], ['PRIORITY', event === 'lost' ? WARNING : NOTICE], ['SYSLOG_IDENTIFIER', 'auxctl'], ['AUXCTL_TYPE', 'watch'], ['AUXCTL_SEQUENCE', sequence], ['AUXCTL_EVENT', event]]);
}

function given(all: readonly (readonly [string, string | number | undefined])[]): Fields {
  return all.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
}

/** What is said of a record, and whether that is how it should be. */
function becameOf(body: SentRecord['body']): [string, boolean] {
  if (body.type === 'intent') return [' is sent', true];
  if (body.type === 'refusal') return [': refused by policy', false];
  return [`: ${body.result}`, body.result === 'answered'];
}

/** `NAME=value`, or where the value has a newline: the name, a newline, the value's length in 64 bits, little-endian, and the value. */
function encoded(fields: readonly (readonly [string, string])[]): Uint8Array {
  return Buffer.concat(fields.map(([name, value]) => {
    if (!value.includes('\n')) return Buffer.from(`${name}=${value}\n`);
    const bytes = Buffer.from(value);
    const length = Buffer.from(bytes.length.toString(16).padStart(2 * LENGTH_BYTES, '0'), 'hex').reverse();
    return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
  }));
}
