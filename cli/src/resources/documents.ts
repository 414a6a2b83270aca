import type { ResourceDumpEvent, ResourceMenu, ResourceRequest } from '@auxctl/core';
import { decodedDocument } from '../fields/decoded.js';
import type { ResourceFailureDocument, ResourceRequestDocument, ResourceSegmentDocument } from '../schemas/resources.js';

/** What comes of a dump, as documents hold it. */
export class ResourceDocuments {
  readonly #device: string;
  readonly #names: ReadonlyMap<number, string>;

  constructor(device: string, { kinds }: ResourceMenu) {
    this.#device = device;
    this.#names = new Map(kinds.map(({ id, name }) => [id, name]));
  }

  segment({ segment, request, depth }: Extract<ResourceDumpEvent, { type: 'segment' }>): ResourceSegmentDocument {
    const { type, typeName, role, raw, decoded, message, reference, problem } = segment;
    return {
      schema: 'auxctl.resource-segment/1', ...this.#parts(request, depth),
      type, name: this.#names.get(type) ?? typeName ?? null, role, decoded: decoded === undefined ? null : withoutRaw(decodedDocument(decoded)),
      message: message ?? null, reference: reference === undefined ? null : this.request(reference), problem: problem ?? null, raw: Buffer.from(raw).toString('hex'),
    };
  }

  failure({ request, depth, error }: Extract<ResourceDumpEvent, { type: 'failure' }>): ResourceFailureDocument {
    return { schema: 'auxctl.resource-failure/1', ...this.#parts(request, depth), code: error.code, message: error.message };
  }

  request({ kind, selectors }: ResourceRequest): ResourceRequestDocument {
    return { id: kind, name: this.#names.get(kind) ?? null, selectors: selectors.map(({ index, count }) => ({ index, count })) };
  }

  #parts(request: ResourceRequest, depth: number) {
    return { device: this.#device, request: this.request(request), depth };
  }
}

function withoutRaw({ fields, anomalies }: ReturnType<typeof decodedDocument>): NonNullable<ResourceSegmentDocument['decoded']> {
  return { fields, anomalies };
}

/** A request in a few words, as the command line would have it: `SND_BUFF 5 0+all`. */
export function requestText({ id, name, selectors }: ResourceRequestDocument): string {
  const shown = selectors.map(({ index, count }, position) => `index${position + 1}=${index}${count === 0 ? '' : ` count${position + 1}=${count}`}`);
  return [name ?? `0x${id.toString(16)}`, ...shown].join(' ');
}
