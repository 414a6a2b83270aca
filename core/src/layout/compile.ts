import type { LayoutDocument } from '@auxctl/schemas';
import { hasTail, rootsOf, scopeOf } from '@auxctl/schemas/model';
import { PluginError, ReplyError } from '../errors/classes.js';
import { findAnomalies } from './anomalies.js';
import type { Codec } from './codec.js';
import { Encoder } from '../encode/encode.js';
import { generateDecoder, type DecodeFunction } from './generate.js';

/**
 * Compiles one structure of a validated document; `imported` holds the documents that it imports. The decoder is generated at its
 * first use. Throws `ERR_LAYOUT` when there is no such structure.
 */
export function compileLayout(document: LayoutDocument, imported: readonly LayoutDocument[] = [], structure = rootsOf(document)[0] ?? ''): Codec {
  const scope = scopeOf(document, imported);
  const layout = scope.structures.get(structure);
  if (layout === undefined) throw new PluginError('ERR_LAYOUT', `${document.name} has no structure ${structure}`);
  const order = document.byteOrder;
  const sizeBytes = Math.ceil(layout.sizeBits / 8);
  let decoder: DecodeFunction | undefined;
  let encoder: Encoder | undefined;
  return {
    document, scope, structure, sizeBytes, hasTail: hasTail(layout.fields, scope.structures),
    decode(bytes) {
      requireLength(bytes, sizeBytes, document.name);
      return (decoder ??= generateDecoder(structure, scope, order))(bytes, 0, bytes.length);
    },
    encode: (fields, base) => (encoder ??= new Encoder(scope, order)).encode(structure, fields, base),
    anomalies(bytes) {
      requireLength(bytes, sizeBytes, document.name);
      return findAnomalies(bytes, structure, scope, order);
    },
  };
}

function requireLength(bytes: Uint8Array, sizeBytes: number, name: string): void {
  if (bytes.length < sizeBytes) throw new ReplyError('ERR_REPLY', `${name} has ${sizeBytes} bytes, but only ${bytes.length} are here`);
}
