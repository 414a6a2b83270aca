import type { Field } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { WORD_BYTES, type Window } from '../device-memory/block.js';
import { PluginError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import { dwordField, type DwordField } from '../layout/dword-field.js';
import type { ByteOrder } from '../native.js';

const BYTE_BITS = 8;
const WORD_BITS = WORD_BYTES * BYTE_BITS;

/**
 * Which field of the layout has which part in the mailbox. A layout that uses these very names (`request`, `request_length`, `doorbell`,
 * `owner`, `status`, `reply`, `reply_length`) needs nothing said. All lie at the top of the structure; the registers are integers within 32 bits.
 */
export interface MailboxNames {
  /** Bytes: where the request goes. */
  readonly request: string;
  /** The request's length in bytes; not written where the layout has no such field. */
  readonly requestLength: string;
  /** Written to make the device look. May be the same field as the owner. Other bits of its 32 are written as zero. */
  readonly doorbell: string;
  /**
   * Says whose the mailbox is. The device's from the write of the doorbell until the reply is complete. Its 32 bits hold more than
   * this field, so that all ones there mean that the device is gone.
   */
  readonly owner: string;
  /** The mailbox's own word on a message, not the firmware's; taken for success where the layout has no such field. */
  readonly status: string;
  /** Bytes: where the reply is. May be the same field as the request. */
  readonly reply: string;
  /** The reply's length in bytes; as much as was asked for where the layout has no such field. */
  readonly replyLength: string;
}

/** Which values mean what, by their names in the layout's enums. Left out: owner 0 is the host, status 0 is success, 1 rings the doorbell. */
export interface MailboxValues {
  readonly host?: string;
  readonly success?: string;
  readonly ring?: string;
}

/** A mailbox as its layout describes it. */
export interface MailboxLayout {
  /** The layout's name, for errors. */
  readonly name: string;
  readonly order: ByteOrder;
  readonly sizeBytes: number;
  readonly request: Window;
  readonly reply: Window;
  readonly doorbell: DwordField;
  readonly owner: DwordField;
  readonly requestLength: DwordField | undefined;
  readonly status: DwordField | undefined;
  readonly replyLength: DwordField | undefined;
  /** The longest request and reply, in bytes. */
  readonly maxRequestBytes: number;
  readonly maxReplyBytes: number;
  readonly host: number;
  readonly success: number;
  readonly ring: number;
  /** What a status is called. */
  readonly statusName: (status: number) => string | undefined;
}

const DEFAULTS: MailboxNames = { request: 'request', requestLength: 'request_length', doorbell: 'doorbell', owner: 'owner', status: 'status', reply: 'reply', replyLength: 'reply_length' };

/** Finds the parts of a mailbox in a structure. Throws `ERR_LAYOUT` when one is missing or cannot be what it should be. */
export function mailboxLayout(codec: Codec, names: Partial<MailboxNames> = {}, values: MailboxValues = {}): MailboxLayout {
  const name = { ...DEFAULTS, ...names };
  const register = (role: 'requestLength' | 'status' | 'replyLength'): DwordField | undefined => (
    names[role] === undefined && fieldOf(codec, name[role]) === undefined ? undefined : dwordField(codec, name[role])
  );
  const request = windowOf(codec, name.request);
  const reply = windowOf(codec, name.reply);
  const [requestLength, status, replyLength] = [register('requestLength'), register('status'), register('replyLength')];
  return {
    name: codec.document.name, order: codec.document.byteOrder, sizeBytes: codec.sizeBytes, request, reply,
    doorbell: dwordField(codec, name.doorbell), owner: ownerOf(codec, name.owner), requestLength, status, replyLength,
    maxRequestBytes: mostBytes(codec, name.requestLength, request), maxReplyBytes: reply.lengthBytes,
    host: valueOf(codec, name.owner, values.host, 0), success: valueOf(codec, name.status, values.success, 0), ring: valueOf(codec, name.doorbell, values.ring, 1),
    statusName: (value) => entriesOf(codec, name.status).find((entry) => Number(integerValue(entry.value)) === value)?.name,
  };
}

function fieldOf(codec: Codec, name: string): Field | undefined {
  return codec.scope.structures.get(codec.structure)?.fields.find((field) => field.name === name);
}

function windowOf(codec: Codec, name: string): Window {
  const field = fieldOf(codec, name);
  if (field?.type !== 'bytes' || field.sizeBits === 0 || field.offsetBits % WORD_BITS !== 0 || field.sizeBits % WORD_BITS !== 0) {
    throw new PluginError('ERR_LAYOUT', `${codec.document.name}: ${codec.structure} has no field ${name} of bytes in whole words of 32 bits`);
  }
  return { offsetBytes: field.offsetBits / BYTE_BITS, lengthBytes: field.sizeBits / BYTE_BITS };
}

function ownerOf(codec: Codec, name: string): DwordField {
  if (fieldOf(codec, name)?.sizeBits === WORD_BITS) {
    throw new PluginError('ERR_LAYOUT', `${codec.document.name}: ${name} fills its 32 bits, so that nothing tells an owner from a device that is gone`);
  }
  return dwordField(codec, name);
}

/** No request is longer than its length can say. */
function mostBytes(codec: Codec, lengthName: string, { lengthBytes }: Window): number {
  const bits = fieldOf(codec, lengthName)?.sizeBits ?? WORD_BITS;
  return Math.min(lengthBytes, 2 ** bits - 1);
}

function entriesOf(codec: Codec, name: string): readonly { readonly name: string; readonly value: string | number }[] {
  const field = fieldOf(codec, name);
  return field?.type === 'enum' ? codec.scope.enums.get(field.enum) ?? [] : [];
}

function valueOf(codec: Codec, field: string, symbol: string | undefined, otherwise: number): number {
  if (symbol === undefined) return otherwise;
  const entry = entriesOf(codec, field).find((each) => each.name === symbol);
  if (entry === undefined) throw new PluginError('ERR_LAYOUT', `${codec.document.name}: ${field} has no value ${symbol}`);
  return Number(integerValue(entry.value));
}
