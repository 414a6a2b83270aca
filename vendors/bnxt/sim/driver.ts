import { InProcessTransport, type DriverRefusal, type RpcRequest, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { message, numberAt, putNumber, raw, u16, u32, u8 } from './bytes.js';
import type { FirmwareModel } from './firmware/model.js';

/**
 * The driver's part where no kernel drives the model: what `bnxt_en` sends to bring a function up, and what `drivers/fwctl/bnxt` does with
 * a request (Linux 7.2).
 */

/** fwctl's number for bnxt. */
const DEVICE_TYPE = 3;
/** What INFO says: inline, query and send commands. */
const CONTEXT_CAPABILITIES = 0x7;
const MAX_REQUEST_BYTES = 128;
const MAX_REPLY_BYTES = 2 * 1024 * 1024;
const HEADER_BYTES = 16;
const REPLY_HEADER_BYTES = 8;
const NO_RING = 0xffff;
const SHORT_SIGNATURE = 0x4321;
/** Minus EBUSY in 16 bits, which stands in the reply when the firmware did not answer in time. */
const TIMED_OUT = 0xfff0;

/** The opcodes that the driver passes, by the least scope: its number in the list of scopes. */
const ALLOWED: readonly (readonly number[])[] = [
  [0x0011, 0x0025, 0x00c0, 0x00c3, 0x00c8, 0xff0f, 0xff15, 0xff16, 0xffec, 0xffee, 0xfff0, 0xfff5, 0xfff7, 0xfff8, 0xfff9],
  [
    0x0000, 0x000c, 0x0015, 0x0016, 0x0018, 0x0027, 0x0028, 0x002a, 0x002c, 0x0037, 0x0039, 0x0047, 0x0087, 0x0088, 0x008a, 0x008c, 0x008d, 0x008f,
    0x00a0, 0x00b6, 0x00bc, 0x00be, 0x00c1, 0x00c2, 0x00c9, 0x00da, 0x00dd, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x0112, 0x0124, 0x0190, 0x0192, 0x0194,
    0x0198, 0x019c, 0x01a1, 0x01a4, 0x01a8, 0x01ac, 0x01c3, 0x0200, 0x0232, 0xff1c, 0xff20, 0xff21, 0xff25, 0xff26, 0xff2e, 0xff2f, 0xfff6, 0xfffb,
  ],
  [0x002b, 0x00b5],
];
const SCOPES: readonly string[] = ['configuration', 'debug-read-only', 'debug-write', 'debug-write-full'];

function send(model: FirmwareModel, opcode: number, lengthBytes = 24, ...parts: Parameters<typeof message>[1][]): void {
  model.execute(message(lengthBytes, u16(0, opcode, NO_RING, 0, NO_RING), ...parts));
}

/** Brings a model up as a kernel on two processors does, as far as it changes what later commands answer. */
export function bringUp(model: FirmwareModel): void {
  const own = u16(16, NO_RING);
  send(model, 0x0000, 24, u8(16, 1, 10, 3));
  send(model, 0x0011);
  send(model, 0x001d, 112, u32(16, 0x4, 0x1b), u16(24, 0x24), u8(26, 1, 10, 3));
  send(model, 0x0017, 128, own, u32(24, 0x801bc), u16(32, 3, 2, 2, 4, 0, 1, 2, 2));
  send(model, 0x0017, 128, own, u32(24, 0x80084), u16(32, 3), u16(42, 5, 0, 2));
}

/** What the driver refuses before anything reaches the firmware. */
function refusal({ request, replyLengthBytes, scope }: RpcRequest): DriverRefusal | undefined {
  if (request.length < HEADER_BYTES || request.length > MAX_REQUEST_BYTES || replyLengthBytes < REPLY_HEADER_BYTES) return { errno: 'EINVAL' };
  const least = ALLOWED.findIndex((opcodes) => opcodes.includes(numberAt(request, 0, 2)));
  return least < 0 || SCOPES.indexOf(scope) < least ? { errno: 'EPERM' } : undefined;
}

/** The driver numbers messages, here each as the first, and says where the reply goes, which is nowhere. */
function stamped(request: Uint8Array): Uint8Array {
  const own = request.slice();
  own.fill(0, 4, 6);
  own.fill(0, 8, HEADER_BYTES);
  return own;
}

/** What the caller's buffer holds after the driver has handled the firmware's reply: cleared to its end, without the mark of completeness. */
function delivered(reply: Uint8Array, isInterruptAwaited: boolean, lengthBytes: number): Uint8Array {
  const seen = reply.slice();
  if (isInterruptAwaited) putNumber(seen, 0, 2, TIMED_OUT);
  else seen[seen.length - 1] = 0;
  return message(lengthBytes, raw(0, seen.subarray(0, lengthBytes)));
}

function timedOut(lengthBytes: number): Uint8Array {
  return message(lengthBytes, u16(0, TIMED_OUT));
}

/** Faults of what is between a caller and the firmware. */
export interface DriverFaults {
  /** The driver gives up on the firmware at once, as it does on a silent one after half a second. */
  timeOut: boolean;
}

/**
 * Reaches a firmware model in this process, as the kernel's driver would; `device` is the address that errors name. The model must have been
 * brought up. Calls reject with `ERR_KERNEL_REFUSED` for what the driver does not pass, and wait while the firmware hangs.
 */
export function openSimTransport(model: FirmwareModel, device: string, faults: DriverFaults): Transport {
  return new InProcessTransport({
    device,
    limits: { maxRequestBytes: MAX_REQUEST_BYTES, maxReplyBytes: MAX_REPLY_BYTES },
    info: { deviceType: DEVICE_TYPE, data: message(4, u32(0, CONTEXT_CAPABILITIES)) },
    meanings: manifest,
    isPresent: () => true,
    execute: (rpc) => {
      const refused = refusal(rpc);
      if (refused !== undefined) return refused;
      const ring = numberAt(rpc.request, 2, 2);
      if (faults.timeOut || ring === SHORT_SIGNATURE) return timedOut(rpc.replyLengthBytes);
      const reply = model.execute(stamped(rpc.request));
      return reply === undefined ? undefined : delivered(reply, ring !== NO_RING, rpc.replyLengthBytes);
    },
  });
}
