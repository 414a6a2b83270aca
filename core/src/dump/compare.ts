import type { DumpEntry, DumpSubject } from '@auxctl/schemas';
import type { Decoded } from '../channel/types.js';
import { AuxctlError } from '../errors/base.js';
import { UsageError } from '../errors/classes.js';
import { decodeEntry, type Dump } from './dump.js';
import type { LayoutSource } from './layouts.js';
import { leavesOf, type Leaf } from './leaves.js';

/** How to compare. */
export interface CompareOptions {
  /** Compares also fields that change by themselves. Default false. */
  readonly withVolatile?: boolean;
  /** Leaves out fields that tell one device from another, for a comparison of two devices. Default false. */
  readonly withoutIdentifying?: boolean;
  /** Decodes both sides instead of the layouts that the dumps bring along. */
  readonly layouts?: LayoutSource;
}

/** One field that is not the same; a side whose structure does not hold it has none. */
export interface FieldDifference {
  readonly path: string;
  readonly before?: Leaf;
  readonly after?: Leaf;
}

/** One subject that is not the same. */
export type SubjectDifference = {
  readonly subject: DumpSubject;
  /** What decodes it, by its path in a dump's layouts, where there is something. */
  readonly layout?: string;
} & (
  | { readonly type: 'fields'; readonly fields: readonly FieldDifference[] }
  /** One of them holds a failure, or both hold another one. */
  | { readonly type: 'answer'; readonly before: string; readonly after: string }
  | { readonly type: 'only-before' | 'only-after' });

/** What two dumps have that is not the same. */
export interface Comparison {
  /** In the order of the first dump, then what only the second one has. */
  readonly differences: readonly SubjectDifference[];
  /** How many subjects there are in all. */
  readonly subjects: number;
  /** How many fields differ and were left out because they change by themselves, or tell devices apart. */
  readonly leftOut: number;
}

/**
 * Compares two dumps subject by subject and field by field. Bytes that are equal are the same, whatever describes them. Others are decoded
 * by one layout for both, that of the newer plugin; where it does not fit both sides, each by its own, and fields are compared by name.
 * Throws `ERR_USAGE` for dumps of different plugins.
 */
export async function compareDumps(before: Dump, after: Dump, options: CompareOptions = {}): Promise<Comparison> {
  const names = [before, after].map(({ header }) => header.plugin.name);
  if (names[0] !== names[1]) throw new UsageError('ERR_USAGE', `one is a dump by plugin ${names[0] ?? ''}, the other by ${names[1] ?? ''}: they have nothing in common`);
  const comparer = new Comparer(before, after, options);
  const others = entriesOf(after);
  const differences: SubjectDifference[] = [];
  const own = entriesOf(before);
  for (const [identity, entry] of own) {
    const other = others.get(identity);
    const difference = other === undefined ? { type: 'only-before', ...headOf(entry) } as const : await comparer.compare(entry, other);
    if (difference !== undefined) differences.push(difference);
  }
  const added = [...others].filter(([identity]) => !own.has(identity));
  for (const [, entry] of added) differences.push({ type: 'only-after', ...headOf(entry) });
  return { differences, subjects: own.size + added.length, leftOut: comparer.leftOut };
}

function headOf({ subject, layout }: DumpEntry): Pick<SubjectDifference, 'subject' | 'layout'> {
  return { subject, ...(layout === undefined ? {} : { layout }) };
}

/** What makes two subjects the same: the order in which fields of a key stand does not count. */
export function subjectIdentity(subject: DumpSubject): string {
  const key = Object.entries(('key' in subject ? subject.key : undefined) ?? {}).map(([name, value]) => `${name}=${BigInt(value)}`);
  return JSON.stringify([subject.kind, subject.name, ...key.sort(), 'mode' in subject ? subject.mode : '']);
}

/** Of several entries with the same subject, each has its number. */
function entriesOf({ entries }: Dump): Map<string, DumpEntry> {
  const counts = new Map<string, number>();
  return new Map(entries.map((entry) => {
    const identity = subjectIdentity(entry.subject);
    const count = counts.get(identity) ?? 0;
    counts.set(identity, count + 1);
    return [`${identity} ${count}`, entry];
  }));
}

class Comparer {
  /** How many fields differ that are of no interest. */
  leftOut = 0;
  readonly #before: Dump;
  readonly #after: Dump;
  readonly #common: LayoutSource;
  readonly #isLeftOut: (leaf: Leaf | undefined) => boolean;

  constructor(before: Dump, after: Dump, { withVolatile = false, withoutIdentifying = false, layouts }: CompareOptions) {
    this.#before = before;
    this.#after = after;
    this.#isLeftOut = (leaf) => (!withVolatile && leaf?.isVolatile === true) || (withoutIdentifying && leaf?.isIdentifying === true);
    this.#common = layouts ?? (isNewer(before.header.plugin.version, after.header.plugin.version) ? before : after).layouts;
  }

  async compare(before: DumpEntry, after: DumpEntry): Promise<SubjectDifference | undefined> {
    const head = headOf(before);
    if ('failure' in before || 'failure' in after) {
      const [was, is] = [answerText(before), answerText(after)];
      return was === is ? undefined : { type: 'answer', ...head, before: was, after: is };
    }
    if (before.bytes === after.bytes) return undefined;
    const fields = await this.#fields(before, after);
    return fields.length === 0 ? undefined : { type: 'fields', ...head, fields };
  }

  async #fields(before: DumpEntry, after: DumpEntry): Promise<FieldDifference[]> {
    const decoded = await this.#decodeBoth(before, after);
    if (decoded === undefined) return [{ path: '(bytes)', before: plainLeaf(before), after: plainLeaf(after) }];
    const [was, is] = decoded.map(({ codec, raw }) => leavesOf(codec, raw)) as [Map<string, Leaf>, Map<string, Leaf>];
    const differences = [...new Set([...was.keys(), ...is.keys()])].map((path) => differenceOf(path, was.get(path), is.get(path))).filter(({ before: old, after: now }) => old?.value !== now?.value);
    const wanted = differences.filter(({ before: old, after: now }) => !this.#isLeftOut(old) && !this.#isLeftOut(now));
    this.leftOut += differences.length - wanted.length;
    return wanted;
  }

  /** Undefined where no layout fits. */
  async #decodeBoth(before: DumpEntry, after: DumpEntry): Promise<[Decoded, Decoded] | undefined> {
    return await decodeWith(before, this.#common, after, this.#common) ?? decodeWith(before, this.#before.layouts, after, this.#after.layouts);
  }
}

async function decodeWith(before: DumpEntry, layoutsBefore: LayoutSource, after: DumpEntry, layoutsAfter: LayoutSource): Promise<[Decoded, Decoded] | undefined> {
  try {
    const was = await decodeEntry(before, layoutsBefore);
    const is = await decodeEntry(after, layoutsAfter);
    return was === undefined || is === undefined ? undefined : [was, is];
  } catch (error) {
    if (error instanceof AuxctlError && (error.layer === 'plugin' || error.code === 'ERR_REPLY' || error.code === 'ERR_UNKNOWN_NAME')) return undefined;
    throw error;
  }
}

function differenceOf(path: string, before: Leaf | undefined, after: Leaf | undefined): FieldDifference {
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function plainLeaf({ bytes = '' }: DumpEntry): Leaf {
  return { path: '(bytes)', value: bytes, text: bytes, isVolatile: false, isIdentifying: false };
}

/** What the device answered, without what differs from one time to the next. */
function answerText(entry: DumpEntry): string {
  if (!('failure' in entry)) return `${entry.bytes.length / 2} bytes`;
  const { code, status, syndrome, message } = entry.failure;
  return status === undefined ? `${code}: ${message}` : `refused: status ${status}${syndrome === undefined ? '' : `, syndrome ${syndrome}`}`;
}

/** Is version `a` later than `b`? One that is not known is earlier than any. */
function isNewer(a = '0', b = '0'): boolean {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== (right[index] ?? 0));
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}
