import { TransportError } from '@auxctl/core';
import { EVENT_TYPE, type FirmwareModel } from './firmware/types.js';
import { dword, dwordAt, putDword, putQuad, putText } from './wire.js';

/**
 * The driver's part where no kernel drives the model: the commands that bring a function up, in the order in which Linux sends
 * them, and those that make and end the user context of a client.
 */

const HEADER_BYTES = 16;
const CAPABILITY_REPLY_BYTES = 4112;
const PAGE_BYTES = 4096;

/** A command to send; lengths of a header where nothing is said. */
export interface CommandSpec {
  readonly opcode: number;
  readonly opMod?: number;
  readonly requestBytes?: number;
  readonly replyBytes?: number;
  readonly fill?: (request: Uint8Array) => void;
}

/**
 * Sends one command as the driver (uid 0) and returns its reply, which is its own.
 *
 * @throws ERR_TRANSPORT_TIMEOUT when the firmware hangs; ERR_NO_TRANSPORT when it refuses.
 */
export function sendAsDriver(model: FirmwareModel, { opcode, opMod = 0, requestBytes = HEADER_BYTES, replyBytes = HEADER_BYTES, fill }: CommandSpec): Uint8Array {
  const request = new Uint8Array(requestBytes);
  dword(request, 0x0, [31, 16, opcode]);
  dword(request, 0x4, [15, 0, opMod]);
  fill?.(request);
  const reply = model.execute(request, replyBytes);
  if (reply === undefined) throw new TransportError('ERR_TRANSPORT_TIMEOUT', 'the simulated firmware hangs');
  if (reply[0] !== 0) {
    const syndrome = dwordAt(reply, 0x4).toString(16);
    throw new TransportError('ERR_NO_TRANSPORT', `the simulated firmware refuses command 0x${opcode.toString(16)}: status 0x${(reply[0] ?? 0).toString(16)}, syndrome 0x${syndrome}`);
  }
  return reply;
}

function givePages(model: FirmwareModel, stage: number, firstPage: number): number {
  const wanted = dwordAt(sendAsDriver(model, { opcode: 0x107, opMod: stage }), 0xc);
  if (wanted === 0) return firstPage;
  sendAsDriver(model, {
    opcode: 0x108, opMod: 1, requestBytes: HEADER_BYTES + 8 * wanted,
    fill: (request) => {
      putDword(request, 0xc, wanted);
      for (let index = 0; index < wanted; index++) putQuad(request, HEADER_BYTES + 8 * index, (firstPage + index) * PAGE_BYTES);
    },
  });
  return firstPage + wanted;
}

function chooseStep(model: FirmwareModel): void {
  const request = new Uint8Array(HEADER_BYTES);
  dword(request, 0x0, [31, 16, 0x10a]);
  const reply = model.execute(request, 112);
  if (reply?.[0] !== 0 || (dwordAt(reply, 0x6c) & 2) === 0) return;
  sendAsDriver(model, { opcode: 0x10b, fill: (issi) => { putDword(issi, 0x8, 1); } });
}

function chooseCapabilities(model: FirmwareModel): void {
  const current = sendAsDriver(model, { opcode: 0x100, opMod: 1, replyBytes: CAPABILITY_REPLY_BYTES });
  sendAsDriver(model, {
    opcode: 0x109, requestBytes: CAPABILITY_REPLY_BYTES,
    fill: (request) => {
      request.set(current.subarray(HEADER_BYTES), HEADER_BYTES);
      dword(request, HEADER_BYTES + 0x40, [15, 14, 0]); // cmdif_checksum
      dword(request, HEADER_BYTES + 0x90, [15, 0, 0]); // log_uar_page_sz
    },
  });
}

const QUEUES = [
  { logEntries: 8, events: [EVENT_TYPE.commandCompletion] },
  { logEntries: 13, events: [EVENT_TYPE.portStateChange, EVENT_TYPE.temperatureWarning] },
  { logEntries: 8, events: [EVENT_TYPE.pageRequest] },
];

function createQueues(model: FirmwareModel, firstPage: number): void {
  const uar = dwordAt(sendAsDriver(model, { opcode: 0x802 }), 0x8);
  let page = firstPage;
  for (const { logEntries, events } of QUEUES) {
    const pages = (64 * 2 ** logEntries) / PAGE_BYTES;
    sendAsDriver(model, {
      opcode: 0x301, requestBytes: 0x110 + 8 * pages,
      fill: (request) => {
        dword(request, 0x1c, [28, 24, logEntries], [23, 0, uar]);
        putQuad(request, 0x58, events.reduce((mask, type) => mask | (1n << BigInt(type)), 0n));
        for (let index = 0; index < pages; index++) putQuad(request, 0x110 + 8 * index, (page + index) * PAGE_BYTES);
      },
    });
    page += pages;
  }
}

/**
 * Brings a model up from power-on until it is operational.
 *
 * @throws ERR_TRANSPORT_TIMEOUT when the firmware hangs; ERR_NO_TRANSPORT when it refuses.
 */
export function bringUp(model: FirmwareModel): void {
  sendAsDriver(model, { opcode: 0x104, replyBytes: 12 });
  chooseStep(model);
  const firstFree = givePages(model, 1, 1);
  sendAsDriver(model, { opcode: 0x805, requestBytes: 32, replyBytes: 32, fill: (request) => { dword(request, 0x8, [15, 0, 0x7004]); } });
  chooseCapabilities(model);
  const nextFree = givePages(model, 2, firstFree);
  sendAsDriver(model, { opcode: 0x102, requestBytes: 32 });
  sendAsDriver(model, { opcode: 0x10d, requestBytes: 80, fill: (request) => { putText(request, HEADER_BYTES, 64, 'auxctl,simulator'); } });
  createQueues(model, nextFree);
}

/** The capability that a client's context asks for where the device offers it. */
const TOOLS_RESOURCES = 4;
const UCTX_CAP_BYTES = 0xd4;

/** A client's context in the firmware. */
export interface UserContext {
  readonly uid: number;
  readonly capabilities: number;
}

/**
 * Makes a user context with the tools capability if the device offers it.
 *
 * @throws ERR_TRANSPORT_TIMEOUT when the firmware hangs; ERR_NO_TRANSPORT when there are too many contexts.
 */
export function createUserContext(model: FirmwareModel): UserContext {
  const general = sendAsDriver(model, { opcode: 0x100, opMod: 1, replyBytes: CAPABILITY_REPLY_BYTES });
  const capabilities = dwordAt(general, HEADER_BYTES + UCTX_CAP_BYTES) & TOOLS_RESOURCES;
  const reply = sendAsDriver(model, { opcode: 0xa04, requestBytes: 64, fill: (request) => { putDword(request, HEADER_BYTES, capabilities); } });
  return { uid: dwordAt(reply, 0x8) & 0xffff, capabilities };
}

/** Ends a user context. Does nothing when it is gone already or the firmware hangs. */
export function destroyUserContext(model: FirmwareModel, uid: number): void {
  const request = new Uint8Array(HEADER_BYTES);
  dword(request, 0x0, [31, 16, 0xa06]);
  dword(request, 0x8, [15, 0, uid]);
  model.execute(request, HEADER_BYTES);
}
