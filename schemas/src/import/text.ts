/** A JSON document as text that is easy to read and to compare: one line for each element of a list. The same value gives the same bytes. */
export function documentText(document: object): string {
  return `${spread(document, '')}\n`;
}

function spread(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value) && value.some((element) => typeof element === 'object')) {
    return `[\n${value.map((element) => inner + inline(element)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return inline(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, each]) => `${inner}${JSON.stringify(key)}: ${spread(each, inner)}`).join(',\n')}\n${indent}}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => rank(a) - rank(b));
  return `{ ${entries.map(([key, each]) => `${JSON.stringify(key)}: ${inline(each)}`).join(', ')} }`;
}

/** What stands first in a field; the rest keeps its order. */
const FIRST = ['name', 'type', 'offsetBits', 'sizeBits'];

function rank(key: string): number {
  const index = FIRST.indexOf(key);
  return index < 0 ? FIRST.length : index;
}
