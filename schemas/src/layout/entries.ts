import { FORMATS } from '../formats.js';
import type { IdLiteral, IntegerLiteral } from '../integer.js';
import type { Effect } from '../words.js';
import type { LayoutDocument, LayoutDocumentOf, Structure } from './layout.js';
import { kernelOffersIn } from './kernel-offers.js';
import { scopeOf } from './scope.js';

/** What a list shows of a register. */
export interface RegisterEntry {
  readonly name: string;
  readonly title: string;
  readonly id: IdLiteral;
  readonly sizeBytes: number;
  readonly effects: { readonly read?: Effect | undefined; readonly write?: Effect | undefined };
  /** Interfaces of the kernel's own set some of its fields too. */
  readonly hasKernelOffers?: true | undefined;
}

/** What a list shows of a command, and of the object that it asks for. */
export interface CommandEntry {
  readonly name: string;
  readonly title: string;
  readonly opcode: IntegerLiteral;
  readonly object?: {
    readonly name: string;
    readonly title?: string | undefined;
    /** Fields of the request that must be given. */
    readonly key: readonly string[];
    /** Fields of the request that may be given. */
    readonly optionalKey: readonly string[];
  } | undefined;
}

/** What a list shows of a capability. */
export interface CapabilityEntry {
  readonly name: string;
  readonly title: string;
  readonly id: IntegerLiteral;
}

/** The entry for each kind of document that has one. */
export interface LayoutEntries {
  readonly register: RegisterEntry;
  readonly command: CommandEntry;
  readonly capability: CapabilityEntry;
}

/** The kinds of document that lists show. */
export type ListedKind = keyof LayoutEntries;
/** As {@link ListedKind} says. */
export const LISTED_KINDS = ['register', 'command', 'capability'] as const satisfies readonly ListedKind[];

const FORMAT = FORMATS['layout-index'].writes;

/** What lists need of every document of a plugin: `layouts/index.json`, which spares reading them all. */
export interface LayoutIndex {
  readonly format: typeof FORMAT;
  readonly register: readonly RegisterEntry[];
  readonly command: readonly CommandEntry[];
  readonly capability: readonly CapabilityEntry[];
}

type Listed<K extends ListedKind> = LayoutDocumentOf<K>;

/** What lists show of a document; `imported` are those that it imports, directly or through one another. */
export function entryOf<K extends ListedKind>(kind: K, document: Listed<K>, imported: readonly LayoutDocument[]): LayoutEntries[K] {
  const { structures } = scopeOf(document, imported);
  return ENTRIES[kind](document, structures);
}

/** The index of a plugin's documents, each kind in order of name. */
export function indexOf(documents: ReadonlyMap<ListedKind, readonly LayoutEntries[ListedKind][]>): LayoutIndex {
  const sorted = <K extends ListedKind>(kind: K): LayoutEntries[K][] => [...(documents.get(kind) ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)) as LayoutEntries[K][];
  return { format: FORMAT, register: sorted('register'), command: sorted('command'), capability: sorted('capability') };
}

type Structures = ReadonlyMap<string, Structure>;

const ENTRIES: { readonly [K in ListedKind]: (document: Listed<K>, structures: Structures) => LayoutEntries[K] } = {
  register: ({ name, title, id, effects, structure }, structures) => ({
    name, title, id, sizeBytes: Math.ceil((structures.get(structure)?.sizeBits ?? 0) / 8), effects, ...(kernelOffersIn(structure, { structures }).length > 0 ? { hasKernelOffers: true } : {}),
  }),
  capability: ({ name, title, id }) => ({ name, title, id }),
  command: ({ name, title, opcode, object, request }, structures) => ({ name, title, opcode, ...(object === undefined ? {} : { object: { ...object, ...keyOf(structures.get(request)) } }) }),
};

function keyOf(request: Structure | undefined): { readonly key: string[]; readonly optionalKey: string[] } {
  const indices = (request?.fields ?? []).filter(({ access }) => access === 'INDEX');
  const named = (isOptional: boolean): string[] => indices.filter((field) => (field.default !== undefined) === isOptional).map(({ name }) => name);
  return { key: named(false), optionalKey: named(true) };
}
