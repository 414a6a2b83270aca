import { hexDump } from '../output/hex.js';
import type { Style } from '../output/style.js';
import { printable } from '../output/table.js';
import { fieldTable } from '../fields/rows.js';
import type { ResourceFailureDocument, ResourceSegmentDocument } from '../schemas/resources.js';
import { requestText } from './documents.js';

/** A segment for people. What only frames a dump is shown with `isVerbose`. */
export function segmentText(segment: ResourceSegmentDocument, style: Style, isVerbose: boolean): string {
  const problem = segment.problem === null ? '' : `${style.warning(printable(segment.problem))}\n`;
  switch (segment.role) {
    case 'notice':
    case 'error':
      return problem + messageText(segment, style);
    case 'reference':
      return `${problem}${style.dim(`refers to ${segment.reference === null ? '?' : printable(requestText(segment.reference))}`)}\n`;
    case 'content':
    case 'menu':
      return `${headText(segment, style)}${problem}${contentText(segment, style, isVerbose)}\n`;
    default:
      return problem + (isVerbose ? `${headText(segment, style)}${contentText(segment, style, isVerbose)}\n` : '');
  }
}

/** A request that came to nothing. */
export function failureText({ request, message }: ResourceFailureDocument, style: Style): string {
  return `${style.bad(printable(requestText(request)))}: ${printable(message)}\n`;
}

function messageText({ role, message, name }: ResourceSegmentDocument, style: Style): string {
  const word = role === 'error' ? style.bad('error') : style.warning('notice');
  return `${word}: ${printable(message?.text ?? name ?? '')} (0x${(message?.code ?? 0).toString(16)})\n`;
}

function headText({ name, type, raw }: ResourceSegmentDocument, style: Style): string {
  return `${style.heading(printable(name ?? 'unknown'))} (0x${type.toString(16)}), ${raw.length / 2} bytes\n`;
}

/** So many hexadecimal digits are no value that a table should hold. */
const LONG_BYTES = /^[0-9a-f]{128,}$/;

/** Fields in a table; long bytes, and segments without a layout, below it in hexadecimal. */
function contentText({ decoded, raw }: ResourceSegmentDocument, style: Style, isVerbose: boolean): string {
  if (decoded === null) return hexDump(Buffer.from(raw, 'hex'));
  const fields = Object.entries(decoded.fields);
  const long = fields.flatMap(([name, value]) => (value.type === 'value' && typeof value.value === 'string' && LONG_BYTES.test(value.value) ? [{ name, bytes: Buffer.from(value.value, 'hex') }] : []));
  const names = new Set(long.map(({ name }) => name));
  const short = Object.fromEntries(fields.filter(([name]) => !names.has(name)));
  return fieldTable(short, style, isVerbose) + long.map(({ name, bytes }) => `${style.heading(name)}\n${hexDump(bytes)}`).join('');
}
