import type { LayoutDocument } from '../layout/layout.js';
import { importsOf, pathOf } from '../layout/imports.js';
import { idValue } from '../layout/model.js';
import { checkLayoutDocument, parseLayoutDocument, parseOpcodeTable } from './document.js';
import { checkIndex, INDEX_FILE } from './index-file.js';
import { checkNvItems } from './nvconfig.js';
import type { Problem } from './problem.js';

/**
 * Every fault of a plugin's whole set of layouts. Keys are paths below `layouts/` such as `registers/ABCD.json`; values are parsed JSON.
 */
export function checkLayoutSet(files: ReadonlyMap<string, unknown>): Problem[] {
  let problems: Problem[] = [];
  const documents = new Map<string, LayoutDocument>();
  for (const [file, json] of files) {
    if (file === INDEX_FILE) continue;
    const parsed = file === 'opcodes.json' ? parseOpcodeTable(file, json) : parseLayoutDocument(file, json);
    if (!parsed.ok) problems = problems.concat(parsed.problems);
    else if ('kind' in parsed.value) documents.set(file, parsed.value);
  }
  for (const [file, document] of documents) {
    const expected = `${pathOf(document)}.json`;
    if (file !== expected) problems.push({ file, rule: 'file-name', message: `a document of this kind and name stands in ${expected}` });
    const imported = importsOf(document, (path) => documents.get(`${path}.json`));
    problems = problems.concat(imported.ok ? checkLayoutDocument(file, document, imported.value) : imported.problems.map((problem) => ({ ...problem, file })));
  }
  const index = files.get(INDEX_FILE);
  return problems.concat(duplicateIds(documents), checkNvItems(documents), index === undefined ? [] : checkIndex(index, documents));
}

/** Two documents of one kind with one number, or two commands that ask for one object: nobody could say which is meant. */
function duplicateIds(documents: ReadonlyMap<string, LayoutDocument>): Problem[] {
  const seen = new Map<string, string>();
  return [...documents].flatMap(([file, document]): Problem[] => identitiesOf(document).flatMap((identity) => {
    const other = seen.get(identity);
    if (other === undefined) seen.set(identity, file);
    return other === undefined ? [] : [{ file, rule: 'duplicate-id' as const, message: `${identity} is ${other}'s as well` }];
  }));
}

function identitiesOf(document: LayoutDocument): string[] {
  switch (document.kind) {
    case 'register':
    case 'capability':
      return [`${document.kind} ${idValue(document.id)}`];
    case 'command':
      return document.object === undefined ? [] : [`object ${document.object.name}`];
    case 'nvconfig':
    case 'structures':
      return [];
  }
}
