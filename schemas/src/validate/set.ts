import type { LayoutDocument } from '../layout/layout.js';
import { LAYOUT_FOLDERS } from '../layout/model.js';
import { checkLayoutDocument, parseLayoutDocument, parseOpcodeTable } from './document.js';
import type { Problem, Validated } from './problem.js';

/**
 * Every fault of a plugin's whole set of layouts. Keys are paths below `layouts/` such as `registers/ABCD.json`; values are parsed JSON.
 */
export function checkLayoutSet(files: ReadonlyMap<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  const documents = new Map<string, LayoutDocument>();
  for (const [file, json] of files) {
    const parsed = file === 'opcodes.json' ? parseOpcodeTable(file, json) : parseLayoutDocument(file, json);
    if (!parsed.ok) problems.push(...parsed.problems);
    else if ('kind' in parsed.value) documents.set(file, parsed.value);
  }
  for (const [file, document] of documents) {
    const expected = `${LAYOUT_FOLDERS[document.kind]}/${document.name}.json`;
    if (file !== expected) problems.push({ file, rule: 'file-name', message: `a document of this kind and name stands in ${expected}` });
    const imported = importsOf(document, (path) => documents.get(`${path}.json`));
    if (imported.ok) problems.push(...checkLayoutDocument(file, document, imported.value));
    else problems.push(...imported.problems.map((problem) => ({ ...problem, file })));
  }
  return problems;
}

/** The documents that `document` imports, directly or through one another, nearest first. */
export function importsOf(document: LayoutDocument, find: (path: string) => LayoutDocument | undefined): Validated<LayoutDocument[]> {
  const found = new Map<string, LayoutDocument>();
  const problems: Problem[] = [];
  const queue = [...(document.imports ?? [])];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (found.has(path)) continue;
    const imported = find(path);
    if (imported === undefined) problems.push({ file: document.name, rule: 'import', message: `imports ${path}, which is missing or faulty` });
    else {
      found.set(path, imported);
      queue.push(...(imported.imports ?? []));
    }
  }
  return problems.length === 0 ? { ok: true, value: [...found.values()] } : { ok: false, problems };
}
