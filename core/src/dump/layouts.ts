import type { LayoutDocument } from '@auxctl/schemas';
import { importsOf, pathOf } from '@auxctl/schemas/model';
import { PluginError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import { compileLayout } from '../layout/compile.js';

/** Finds the compiled layout of an entry. */
export interface LayoutSource {
  /** By path, such as `registers/ABCD`, and structure: its first when left out. Rejects with `ERR_LAYOUT` when there is none, or a faulty one. */
  codecAt(path: string, structure?: string): Promise<Codec>;
}

/** The layouts that a dump brings along. Each is held against the rules of layouts when it is first used, and kept. */
export class DumpLayouts implements LayoutSource {
  readonly #documents = new Map<string, LayoutDocument>();
  readonly #imports = new Map<string, Promise<readonly LayoutDocument[]>>();
  readonly #codecs = new Map<string, Promise<Codec>>();

  /** Takes a document of the right shape. A later one of the same path is ignored. */
  add(path: string, document: LayoutDocument): void {
    if (!this.#documents.has(path)) this.#documents.set(path, document);
  }

  /** All documents, by path. */
  get documents(): ReadonlyMap<string, LayoutDocument> {
    return this.#documents;
  }

  async codecAt(path: string, structure?: string): Promise<Codec> {
    const key = `${path} ${structure ?? ''}`;
    const codec = this.#codecs.get(key) ?? this.#compile(path, structure);
    this.#codecs.set(key, codec);
    return codec;
  }

  async #compile(path: string, structure: string | undefined): Promise<Codec> {
    const document = this.#documents.get(path);
    if (document === undefined) throw new PluginError('ERR_LAYOUT', `the dump holds no layout ${path}`);
    return compileLayout(document, await this.#checkedImports(path, document), structure);
  }

  /** What a document imports, after all of them have been found to keep the rules. */
  async #checkedImports(path: string, document: LayoutDocument): Promise<readonly LayoutDocument[]> {
    const known = this.#imports.get(path) ?? this.#check(path, document);
    this.#imports.set(path, known);
    return known;
  }

  async #check(path: string, document: LayoutDocument): Promise<readonly LayoutDocument[]> {
    const { checkLayoutDocument, formatProblem } = await import('@auxctl/schemas');
    const imported = importsOf(document, (wanted) => this.#documents.get(wanted));
    const [problem] = imported.ok ? checkLayoutDocument(path, document, imported.value) : imported.problems;
    if (problem !== undefined) throw new PluginError('ERR_LAYOUT', `a layout in the dump is not valid: ${formatProblem(problem)}`);
    if (!imported.ok) return [];
    for (const each of imported.value) await this.#checkedImports(pathOf(each), each);
    return imported.value;
  }
}
