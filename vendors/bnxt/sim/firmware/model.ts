import { createHash } from 'node:crypto';
import type { PciIdentity } from '@auxctl/core';
import { numberAt, putNumber } from '../bytes.js';
import { COMMANDS } from './commands/index.js';
import { ERROR } from './codes.js';
import { contents, firstState, resetFunction } from './state.js';
import type { FirmwareFaults, FirmwareOptions, FirmwareState, Request } from './types.js';

const BROADCOM = 0x14e4;
const ETHERNET = 0x020000;
const HEADER_BYTES = 8;
const ERROR_REPLY_BYTES = 16;

/** The firmware of a NetXtreme: requests in, replies out. Written from the interface's header, without auxctl's layouts. */
export class FirmwareModel {
  readonly faults: FirmwareFaults = { hang: false, refuse: new Map() };
  readonly identity: PciIdentity;
  readonly state: FirmwareState;
  readonly #onCommand: FirmwareOptions['onCommand'];
  #sequence = 0;

  constructor(options: FirmwareOptions) {
    this.state = firstState(options);
    this.#onCommand = options.onCommand;
    this.identity = { vendorId: BROADCOM, deviceId: options.profile.pciDeviceId, subsystemVendorId: BROADCOM, subsystemId: 0x4140, revision: options.profile.chipRevision, classCode: ETHERNET };
  }

  /** Executes one request, whatever its length; `undefined` when the firmware hangs. The reply is complete, its last byte 1. */
  execute(bytes: Uint8Array): Uint8Array | undefined {
    const request = requestOf(bytes);
    const outcome = this.faults.hang ? undefined : this.#run(request);
    const status = typeof outcome === 'number' ? outcome : 0;
    this.#onCommand?.({
      sequence: this.#sequence++, command: COMMANDS[request.opcode]?.name ?? `0x${request.opcode.toString(16)}`, request: bytes.slice(), status: outcome === undefined ? undefined : status,
    });
    if (outcome === undefined) return undefined;
    return finished(request, status, typeof outcome === 'number' ? new Uint8Array(ERROR_REPLY_BYTES) : this.#asLongAsKnown(request.opcode, outcome));
  }

  /** A reset of the function by its bus. */
  reset(): void {
    resetFunction(this.state);
  }

  /** A hash of all that commands can change on purpose. */
  digest(): string {
    return createHash('sha256').update(contents(this.state)).digest('hex');
  }

  #run(request: Request): Uint8Array | number {
    const { profile } = this.state;
    const refused = this.faults.refuse.get(request.opcode);
    if (refused !== undefined) return refused;
    const command = profile.unknown.includes(request.opcode) ? undefined : COMMANDS[request.opcode];
    return command?.run(this.state, request) ?? ERROR.notSupported;
  }

  #asLongAsKnown(opcode: number, reply: Uint8Array): Uint8Array {
    return reply.slice(0, this.state.profile.replyBytes.get(opcode) ?? reply.length);
  }
}

function requestOf(bytes: Uint8Array): Request {
  const at = (widthBytes: number) => (offsetBytes: number): number => numberAt(bytes, offsetBytes, widthBytes);
  return { bytes, opcode: numberAt(bytes, 0, 2), u8: at(1), u16: at(2), u32: at(4) };
}

function finished({ bytes, opcode }: Request, status: number, reply: Uint8Array): Uint8Array {
  reply.fill(0, 0, HEADER_BYTES);
  putNumber(reply, 0, 2, status);
  putNumber(reply, 2, 2, opcode);
  putNumber(reply, 4, 2, numberAt(bytes, 4, 2));
  putNumber(reply, 6, 2, reply.length);
  reply[reply.length - 1] = 1;
  return reply;
}
