import ts from 'typescript';

/**
 * Types that are inferred from a schema have no name to TypeScript, so that TypeDoc would spell them out wherever they are used, some over megabytes. Where
 * the code names such a type, the reference names it too.
 * @param {import('typedoc').Application} app
 */
export function keepNamesOfTypes(app) {
  const { converter } = app;
  const convertType = converter.convertType.bind(converter);
  converter.convertType = (context, type, node) => convertType(context, node !== undefined && namesInferredType(node, context) ? node : type, node);
}

/** Whether somewhere in it stands the name of a type that TypeScript knows without that name. */
function namesInferredType(node, context) {
  if (ts.isTypeReferenceNode(node)) {
    const symbol = context.getSymbolAtLocation(node.typeName);
    const target = symbol === undefined ? undefined : context.resolveAliasedSymbol(symbol);
    if (target !== undefined && (target.flags & ts.SymbolFlags.TypeAlias) !== 0 && context.checker.getTypeFromTypeNode(node).aliasSymbol !== target) return true;
  }
  return ts.forEachChild(node, (child) => (namesInferredType(child, context) ? true : undefined)) ?? false;
}
