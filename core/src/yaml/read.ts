import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { z } from 'zod';
import { fileFormatFault, type FormatName } from '@auxctl/schemas/model';
import { UsageError } from '../errors/classes.js';
import { LineText, type RawFault, type YamlFault } from './fault.js';
import { schemaFaults } from './schema-faults.js';
import { treeOf, type Span } from './tree.js';

/** So large is a file at most, in bytes, where nothing else is said. */
export const MOST_YAML_BYTES = 256 * 1024;

/** What a sound file says. */
export interface YamlFile<T> {
  /** As the schema makes it. */
  readonly value: T;
  /** The line, from 1 on, where the value at a path begins; of what is around it where nothing is there. */
  lineOf(path: readonly PropertyKey[]): number;
  /** Something that is wrong with the value at a path although the schema lets it pass. */
  faultAt(path: readonly PropertyKey[], message: string): YamlFault;
}

/** What came of reading a file. */
export type YamlOutcome<T> =
  | { readonly ok: true; readonly file: YamlFile<T> }
  /** Every fault, in the order of the file. */
  | { readonly ok: false; readonly faults: readonly YamlFault[] };

/** How a file is read. */
export interface ReadYamlOptions {
  /** {@link MOST_YAML_BYTES} when left out. */
  readonly mostBytes?: number;
  /** Throws for a file that is not to be trusted; given what is known of the open file, before it is read. */
  readonly check?: (stat: Stats) => void;
  /** What the file's member `format` is a version of: one of a version that is not read has no other fault. */
  readonly format?: FormatName;
}

/**
 * Reads a YAML 1.2 document and holds it against a schema. Aliases count as often as they are used. Rejects with nothing: what is wrong is a fault.
 */
export async function parseYaml<T>(text: string, schema: z.ZodType<T>, { format }: Pick<ReadYamlOptions, 'format'> = {}): Promise<YamlOutcome<T>> {
  const lines = new LineText(text);
  const { isAlias, isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, intAsBigInt: true, prettyErrors: false });
  const syntax: RawFault[] = [...document.errors, ...document.warnings].map(({ message, pos: [from, to] }) => ({ from, to, message: clean(message) }));
  if (document.directives.yaml.version !== '1.2') syntax.push({ from: 0, to: 1, message: `this is YAML ${document.directives.yaml.version}, and YAML 1.2 is read` });
  if (syntax.length > 0) return { ok: false, faults: lines.faults(syntax) };
  const tree = treeOf(document, { isAlias, isMap, isScalar, isSeq }, text);
  if (tree.faults.length > 0) return { ok: false, faults: lines.faults(tree.faults) };
  const other = format === undefined ? undefined : fileFormatFault(format, tree.value);
  if (other !== undefined) return { ok: false, faults: lines.faults([{ ...onOneLine(tree.spanOf(['format']), text), message: other }]) };
  const checked = schema.safeParse(tree.value);
  if (checked.success) {
    const faultAt = (path: readonly PropertyKey[], message: string): YamlFault => lines.fault({ ...onOneLine(tree.spanOf(path), text), message });
    return { ok: true, file: { value: checked.data, lineOf: (path) => lines.lineOf(tree.spanOf(path).from), faultAt } };
  }
  return { ok: false, faults: lines.faults(schemaFaults(checked.error.issues, schema, tree).map((fault) => ({ ...fault, ...onOneLine(fault, text) }))) };
}

/** Reads a file. Rejects with `ERR_FILE` when it cannot be read, is no file, is too large or is no UTF-8, and with what `check` throws. */
export async function readYaml<T>(path: string, schema: z.ZodType<T>, options: ReadYamlOptions = {}): Promise<YamlOutcome<T>> {
  return parseYaml(textOf(path, readBounded(path, options)), schema, options);
}

/** Opened so that a pipe that nobody writes to does not hold us up. */
function readBounded(path: string, { mostBytes = MOST_YAML_BYTES, check }: ReadYamlOptions): Buffer {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new UsageError('ERR_FILE', `${path} is not a file`);
    check?.(stat);
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count) count = readSync(fd, bytes, length, bytes.length - length, null);
    if (length > mostBytes) throw new UsageError('ERR_FILE', `${path} holds more than ${mostBytes} bytes`);
    return bytes.subarray(0, length);
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause && 'code' in cause)) throw cause;
    throw new UsageError('ERR_FILE', `${path} cannot be read: ${String(cause.code)}`, { cause });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function textOf(path: string, bytes: Buffer): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const NEWLINE = 0x0a;
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(from, to))) break;
    from = to;
  }
  throw new UsageError('ERR_FILE', `${path}:${line}: this line is no UTF-8`);
}

/** A value of many lines is marked on its first. */
function onOneLine({ from, to }: Span, text: string): Span {
  const [first = ''] = text.slice(from, to).split('\n', 1);
  return { from, to: from + first.length };
}

function clean(message: string): string {
  return message.replace(/; please use .*$/, '').split('\n', 1).join('');
}
