import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Packages of this workspace whose entry only passes on what its other files export. */
const ENTRIES = {
  '@auxctl/core': join(root, 'core/src/index.ts'),
  '@auxctl/schemas': join(root, 'schemas/src/index.ts'),
  '@auxctl/schemas/import': join(root, 'schemas/src/import/index.ts'),
  '@auxctl/schemas/model': join(root, 'schemas/src/model.ts'),
};

/**
 * An esbuild plugin that lets `import { a } from '@auxctl/core'` name the file that defines `a`, so that using one thing of a package does not
 * run all of its files. Type-only imports are left alone: esbuild drops them.
 *
 * @returns {import('esbuild').Plugin}
 */
export function directImports() {
  const exporters = new Map(Object.entries(ENTRIES).map(([name, path]) => [name, readExports(path)]));
  return {
    name: 'direct-imports',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\](cli|core|schemas|vendors[/\\][^/\\]+)[/\\](src|sim)[/\\].*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        return { contents: rewrite(path, text, exporters), loader: 'ts', resolveDir: dirname(path) };
      });
    },
  };
}

/**
 * @param {string} path
 * @param {string} text
 * @param {ReadonlyMap<string, ReadonlyMap<string, string>>} exporters
 */
function rewrite(path, text, exporters) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, false);
  let rewritten = text;
  for (const statement of source.statements.toReversed()) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const names = exporters.get(statement.moduleSpecifier.text);
    const bindings = statement.importClause?.namedBindings;
    if (names === undefined || statement.importClause?.isTypeOnly || bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const lines = bindings.elements.filter((element) => !element.isTypeOnly).map((element) => {
      const imported = (element.propertyName ?? element.name).text;
      const file = names.get(imported);
      if (file === undefined) throw new TypeError(`${path}: ${statement.moduleSpecifier.text} does not export ${imported}`);
      return `import { ${imported} as ${element.name.text} } from ${JSON.stringify(file)};`;
    });
    rewritten = rewritten.slice(0, statement.getStart(source)) + lines.join(' ') + rewritten.slice(statement.end);
  }
  return rewritten;
}

/**
 * Every value that an entry file exports, and the file that defines it.
 *
 * @param {string} path
 * @returns {Map<string, string>}
 */
function readExports(path) {
  const source = ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.ES2022, false);
  const found = new Map();
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) addForwarded(found, statement, path);
    else for (const name of declaredNames(statement)) found.set(name, path);
  }
  return found;
}

/**
 * @param {Map<string, string>} found
 * @param {ts.ExportDeclaration} statement
 * @param {string} path
 */
function addForwarded(found, statement, path) {
  if (statement.isTypeOnly || statement.moduleSpecifier === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) return;
  const behind = readExports(resolve(dirname(path), statement.moduleSpecifier.text.replace(/\.js$/, '.ts')));
  if (statement.exportClause === undefined) {
    for (const [name, file] of behind) found.set(name, file);
  } else if (ts.isNamedExports(statement.exportClause)) {
    for (const element of statement.exportClause.elements) {
      const file = behind.get((element.propertyName ?? element.name).text);
      if (file !== undefined && element.propertyName === undefined) found.set(element.name.text, file);
    }
  }
}

/** @param {ts.Statement} statement */
function declaredNames(statement) {
  const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) return [];
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  const isValue = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isValue && statement.name !== undefined ? [statement.name.text] : [];
}
