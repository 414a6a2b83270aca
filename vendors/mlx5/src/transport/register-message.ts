import { bytesField, integerField, present, type Codec, type LayoutStore } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';
import type { IcmdAnswer } from './icmd.js';
import { valuesOf, type IcmdLayout } from './icmd-layout.js';

const DWORD_BYTES = 4;
const COMMAND = 'ACCESS_REG';

/** What the mailbox says of an access, by name, as the status of the same command; anything else is a bad parameter. */
const COMMAND_STATUS_OF_OPERATION: Readonly<Record<string, string>> = {
  OK: 'OK', BUSY: 'RES_BUSY', RESOURCE_NOT_AVAILABLE: 'BAD_RES', LENGTH_TOO_SMALL: 'BAD_INP_LEN', INTERNAL_ERROR: 'INT_ERR', CORRUPT_CONFIGURATION: 'INT_ERR',
  ERASE_EXCEEDED: 'LIM',
};

/** As {@link COMMAND_STATUS_OF_OPERATION}, for an access that the mailbox did not even look at. */
const COMMAND_STATUS_OF_MAILBOX: Readonly<Record<string, string>> = {
  INVALID_OPCODE: 'BAD_OP', INVALID_COMMAND: 'BAD_OP', OPERATIONAL_ERROR: 'INT_ERR', BUSY: 'RES_BUSY', ICM_NOT_AVAILABLE: 'BAD_SYS_STATE',
  WRITE_PROTECTED: 'BAD_SYS_STATE',
};
/** What the command's modifier is called in the message. */
const METHOD_OF_MODE: Readonly<Record<string, string>> = { READ: 'QUERY', WRITE: 'WRITE' };

const OTHERWISE = 'BAD_PARAM';

/** Turns the command that accesses a register into the mailbox's message for it, and the answer into the command's reply. */
export class RegisterMessages {
  readonly #layout: IcmdLayout;
  readonly #opcode: bigint;
  readonly #request: Codec;
  readonly #reply: Codec;

  private constructor(layout: IcmdLayout, opcode: bigint, request: Codec, reply: Codec) {
    this.#layout = layout;
    this.#opcode = opcode;
    this.#request = request;
    this.#reply = reply;
  }

  /** Reads the command's layouts; rejects with `ERR_LAYOUT`. */
  static async load(layout: IcmdLayout, layouts: LayoutStore): Promise<RegisterMessages> {
    const { opcode, request, reply } = await layouts.document('command', COMMAND);
    return new RegisterMessages(layout, integerValue(opcode), await layouts.codec('command', COMMAND, request), await layouts.codec('command', COMMAND, reply));
  }

  /** Bytes of a command's request beyond those of the register: the mailbox has room for its own header and that of the register alone. */
  largestCommandBytes(mailboxBytes: number): number {
    return mailboxBytes - this.#layout.message.sizeBytes + this.#request.sizeBytes;
  }

  /** The message for a request; `undefined` for any other command. */
  messageOf(request: Uint8Array): Uint8Array | undefined {
    if (request.length < this.#request.sizeBytes) return undefined;
    const fields = this.#request.decode(request);
    const mode = [...valuesOf(this.#request, 'op_mod')].find(([, value]) => BigInt(value) === integerField(fields, 'op_mod'))?.[0];
    const method = METHOD_OF_MODE[mode ?? ''];
    if (integerField(fields, 'opcode') !== this.#opcode || method === undefined) return undefined;
    const data = bytesField(fields, 'register_data');
    const padded = new Uint8Array(Math.ceil(data.length / DWORD_BYTES) * DWORD_BYTES);
    padded.set(data);
    return this.#layout.message.encode({
      method, register_id: integerField(fields, 'register_id'), register_dwords: 1 + padded.length / DWORD_BYTES, register_data: padded,
    });
  }

  /** The reply to the command: at most `lengthBytes`, with the firmware's syndrome where it refused. */
  replyOf({ status, syndrome, message }: IcmdAnswer, lengthBytes: number): Uint8Array {
    const { data, verdict } = this.#verdict(status, message);
    const isDone = verdict === COMMAND_STATUS_OF_OPERATION['OK'];
    return this.#reply.encode({ status: verdict, syndrome: isDone ? 0 : syndrome, register_data: isDone ? data : new Uint8Array() }).subarray(0, lengthBytes);
  }

  #verdict(status: number, message: Uint8Array): { readonly data: Uint8Array; readonly verdict: string } {
    const mailboxStatus = [...valuesOf(this.#layout.space, 'status')].find(([, value]) => value === status)?.[0];
    if (mailboxStatus !== 'OK') return { data: new Uint8Array(), verdict: COMMAND_STATUS_OF_MAILBOX[mailboxStatus ?? ''] ?? OTHERWISE };
    const operation = present(this.#layout.message, message)['operation_status'];
    const symbol = operation?.type === 'value' ? operation.symbol ?? '' : '';
    return { data: bytesField(this.#layout.message.decode(message), 'register_data'), verdict: COMMAND_STATUS_OF_OPERATION[symbol] ?? OTHERWISE };
  }
}
