import { TransportError } from '../../errors/classes.js';
import { COMMAND } from './header.js';
import { parseVersion, type VersionRequest } from './version.js';
import { WireReader } from './wire.js';

/** DMA_MAP: guest memory becomes reachable. */
export interface DmaMapRequest {
  readonly type: 'dma-map';
  readonly readable: boolean;
  readonly writable: boolean;
  /** The client asks for access through a descriptor, so it must send one. */
  readonly needsDescriptor: boolean;
  readonly fileOffsetBytes: bigint;
  /** Guest bus address. */
  readonly address: bigint;
  readonly lengthBytes: bigint;
}

/** DMA_UNMAP: guest memory goes. */
export interface DmaUnmapRequest {
  readonly type: 'dma-unmap';
  readonly address: bigint;
  readonly lengthBytes: bigint;
}

/** A query with a limit on the length of its answer. */
export interface InfoRequest {
  readonly type: 'device-info' | 'region-info' | 'irq-info';
  readonly maxReplyBytes: number;
  /** Region or interrupt index; 0 for the device. */
  readonly index: number;
}

/** DEVICE_SET_IRQS. */
export interface SetIrqsRequest {
  readonly type: 'set-irqs';
  readonly data: 'none' | 'bool' | 'eventfd';
  readonly action: 'mask' | 'unmask' | 'trigger';
  readonly index: number;
  readonly start: number;
  readonly count: number;
  /** One a vector from `start` on where `data` is `bool`; otherwise empty. */
  readonly selected: readonly boolean[];
}

/** REGION_READ. */
export interface RegionReadRequest {
  readonly type: 'region-read';
  /** Exact below 2^53. */
  readonly offsetBytes: number;
  readonly region: number;
  readonly lengthBytes: number;
}

/** REGION_WRITE. */
export interface RegionWriteRequest {
  readonly type: 'region-write';
  /** Exact below 2^53. */
  readonly offsetBytes: number;
  readonly region: number;
  /** A view of the message. */
  readonly data: Uint8Array;
}

/** Any command of a client. `unknown` stands for all that this server does not know. */
export type ClientRequest =
  | VersionRequest
  | DmaMapRequest
  | DmaUnmapRequest
  | InfoRequest
  | SetIrqsRequest
  | RegionReadRequest
  | RegionWriteRequest
  | { readonly type: 'device-reset' }
  | { readonly type: 'unknown'; readonly command: number };

const DMA_FLAG = { readable: 1, writable: 2, mapped: 4, file: 8 } as const;
const IRQ_DATA: ReadonlyMap<number, SetIrqsRequest['data']> = new Map([[1, 'none'], [2, 'bool'], [4, 'eventfd']]);
const IRQ_ACTION: ReadonlyMap<number, SetIrqsRequest['action']> = new Map([[8, 'mask'], [0x10, 'unmask'], [0x20, 'trigger']]);
const IRQ_DATA_MASK = 0x07;
const IRQ_ACTION_MASK = 0x38;
/** More vectors than any interrupt type of PCI has; bounds what a count can make this server allocate. */
const MAX_VECTORS = 2048;

const PARSERS: ReadonlyMap<number, (reader: WireReader) => ClientRequest> = new Map<number, (reader: WireReader) => ClientRequest>([
  [COMMAND.version, parseVersion],
  [COMMAND.dmaMap, parseDmaMap],
  [COMMAND.dmaUnmap, parseDmaUnmap],
  [COMMAND.deviceGetInfo, parseDeviceInfo],
  [COMMAND.deviceGetRegionInfo, parseRegionInfo],
  [COMMAND.deviceGetIrqInfo, parseIrqInfo],
  [COMMAND.deviceSetIrqs, parseSetIrqs],
  [COMMAND.regionRead, parseRegionRead],
  [COMMAND.regionWrite, parseRegionWrite],
  [COMMAND.deviceReset, (): ClientRequest => ({ type: 'device-reset' })],
]);

/**
 * Parses the payload of one command. Throws `ERR_PROTOCOL` when its length is not what the command, or a count inside it, demands.
 * Values that the device decides about (indices, ranges) are not judged here.
 */
export function parseRequest(command: number, payload: Uint8Array): ClientRequest {
  const parse = PARSERS.get(command);
  if (parse === undefined) return { type: 'unknown', command };
  const reader = new WireReader(payload, `The payload of command ${String(command)}`);
  const request = parse(reader);
  reader.end();
  return request;
}

function parseDmaMap(reader: WireReader): DmaMapRequest {
  reader.u32();
  const flags = reader.u32();
  return {
    type: 'dma-map',
    readable: (flags & DMA_FLAG.readable) !== 0,
    writable: (flags & DMA_FLAG.writable) !== 0,
    needsDescriptor: (flags & (DMA_FLAG.mapped | DMA_FLAG.file)) !== 0,
    fileOffsetBytes: reader.u64(),
    address: reader.u64(),
    lengthBytes: reader.u64(),
  };
}

function parseDmaUnmap(reader: WireReader): DmaUnmapRequest {
  reader.u32();
  reader.u32();
  return { type: 'dma-unmap', address: reader.u64(), lengthBytes: reader.u64() };
}

function parseDeviceInfo(reader: WireReader): InfoRequest {
  const maxReplyBytes = reader.u32();
  reader.u32();
  reader.u32();
  reader.u32();
  return { type: 'device-info', maxReplyBytes, index: 0 };
}

function parseRegionInfo(reader: WireReader): InfoRequest {
  const maxReplyBytes = reader.u32();
  reader.u32();
  const index = reader.u32();
  reader.u32();
  reader.u64();
  reader.u64();
  return { type: 'region-info', maxReplyBytes, index };
}

function parseIrqInfo(reader: WireReader): InfoRequest {
  const maxReplyBytes = reader.u32();
  reader.u32();
  const index = reader.u32();
  reader.u32();
  return { type: 'irq-info', maxReplyBytes, index };
}

function parseSetIrqs(reader: WireReader): SetIrqsRequest {
  reader.u32();
  const flags = reader.u32();
  const data = IRQ_DATA.get(flags & IRQ_DATA_MASK);
  const action = IRQ_ACTION.get(flags & IRQ_ACTION_MASK);
  if (data === undefined || action === undefined) {
    throw new TransportError('ERR_PROTOCOL', `SET_IRQS has the flags 0x${flags.toString(16)}, which name not one action and one kind of data.`);
  }
  const index = reader.u32();
  const start = reader.u32();
  const count = reader.u32();
  if (count > MAX_VECTORS) throw new TransportError('ERR_PROTOCOL', `SET_IRQS counts ${String(count)} interrupts.`);
  const flagsByVector = data === 'bool' ? Array.from(reader.rest(), (byte) => byte !== 0) : [];
  if (data === 'bool' && flagsByVector.length !== count) {
    throw new TransportError('ERR_PROTOCOL', `SET_IRQS counts ${String(count)} interrupts and selects among ${String(flagsByVector.length)}.`);
  }
  return { type: 'set-irqs', data, action, index, start, count, selected: flagsByVector };
}

function parseRegionRead(reader: WireReader): RegionReadRequest {
  return { type: 'region-read', offsetBytes: reader.u64AsNumber(), region: reader.u32(), lengthBytes: reader.u32() };
}

function parseRegionWrite(reader: WireReader): RegionWriteRequest {
  const offsetBytes = reader.u64AsNumber();
  const region = reader.u32();
  const lengthBytes = reader.u32();
  const data = reader.rest();
  if (data.length !== lengthBytes) {
    throw new TransportError('ERR_PROTOCOL', `REGION_WRITE counts ${String(lengthBytes)} bytes and brings ${String(data.length)}.`);
  }
  return { type: 'region-write', offsetBytes, region, data };
}
