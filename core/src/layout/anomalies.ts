import type { LayoutScope } from '@auxctl/schemas';
import { tailPath } from '@auxctl/schemas/model';
import { readBits, type ByteOrder } from './bits.js';
import { symbolName } from './symbols.js';
import type { Anomaly } from './types.js';
import { tailElements, walk, type Visit } from './walk.js';

/** Everything in `bytes` that the layout does not account for. */
export function findAnomalies(bytes: Uint8Array, name: string, scope: LayoutScope, order: ByteOrder): Anomaly[] {
  const found: Anomaly[] = [];
  walk(bytes, name, scope, order, (at) => {
    const anomaly = anomalyAt(bytes, at, scope, order);
    if (anomaly !== undefined) found.push(anomaly);
  });
  const endBytes = layoutEndBytes(bytes, name, scope);
  if (bytes.length > endBytes && bytes.subarray(endBytes).some((byte) => byte !== 0)) {
    found.push({ type: 'trailing-bytes', path: name, offsetBytes: endBytes, lengthBytes: bytes.length - endBytes });
  }
  return found;
}

/** Where the layout ends in these bytes: a tail of elements leaves over what is no whole element. */
function layoutEndBytes(bytes: Uint8Array, name: string, scope: LayoutScope): number {
  const { sizeBits = 0, fields = [] } = scope.structures.get(name) ?? {};
  const sizeBytes = Math.ceil(sizeBits / 8);
  const tail = tailPath(fields, scope.structures)?.at(-1);
  if (tail === undefined) return sizeBytes;
  return tail.type === 'array' ? sizeBytes + tailElements(bytes.length - sizeBytes, tail.element) * (tail.element.sizeBits / 8) : bytes.length;
}

function anomalyAt(bytes: Uint8Array, { path, value, offsetBits }: Visit, scope: LayoutScope, order: ByteOrder): Anomaly | undefined {
  switch (value.type) {
    case 'reserved':
      return firstReservedBits(bytes, path, offsetBits, value.sizeBits, order);
    case 'enum': {
      const number = readBits(bytes, offsetBits, value.sizeBits, order);
      const isKnown = symbolName(scope.enums.get(value.enum), number) !== undefined;
      return isKnown ? undefined : { type: 'unknown-symbol', path, value: number };
    }
    case 'union':
      return value.selector === undefined ? undefined : { type: 'unknown-variant', path, value: readBits(bytes, offsetBits, Math.min(value.sizeBits, 64), order) };
    default:
      return undefined;
  }
}

/** The first 64-bit piece of a reserved field that is not zero. */
function firstReservedBits(bytes: Uint8Array, path: string, offsetBits: number, sizeBits: number, order: ByteOrder): Anomaly | undefined {
  for (let done = 0; done < sizeBits; done += 64) {
    const value = readBits(bytes, offsetBits + done, Math.min(64, sizeBits - done), order);
    if (value !== 0n) return { type: 'reserved-bits', path, offsetBits: offsetBits + done, value };
  }
  return undefined;
}
