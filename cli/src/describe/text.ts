import type { Style } from '../output/style.js';
import { table } from '../output/table.js';
import type { DescribedField, DescribedStructure } from '../schemas/layouts.js';

const BYTE_BITS = 8;

/** A structure's fields as a table, and below it the names of values. */
export function structureText(structure: DescribedStructure, style: Style): string {
  const fields = table(structure.fields, [
    { heading: 'BYTE', cell: ({ offsetBits }) => bytePlace(offsetBits), align: 'right' },
    { heading: 'BITS', cell: ({ sizeBits }) => String(sizeBits), align: 'right' },
    { heading: 'FIELD', cell: ({ path }) => path },
    { heading: 'TYPE', cell: typeText },
    { heading: 'ACCESS', cell: accessText },
    { heading: 'MEANING', cell: meaningText, paint: (_row, text) => style.dim(text) },
  ], style);
  const enums = Object.entries(structure.enums).map(([name, symbols]) => namesText(name, 'VALUE', symbols.map((symbol) => ({ ...symbol, key: symbol.value })), style));
  const flags = Object.entries(structure.flags).map(([name, bits]) => namesText(name, 'BIT', bits.map((flag) => ({ ...flag, key: flag.bit })), style));
  return [fields, ...enums, ...flags].join('\n');
}

/** Where a document's facts come from, and which commands of the kernel do the same. */
export function provenanceText({ sources, kernelInterfaces }: { readonly sources: readonly { readonly document: string; readonly revision: string; readonly section: string }[]; readonly kernelInterfaces: readonly { readonly what: string; readonly command: string }[] }, style: Style): string {
  const kernel = kernelInterfaces.map(({ what, command }) => `${style.heading('The kernel gives this too:')} ${command} (${what})\n`);
  const source = sources.map(({ document, revision, section }) => style.dim(`Source: ${document}, ${revision}, ${section}`) + '\n');
  return [...kernel, ...source].join('');
}

interface NamedKey {
  readonly key: number | string;
  readonly name: string;
  readonly description?: string | undefined;
}

function namesText(title: string, key: string, entries: readonly NamedKey[], style: Style): string {
  const names = table(entries, [
    { heading: key, cell: (entry) => String(entry.key), align: 'right' },
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'MEANING', cell: ({ description }) => description ?? '', paint: (_row, text) => style.dim(text) },
  ], style);
  return `${style.heading(title)}\n${names}`;
}

/** `0x1c` or, where a field starts inside a byte, `0x1c.3`: the bit counted from the structure's start. */
function bytePlace(offsetBits: number): string {
  const bit = offsetBits % BYTE_BITS;
  return `0x${Math.floor(offsetBits / BYTE_BITS).toString(16).padStart(2, '0')}${bit === 0 ? '' : `.${bit}`}`;
}

function typeText({ type, names, unit }: DescribedField): string {
  return [type, names, unit === undefined ? undefined : `(${unit})`].filter((part) => part !== undefined).join(' ');
}

function accessText({ access, default: value, volatile, onRead, onWrite }: DescribedField): string {
  const index = access !== 'INDEX' ? undefined : value === undefined ? 'required' : `default ${value}`;
  return [access, index, volatile === true ? 'volatile' : undefined, onRead === undefined ? undefined : `read: ${onRead}`, onWrite === undefined ? undefined : `write: ${onWrite}`].filter((part) => part !== undefined).join(', ');
}

function meaningText({ when, description }: DescribedField): string {
  return [when === undefined ? undefined : `[${when}]`, description].filter((part) => part !== undefined).join(' ');
}
