import { decoded } from '../channel/support.js';
import type { Decoded } from '../channel/types.js';
import type { Device } from '../device/types.js';
import type { Codec } from '../layout/codec.js';
import { symbolName } from '../layout/symbols.js';
import type { ResourceAccess } from '../plugin/resources.js';
import type { LayoutStore } from '../store/store.js';
import type { ResourceSegment } from './segment.js';

/** The header of a segment: how long the whole is, and what it holds. */
export interface SegmentHeader {
  readonly lengthBytes: number;
  readonly type: number;
}

/** Tells segments apart and decodes them, by the document that the plugin names. */
export class SegmentDecoder {
  readonly #access: ResourceAccess;
  readonly #layouts: Pick<LayoutStore, 'codec'>;
  readonly #device: Device;
  readonly #header: Codec;
  readonly #codecs = new Map<number, Promise<readonly Codec[]>>();

  private constructor(access: ResourceAccess, layouts: Pick<LayoutStore, 'codec'>, device: Device, header: Codec) {
    this.#access = access;
    this.#layouts = layouts;
    this.#device = device;
    this.#header = header;
  }

  /** Loads the header's layout; others are loaded as segments come. Rejects with `ERR_LAYOUT` or `ERR_UNKNOWN_NAME`. */
  static async load(access: ResourceAccess, layouts: Pick<LayoutStore, 'codec'>, device: Device): Promise<SegmentDecoder> {
    const { document, header } = access.segments;
    return new SegmentDecoder(access, layouts, device, await layouts.codec('structures', document, header));
  }

  /** So long is a segment at least. */
  get headerBytes(): number {
    return this.#header.sizeBytes;
  }

  /** Reads a header from exactly {@link headerBytes} bytes. */
  header(bytes: Uint8Array): SegmentHeader {
    const { segments } = this.#access;
    const fields = this.#header.decode(bytes);
    return { lengthBytes: segments.lengthBytes(fields), type: segments.type(fields) };
  }

  /** The plugin's name of a type of segment. */
  typeName(type: number): string | undefined {
    return symbolName(this.#header.scope.enums.get(this.#access.segments.types), BigInt(type));
  }

  /** Everything that can be said of a whole segment. */
  async decode(type: number, raw: Uint8Array): Promise<ResourceSegment> {
    const typeName = this.typeName(type);
    const role = this.#access.segments.roles[typeName ?? ''] ?? 'content';
    const named = { type, role, raw, ...(typeName === undefined ? {} : { typeName }) };
    const codecs = await this.#codecsOf(type, typeName);
    const codec = codecs.find(({ sizeBytes }) => sizeBytes <= raw.length);
    if (codec === undefined) return { ...named, problem: `it has ${raw.length} bytes, and its layout has ${codecs.at(-1)?.sizeBytes ?? 0}` };
    return { ...named, ...this.#read(role, decoded(codec, raw, this.#device, typeName ?? String(type))) };
  }

  #read(role: ResourceSegment['role'], content: Decoded): Partial<ResourceSegment> & { readonly decoded: Decoded } {
    const { fields } = content;
    switch (role) {
      case 'menu': {
        const menu = this.#access.readMenu(fields);
        return { decoded: content, menu, ...(menu.problem === undefined ? {} : { problem: menu.problem }) };
      }
      case 'notice':
      case 'error':
        return { decoded: content, message: this.#access.readMessage(fields) };
      case 'reference':
        return { decoded: content, reference: this.#access.readReference(fields) };
      default:
        return { decoded: content };
    }
  }

  /** The layouts that may fit, the closest first. */
  #codecsOf(type: number, typeName: string | undefined): Promise<readonly Codec[]> {
    const known = this.#codecs.get(type) ?? this.#loadCodecs(typeName);
    this.#codecs.set(type, known);
    return known;
  }

  async #loadCodecs(typeName: string | undefined): Promise<readonly Codec[]> {
    const { segments } = this.#access;
    const present = segments.structures(typeName).filter((name) => Object.hasOwn(this.#header.document.structures, name));
    return Promise.all(present.map((structure) => this.#layouts.codec('structures', segments.document, structure)));
  }
}

