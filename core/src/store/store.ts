import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LayoutDocument, LayoutDocumentOf, OpcodeTable, Problem } from '@auxctl/schemas';
import { entryOf, fileFormatFault, importsOf, LAYOUT_FOLDERS, pathOf, type LayoutEntries, type LayoutIndex, type ListedKind } from '@auxctl/schemas/model';
import { AuxctlError } from '../errors/base.js';
import { PluginError, UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import type { Codec } from '../layout/codec.js';
import { compileLayout } from '../layout/compile.js';
import { requirePassed } from './refused.js';

/** The kinds of layout document. */
export type LayoutKind = LayoutDocument['kind'];

const INDEX_FILE = 'index.json';
const OPCODES_FILE = 'opcodes.json';
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** How a store treats its files. */
export interface LayoutStoreOptions {
  /**
   * The files were validated when they were installed with this program, and only this program's owner can write them: they are read as
   * they are, without the schemas. Default false.
   */
  readonly isTrusted?: boolean;
}

/** A plugin's layouts, read one file at a time as they are asked for, validated, and kept. */
export class LayoutStore {
  readonly #path: string;
  readonly #isTrusted: boolean;
  readonly #names = new Map<LayoutKind, readonly string[]>();
  readonly #shapes = new Map<string, Promise<LayoutDocument>>();
  readonly #documents = new Map<string, Promise<LayoutDocument>>();
  readonly #codecs = new Map<string, Promise<Codec>>();
  #opcodes: Promise<OpcodeTable> | undefined;
  #index: Promise<LayoutIndex | undefined> | undefined;

  /** @param path the folder that holds `registers/`, `commands/` and so on */
  constructor(path: string, { isTrusted = false }: LayoutStoreOptions = {}) {
    this.#path = path;
    this.#isTrusted = isTrusted;
  }

  /** The names of all documents of a kind, sorted; empty when there are none. The folder is read once. */
  names(kind: LayoutKind): readonly string[] {
    const names = this.#names.get(kind) ?? this.#listNames(kind);
    this.#names.set(kind, names);
    return names;
  }

  #listNames(kind: LayoutKind): readonly string[] {
    try {
      const files = readdirSync(join(this.#path, LAYOUT_FOLDERS[kind]));
      return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length)).sort();
    } catch {
      return [];
    }
  }

  /**
   * One document. Names are matched without regard to case. Rejects with `ERR_UNKNOWN_NAME` (with the nearest names), for a command that the
   * kernel's driver never passes `ERR_NOT_PASSED`, or, when its file is not valid, `ERR_LAYOUT`.
   */
  async document<K extends LayoutKind>(kind: K, name: string): Promise<LayoutDocumentOf<K>> {
    if (kind === 'command' && this.#knownName(kind, name) === undefined) await this.#explain(name);
    const exact = this.#exactName(kind, name);
    const document = await this.#load(`${LAYOUT_FOLDERS[kind]}/${exact}`);
    if (!isOfKind(document, kind)) throw new PluginError('ERR_LAYOUT', `${LAYOUT_FOLDERS[kind]}/${exact}.json holds a ${document.kind}`);
    return document;
  }

  /** Every document of a kind, in order of name. */
  async all<K extends LayoutKind>(kind: K): Promise<LayoutDocumentOf<K>[]> {
    return Promise.all(this.names(kind).map((name) => this.document(kind, name)));
  }

  /**
   * What lists need of every document of a kind, in order of name: from the plugin's index if it has one, else from the documents
   * themselves. Rejects with `ERR_LAYOUT` when the index, or without one a document, is faulty.
   */
  async entries<K extends ListedKind>(kind: K): Promise<readonly LayoutEntries[K][]> {
    const index = await this.#readIndex();
    if (index !== undefined) return index[kind] as readonly LayoutEntries[K][];
    return Promise.all(this.names(kind).map(async (name) => {
      const document = await this.document(kind, name);
      return entryOf(kind, document, await this.#imported(document));
    }));
  }

  async #readIndex(): Promise<LayoutIndex | undefined> {
    this.#index ??= (async () => {
      if (!existsSync(join(this.#path, INDEX_FILE))) return undefined;
      const json = this.#read(INDEX_FILE);
      if (this.#isTrusted) return json as LayoutIndex;
      const { layoutIndexSchema } = await import('@auxctl/schemas');
      const parsed = layoutIndexSchema.safeParse(json);
      if (parsed.success) return parsed.data;
      throw new PluginError('ERR_LAYOUT', `${INDEX_FILE}: ${fileFormatFault('layout-index', json) ?? parsed.error.issues[0]?.message ?? 'not valid'}`, { hint: 'auxctl plugin index makes it anew.' });
    })();
    return this.#index;
  }

  /** The compiled layout of a document: of its first structure unless another is named. */
  async codec(kind: LayoutKind, name: string, structure?: string): Promise<Codec> {
    const key = `${kind}/${this.#exactName(kind, name)}/${structure ?? ''}`;
    return remember(this.#codecs, key, async () => {
      const document = await this.document(kind, name);
      return compileLayout(document, await this.#imported(document), structure);
    });
  }

  /** A document and all that it imports, by path. */
  async withImports(kind: LayoutKind, name: string): Promise<[path: string, document: LayoutDocument][]> {
    const document = await this.document(kind, name);
    const imported = await this.#imported(document);
    return [document, ...imported].map((each) => [pathOf(each), each]);
  }

  /** The plugin's table of opcodes; rejects with `ERR_LAYOUT` when it is missing or faulty. */
  async opcodes(): Promise<OpcodeTable> {
    this.#opcodes ??= (async () => {
      if (this.#isTrusted) return this.#read(OPCODES_FILE) as OpcodeTable;
      const { parseOpcodeTable } = await import('@auxctl/schemas');
      const parsed = parseOpcodeTable(OPCODES_FILE, this.#read(OPCODES_FILE));
      if (!parsed.ok) throw layoutError(parsed.problems);
      return parsed.value;
    })();
    return this.#opcodes;
  }

  /** Rejects when it is known why there is no such command. */
  async #explain(name: string): Promise<void> {
    if (existsSync(join(this.#path, OPCODES_FILE))) requirePassed(await this.opcodes(), (command) => command.name.toLowerCase() === name.toLowerCase());
  }

  #knownName(kind: LayoutKind, name: string): string | undefined {
    const names = this.names(kind);
    return names.find((candidate) => candidate === name) ?? names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  }

  #exactName(kind: LayoutKind, name: string): string {
    const found = this.#knownName(kind, name);
    if (found !== undefined) return found;
    const near = nearest(name, this.names(kind));
    throw new UsageError('ERR_UNKNOWN_NAME', `no ${kind} is called '${name}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
  }

  async #load(path: string): Promise<LayoutDocument> {
    return remember(this.#documents, path, async () => {
      if (this.#isTrusted) return this.#read(`${path}.json`) as LayoutDocument;
      const { checkLayoutDocument } = await import('@auxctl/schemas');
      const document = await this.#shape(path);
      const imported = await this.#imported(document);
      const problems = checkLayoutDocument(`${path}.json`, document, imported);
      if (problems.length > 0) throw layoutError(problems);
      for (const each of imported) await this.#load(pathOf(each));
      return document;
    });
  }

  /** A document of the right shape, in its right place; nothing else about it has been checked. */
  async #shape(path: string): Promise<LayoutDocument> {
    return remember(this.#shapes, path, async () => {
      const file = `${path}.json`;
      if (this.#isTrusted) return this.#read(file) as LayoutDocument;
      const { parseLayoutDocument } = await import('@auxctl/schemas');
      const parsed = parseLayoutDocument(file, this.#read(file));
      if (!parsed.ok) throw layoutError(parsed.problems);
      if (pathOf(parsed.value) !== path) throw new PluginError('ERR_LAYOUT', `${file} holds ${pathOf(parsed.value)}`);
      return parsed.value;
    });
  }

  /** All documents that `document` imports, directly or through one another. */
  async #imported(document: LayoutDocument): Promise<LayoutDocument[]> {
    const shapes = new Map<string, LayoutDocument>();
    const queue = [...(document.imports ?? [])];
    for (const path of queue) {
      if (shapes.has(path)) continue;
      const shape = await this.#shape(path);
      shapes.set(path, shape);
      for (const next of shape.imports ?? []) queue.push(next);
    }
    const imported = importsOf(document, (path) => shapes.get(path));
    if (!imported.ok) throw layoutError(imported.problems);
    return imported.value;
  }

  #read(file: string): unknown {
    const path = join(this.#path, file);
    try {
      const stat = statSync(path);
      if (!stat.isFile()) throw new PluginError('ERR_LAYOUT', `${path} is not a file`);
      if (stat.size > MAX_FILE_BYTES) throw new PluginError('ERR_LAYOUT', `${path} is larger than ${MAX_FILE_BYTES} bytes`);
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      if (error instanceof AuxctlError) throw error;
      throw new PluginError('ERR_LAYOUT', `${path} cannot be read as JSON`, { cause: error });
    }
  }
}

function isOfKind<K extends LayoutKind>(document: LayoutDocument, kind: K): document is LayoutDocumentOf<K> {
  return document.kind === kind;
}

async function remember<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = memory.get(key);
  if (value === undefined) {
    value = make();
    memory.set(key, value);
  }
  return value;
}

function layoutError(problems: readonly Problem[]): PluginError {
  const [first] = problems;
  const place = first === undefined ? '' : [first.file, first.structure, first.field].filter((part) => part !== undefined).join(': ');
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new PluginError('ERR_LAYOUT', `${place}: ${first?.message ?? 'not valid'}${more}`);
}
