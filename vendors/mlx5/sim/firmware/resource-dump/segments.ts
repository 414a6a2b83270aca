import { dword, putDword, putText } from '../../wire.js';
import type { DumpRequest } from './request.js';

/** The segments that are no resources. */
export const SEGMENT = { notice: 0xfff9, command: 0xfffa, terminate: 0xfffb, error: 0xfffc, reference: 0xfffd, info: 0xfffe, menu: 0xffff } as const;

const HEADER_BYTES = 4;
const PREFIX_BYTES = 16;
const TARGET_BYTES = 20;
const INFO_BYTES = 16;
const MESSAGE_BYTES = 48;
const TEXT_BYTES = 32;
const DWORD_BYTES = 4;
const DUMP_VERSION = 1;

/** Fills in the header of a segment; its length is a multiple of 4. */
export function seal(bytes: Uint8Array, type: number): Uint8Array {
  dword(bytes, 0x0, [31, 16, bytes.length / DWORD_BYTES], [15, 0, type]);
  return bytes;
}

/** The dump's first segment. */
export function infoSegment(hardware: number, firmware: number): Uint8Array {
  const bytes = new Uint8Array(INFO_BYTES);
  dword(bytes, 0x4, [7, 0, DUMP_VERSION]);
  putDword(bytes, 0x8, hardware);
  putDword(bytes, 0xc, firmware);
  return seal(bytes, SEGMENT.info);
}

/** What was asked for. */
export function commandSegment(request: DumpRequest): Uint8Array {
  return targetSegment(SEGMENT.command, request);
}

/** What else there is. */
export function referenceSegment(request: DumpRequest): Uint8Array {
  return targetSegment(SEGMENT.reference, request);
}

function targetSegment(type: number, request: DumpRequest): Uint8Array {
  const bytes = new Uint8Array(TARGET_BYTES);
  // A reference has its target in the half of this dword where a command has the function.
  dword(bytes, 0x4, type === SEGMENT.command ? [31, 16, request.type] : [15, 0, request.type]);
  putDword(bytes, 0x8, request.index1);
  putDword(bytes, 0xc, request.index2);
  dword(bytes, 0x10, [31, 16, request.count1], [15, 0, request.count2]);
  return seal(bytes, type);
}

/** A notice or an error. */
export function messageSegment(kind: 'notice' | 'error', syndrome: number, text: string): Uint8Array {
  const bytes = new Uint8Array(MESSAGE_BYTES);
  dword(bytes, 0x4, [15, 0, syndrome]);
  putText(bytes, 0x10, TEXT_BYTES, text);
  return seal(bytes, SEGMENT[kind]);
}

/** A resource's state; `payload` is filled up to a multiple of 4. */
export function resourceSegment(type: number, index1: number, index2: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES + Math.ceil(payload.length / DWORD_BYTES) * DWORD_BYTES);
  putDword(bytes, 0x8, index1);
  putDword(bytes, 0xc, index2);
  bytes.set(payload, PREFIX_BYTES);
  return seal(bytes, type);
}

/** The dump's last segment. */
export function terminateSegment(): Uint8Array {
  return seal(new Uint8Array(HEADER_BYTES), SEGMENT.terminate);
}
