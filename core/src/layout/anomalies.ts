import type { LayoutScope } from '@auxctl/schemas';
import { hasTail, integerValue } from '@auxctl/schemas/model';
import { readBits, type ByteOrder } from './bits.js';
import type { Anomaly } from './types.js';
import { walk, type Visit } from './walk.js';

/** Everything in `bytes` that the layout does not account for. */
export function findAnomalies(bytes: Uint8Array, name: string, scope: LayoutScope, order: ByteOrder): Anomaly[] {
  const found: Anomaly[] = [];
  walk(bytes, name, scope, order, (at) => {
    const anomaly = anomalyAt(bytes, at, scope, order);
    if (anomaly !== undefined) found.push(anomaly);
  });
  const structure = scope.structures.get(name);
  const sizeBytes = Math.ceil((structure?.sizeBits ?? 0) / 8);
  if (bytes.length > sizeBytes && !hasTail(structure?.fields ?? [], scope.structures) && bytes.subarray(sizeBytes).some((byte) => byte !== 0)) {
    found.push({ type: 'trailing-bytes', path: name, offsetBytes: sizeBytes, lengthBytes: bytes.length - sizeBytes });
  }
  return found;
}

function anomalyAt(bytes: Uint8Array, { path, value, offsetBits }: Visit, scope: LayoutScope, order: ByteOrder): Anomaly | undefined {
  switch (value.type) {
    case 'reserved':
      return firstReservedBits(bytes, path, offsetBits, value.sizeBits, order);
    case 'enum': {
      const number = readBits(bytes, offsetBits, value.sizeBits, order);
      const isKnown = scope.enums.get(value.enum)?.some((symbol) => integerValue(symbol.value) === number) === true;
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
