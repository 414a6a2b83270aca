import type { Effect, JournalRefusal, Scope, TransportKind } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import type { AuxctlError } from '../errors/base.js';
import type { PolicyChange } from '../policy/types.js';

/** One field of a register before and after a write, each as one line of text. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** Something inside a register or behind a command that a caller knows by a name of its own, such as an item of stored configuration. */
export interface CommandSubject {
  /** The name of its document in the plugin's layouts. */
  readonly item: string;
  /** What becomes of its fields, without what is secret; empty where that is not known. */
  readonly changes: readonly FieldChange[];
  /** What a policy judges it by, secret fields among them; the bytes that are sent when absent. */
  readonly parts?: readonly PolicyChange[];
}

/** What is known of a command that is about to be sent and can change the device. */
export interface CommandIntent {
  readonly device: Device;
  readonly plugin: string;
  readonly transport: TransportKind;
  /** As the device said before the command, where it did. */
  readonly firmware?: string;
  readonly serial?: string;
  readonly command: string;
  /** The register that the command reaches. */
  readonly register?: string;
  /** The item of stored configuration that it sets or resets; `changes` are those of its fields. */
  readonly item?: string;
  readonly effect: Effect;
  readonly scope: Scope;
  /** The bytes that are sent. Not to be kept or changed. */
  readonly request: Uint8Array;
  /** What is sent, by the paths of fields, as text: without what is zero or secret. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What a register write changes, without what is secret. */
  readonly changes?: readonly FieldChange[];
  /** Names of fields in the request whose values must not be kept anywhere. */
  readonly secrets: readonly string[];
}

/** What is known of a command that a policy refused: nothing of it was sent, and it may have been refused before there was a request. */
export interface RefusedCommand extends Omit<CommandIntent, 'transport' | 'scope' | 'request'>, Partial<Pick<CommandIntent, 'transport' | 'scope' | 'request'>> {
  readonly policy: JournalRefusal['policy'];
}

/** What became of a command. */
export type CommandResult =
  /** The device answered with success. */
  | { readonly ok: true; readonly replyLengthBytes: number }
  /** It did not, or what it answered is no success; with a reply where there was one. */
  | { readonly ok: false; readonly error: AuxctlError; readonly replyLengthBytes?: number };

/** Commands that have been recorded, and not their outcomes yet. */
export interface OpenRecord {
  /** Records what became of them, one result a command in the same order. To be called once. Does not reject: the commands have been sent. */
  end(results: readonly CommandResult[]): Promise<void>;
}

/** Keeps a record of every command that can change a device. */
export interface CommandRecorder {
  /**
   * Records commands that are about to be sent together; once it resolves the record outlives a crash. When it rejects, as with
   * `ERR_JOURNAL`, none is sent.
   */
  begin(intents: readonly CommandIntent[], signal?: AbortSignal): Promise<OpenRecord>;
  /** Records commands that a policy refused, which are not sent whatever becomes of this. A recorder without it keeps none of them. */
  refuse?(commands: readonly RefusedCommand[], signal?: AbortSignal): Promise<void>;
}
