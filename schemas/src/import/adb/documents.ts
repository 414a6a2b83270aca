import { FORMATS } from '../../formats.js';
import { pathOf } from '../../layout/imports.js';
import type { LayoutDocument, LayoutDocumentOf } from '../../layout/layout.js';
import type { Source } from '../../source.js';
import { sourceOf, type SourceWords } from '../source-words.js';
import type { AdbDatabase } from './model.js';
import { effectsOf, type AdbRegister } from './registers.js';
import type { TakenNode } from './taken.js';

/** One document for each node, then one for each register, by their paths below `layouts/`. */
export function documentsOf(database: AdbDatabase, taken: ReadonlyMap<string, TakenNode>, registers: readonly AdbRegister[], words: SourceWords): Map<string, LayoutDocument> {
  const source = (file: string, section: string) => [sourceOf(words, file, database.revision === undefined ? section : `${section}, ${database.revision}`)];
  const documents = [
    ...[...taken.values()].map((each) => structuresOf(each, source(each.node.file, `node ${each.node.name}`))),
    ...registers.map((register) => registerOf(register, source(register.file, `register ${register.name}`), taken)),
  ];
  return new Map(documents.map((document) => [pathOf(document), document]));
}

function structuresOf({ node: { name, description }, structure, parts, enums, flags, uses }: TakenNode, source: Source[]): LayoutDocumentOf<'structures'> {
  return {
    format: FORMATS.layout.writes, kind: 'structures', name, title: name.replaceAll('_', ' '), ...(description === '' ? {} : { description }), byteOrder: 'big', source,
    ...(uses.size === 0 ? {} : { imports: [...uses].map((each) => `structures/${each}`).sort() }),
    structures: { [name]: structure, ...Object.fromEntries(parts) },
    ...(enums.size === 0 ? {} : { enums: Object.fromEntries(enums) }),
    ...(flags.size === 0 ? {} : { flags: Object.fromEntries(flags) }),
  };
}

function registerOf({ name, id, node }: AdbRegister, source: Source[], taken: ReadonlyMap<string, TakenNode>): LayoutDocumentOf<'register'> {
  const description = taken.get(node)?.node.description ?? '';
  return {
    format: FORMATS.layout.writes, kind: 'register', name, title: name.replaceAll('_', ' '), ...(description === '' ? {} : { description }), byteOrder: 'big', source,
    imports: [`structures/${node}`], id: `0x${id.toString(16)}`, structure: node, effects: effectsOf(node, taken), structures: {},
  };
}
