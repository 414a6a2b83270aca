/** One JSON document with a final newline: bigints as decimal strings, bytes as lower-case hexadecimal. */
export function toJson(document: object): string {
  return `${JSON.stringify(document, plainValue, 2)}\n`;
}

/** The same on one line, for a stream of documents. */
export function toJsonLine(document: object): string {
  return `${JSON.stringify(document, plainValue)}\n`;
}

function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}
