import { readFile } from 'node:fs/promises';
import ts from 'typescript';

const HELPER = `
function described(schema, meta) {
  if (typeof schema?.meta !== 'function') return schema;
  const { id: _ofAnother, ...known } = schema.meta() ?? {};
  return schema.meta({ ...known, ...meta });
}
`;

/**
 * An esbuild plugin for the modules that define formats: the comment on a schema, or on a member of one, becomes its description, and the name of
 * an exported schema its id. So the sources say everything once.
 *
 * @returns {import('esbuild').Plugin}
 */
export function describedByComments() {
  return {
    name: 'described-by-comments',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\](schemas[/\\]src|cli[/\\]src[/\\]schemas)[/\\].*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        return { contents: /from 'zod'/.test(text) ? describe(path, text) : text, loader: 'ts' };
      });
    },
  };
}

/** @param {string} path @param {string} text */
function describe(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const edits = [];
  const wrap = (/** @type {ts.Expression} */ value, /** @type {object} */ meta) => {
    edits.push([value.getStart(), 'described('], [value.getEnd(), `, ${JSON.stringify(meta)})`]);
  };
  const visit = (/** @type {ts.Node} */ node) => {
    const comment = commentOn(node);
    if (ts.isPropertyAssignment(node) && comment !== undefined) wrap(node.initializer, { description: comment });
    if (ts.isVariableStatement(node) && comment !== undefined) {
      for (const { name, initializer } of node.declarationList.declarations) {
        if (initializer === undefined || !/^\w+Schema$/.test(name.getText()) || !isSchema(initializer)) continue;
        const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
        wrap(initializer, { description: comment, ...(isExported ? { id: name.getText().replace(/Schema$/, '') } : {}) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let result = text;
  for (const [at, insertion] of edits.sort((a, b) => b[0] - a[0])) result = result.slice(0, at) + insertion + result.slice(at);
  return result + HELPER;
}

/** @param {ts.Expression} node */
function isSchema(node) {
  return ts.isCallExpression(node) && node.getText().startsWith('z.');
}

/** The text of a comment as one paragraph, with links as plain names. @param {ts.Node} node @returns {string | undefined} */
function commentOn(node) {
  const [jsDoc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  if (jsDoc === undefined || jsDoc.parent !== node) return undefined;
  const text = ts.getTextOfJSDocComment(jsDoc.comment);
  return text?.replaceAll(/\{@link (\w+?)(Schema)?\}/g, '$1').replaceAll(/\s+/g, ' ').trim();
}
