import type { LayoutDocument } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { AuxctlError } from '../errors/base.js';
import { compileLayout } from '../layout/compile.js';
import { bytesField, integerField, textField } from '../layout/fields.js';
import type { Fields } from '../layout/types.js';
import type { ResourceAccess, ResourceQuery, ResourceRequest } from '../plugin/resources.js';
import type { ResourceSource } from './dump.js';
import { requestKey } from './request.js';
import { SegmentDecoder } from './segment-decoder.js';

/** A device for tests, whose dumps are made by hand and which can go wrong in every way. */

const uint = (name: string, offsetBits: number, sizeBits: number) => ({ name, type: 'uint', offsetBits, sizeBits }) as const;
const header = { name: 'header', type: 'struct', offsetBits: 0, sizeBits: 32, structure: 'header' } as const;

const document: LayoutDocument = {
  format: 'auxctl.layout/1', kind: 'structures', name: 'pieces', title: 'Segments', byteOrder: 'little',
  source: [{ document: 'this file', revision: '1', section: 'segments' }],
  enums: { types: [{ name: 'DATA', value: 1 }, { name: 'LINK', value: 2 }, { name: 'NOTE', value: 3 }, { name: 'END', value: 4 }, { name: 'MENU', value: 5 }] },
  structures: {
    header: { sizeBits: 32, fields: [uint('length', 0, 16), uint('type', 16, 16)] },
    data: { sizeBits: 64, fields: [header, uint('value', 32, 32)] },
    link: { sizeBits: 96, fields: [header, uint('kind', 32, 32), uint('index', 64, 32)] },
    note: { sizeBits: 96, fields: [header, uint('code', 32, 32), { name: 'text', type: 'string', offsetBits: 64, sizeBits: 32 }] },
    end: { sizeBits: 32, fields: [header] },
    other: { sizeBits: 32, fields: [header, { name: 'rest', type: 'bytes', offsetBits: 32, sizeBits: 0, tail: true }] },
  },
};

/** How this device's dumps are read. */
export const access: ResourceAccess = {
  segments: {
    document: 'pieces', header: 'header', types: 'types', key: ['value'],
    lengthBytes: (fields) => Number(integerField(fields, 'length')), type: (fields) => Number(integerField(fields, 'type')),
    structures: (name) => [...(name === undefined ? [] : [name.toLowerCase()]), 'other'],
    roles: { LINK: 'reference', NOTE: 'error', END: 'end', MENU: 'menu' },
  },
  menu: { kind: 0, selectors: [] },
  query: (request, previous) => ({ register: 'DUMP', fields: { key: requestKey(request), at: previous?.['at'] === undefined ? 0 : Number(previous['at']) } }),
  piece: (reply) => ({
    room: bytesField(reply, 'room'), lengthBytes: Number(reply['length']), hasMore: reply['more'] === 1, isInSequence: reply['wrong'] !== 1, position: String(reply['at']),
  }),
  readMenu: () => ({ kinds: [] }),
  readMessage: (fields) => ({ code: Number(integerField(fields, 'code')), text: textField(fields, 'text') }),
  readReference: (fields) => ask(Number(integerField(fields, 'kind')), Number(integerField(fields, 'index'))),
};

/** A request for one resource. */
export function ask(kind: number, index = 0): ResourceRequest {
  return { kind, selectors: [{ index, count: 0 }] };
}

/** A segment's bytes. */
export function segment(type: number, ...words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + words.length * 4);
  bytes.writeUInt16LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 2);
  words.forEach((word, place) => bytes.writeUInt32LE(word, 4 + place * 4));
  return bytes;
}

/** Segments of each kind. */
export const make = {
  data: (value: number) => segment(1, value),
  link: (kind: number, index = 0) => segment(2, kind, index),
  note: (code: number) => segment(3, code, 0x006f6e),
  end: () => segment(4),
};

/** What the device answers, instead of what it should. */
export type Spoil = (answer: Fields, query: ResourceQuery, queries: number) => Fields | AuxctlError;

/** A device that dumps `streams`, by the requests' keys, `roomBytes` at a time. */
export class TestDevice {
  readonly rounds: number[] = [];
  readonly #streams: ReadonlyMap<string, Uint8Array>;
  readonly #roomBytes: number;
  readonly #spoil: Spoil;

  constructor(streams: readonly (readonly [ResourceRequest, readonly Uint8Array[]])[], { roomBytes = 16, spoil = (answer) => answer }: { readonly roomBytes?: number; readonly spoil?: Spoil } = {}) {
    this.#streams = new Map(streams.map(([request, segments]) => [requestKey(request), new Uint8Array(Buffer.concat(segments))]));
    this.#roomBytes = roomBytes;
    this.#spoil = spoil;
  }

  async source(): Promise<ResourceSource> {
    return {
      access, decoder: await decoder(),
      read: async (queries) => {
        this.rounds.push(queries.length);
        return Promise.resolve(queries.map((query) => this.#answer(query, queries.length)));
      },
    };
  }

  #answer(query: ResourceQuery, queries: number): Fields | AuxctlError {
    const stream = this.#streams.get(String(query.fields['key']));
    if (stream === undefined) return new AuxctlError('ERR_KERNEL_REFUSED', 'there is no such thing');
    const at = Number(query.fields['at']);
    const room = new Uint8Array(this.#roomBytes);
    const piece = stream.subarray(at, at + this.#roomBytes);
    room.set(piece);
    const next = at + piece.length;
    return this.#spoil({ room, length: piece.length, more: next < stream.length ? 1 : 0, at: next, wrong: 0 }, query, queries);
  }
}

const device: Device = { address: 'test-0', bus: 'sim', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: [] };

/** Decodes this device's segments. */
export async function decoder(): Promise<SegmentDecoder> {
  return SegmentDecoder.load(access, { codec: async (_kind, _name, structure) => Promise.resolve(compileLayout(document, [], structure)) }, device);
}
