import type { Manifest } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { FirmwareError, ReplyError, SystemCallError, UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { LayoutStore } from '../store/store.js';
import { integerField } from '../layout/fields.js';
import { present } from '../present/present.js';

/** How a device's requests and replies show what they are: the manifest's `framing`, compiled. */
export class Framing {
  readonly #manifest: Manifest;
  readonly #request: Codec;
  readonly #reply: Codec;

  private constructor(manifest: Manifest, request: Codec, reply: Codec) {
    this.#manifest = manifest;
    this.#request = request;
    this.#reply = reply;
  }

  /** Loads the two header layouts that the manifest names. */
  static async load(manifest: Manifest, layouts: LayoutStore): Promise<Framing> {
    const { document, request, reply } = manifest.framing;
    return new Framing(manifest, await layouts.codec('structures', document, request.structure), await layouts.codec('structures', document, reply.structure));
  }

  /** The opcode and modifier of a request. Throws `ERR_USAGE` for one that is too short to have them. */
  identify(request: Uint8Array): { readonly opcode: bigint; readonly modifier: bigint | undefined } {
    if (request.length < this.#request.sizeBytes) {
      throw new UsageError('ERR_USAGE', `a request has at least ${this.#request.sizeBytes} bytes, this one ${request.length}`);
    }
    const { opcode, modifier } = this.#manifest.framing.request;
    const fields = this.#request.decode(request);
    return { opcode: integerField(fields, opcode), modifier: modifier === undefined ? undefined : integerField(fields, modifier) };
  }

  /** The reply without what a driver gives beyond the bytes that it counts; all of it where it counts none. */
  counted(reply: Uint8Array): Uint8Array {
    const { length } = this.#manifest.framing.reply;
    if (length === undefined || reply.length < this.#reply.sizeBytes) return reply;
    const lengthBytes = this.#reply.sizeBytes + Number(integerField(this.#reply.decode(reply), length));
    return lengthBytes < reply.length ? reply.subarray(0, lengthBytes) : reply;
  }

  /** Throws `ERR_FIRMWARE_STATUS` unless the reply reports success, `ERR_REPLY` when it is too short to tell. */
  requireSuccess(reply: Uint8Array, command: string, device: string): void {
    if (reply.length < this.#reply.sizeBytes) {
      throw new ReplyError('ERR_REPLY', `the reply has ${reply.length} bytes, fewer than its header of ${this.#reply.sizeBytes}`, { command, device });
    }
    const framing = this.#manifest.framing.reply;
    const fields = this.#reply.decode(reply);
    const status = integerField(fields, framing.status);
    if (status === integerValue(framing.success)) return;
    const host = framing.hostFailures?.find((failure) => integerValue(failure.status) === status);
    if (host !== undefined) throw new SystemCallError('ERR_DELIVERY', `${command} did not reach the firmware (${host.errno}): ${host.meaning}`, host.errno, { command, device });
    const shown = present(this.#reply, reply)[framing.status];
    const statusName = shown?.type === 'value' ? shown.symbol : undefined;
    const syndrome = framing.syndrome === undefined ? undefined : integerField(fields, framing.syndrome);
    const why = syndrome === undefined ? '' : `, syndrome 0x${syndrome.toString(16).padStart(8, '0')}`;
    throw new FirmwareError(`${framing.answeredBy ?? 'the firmware'} refused ${command}: status 0x${status.toString(16)} ${statusName ?? 'unknown'}${why}`, { status, statusName, syndrome }, { command, device });
  }
}
