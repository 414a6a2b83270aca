import type { Problem, Validated } from '../validate/problem.js';
import type { LayoutDocument } from './layout.js';
import { LAYOUT_FOLDERS } from './model.js';

/** Where a document stands below `layouts/`, without `.json`: what others import it by. */
export function pathOf({ kind, name }: Pick<LayoutDocument, 'kind' | 'name'>): string {
  return `${LAYOUT_FOLDERS[kind]}/${name}`;
}

/** The documents that `document` imports, directly or through one another, nearest first. One that imports itself is a fault. */
export function importsOf(document: LayoutDocument, find: (path: string) => LayoutDocument | undefined): Validated<LayoutDocument[]> {
  const found = new Map<string, LayoutDocument | undefined>();
  const queue = [document];
  for (const importer of queue) {
    for (const path of importer.imports ?? []) {
      if (found.has(path)) continue;
      const imported = find(path);
      found.set(path, imported);
      if (imported !== undefined) queue.push(imported);
    }
  }
  const own = pathOf(document);
  const problems = [...found].flatMap(([path, imported]): Problem[] => {
    if (path === own) return [{ file: document.name, rule: 'import', message: 'imports itself, directly or through another' }];
    return imported === undefined ? [{ file: document.name, rule: 'import', message: `imports ${path}, which is missing or faulty` }] : [];
  });
  return problems.length === 0 ? { ok: true, value: queue.slice(1) } : { ok: false, problems };
}
