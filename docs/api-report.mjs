// Describes the public face of a package: every exported name with its type, one line a member.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import ts from 'typescript';
import { top } from '../.ci/step.mjs';

const FORMAT = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.WriteArrayAsGenericType | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

const MOST_CHARACTERS = 240;

/** @param {readonly string[]} entries paths of entry modules below the top */
export function apiReports(entries) {
  const { config } = ts.readConfigFile(join(top, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: entries, include: [] }, ts.sys, top);
  const program = ts.createProgram(entries.map((entry) => join(top, entry)), options);
  const checker = program.getTypeChecker();
  return entries.map((entry) => {
    const source = program.getSourceFile(join(top, entry));
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    return symbols.map((symbol) => describe(checker, symbol)).sort().join('\n').split('\n').map(shorten).join('\n');
  });
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} exported */
function describe(checker, exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const [declaration] = symbol.declarations ?? [];
  const name = exported.name;
  if (declaration === undefined) return `unknown ${name}`;
  const text = (/** @type {ts.Type} */ type) => checker.typeToString(type, declaration, FORMAT | ts.TypeFormatFlags.InTypeAlias);
  if (ts.isTypeAliasDeclaration(declaration)) return `type ${name} = ${text(checker.getDeclaredTypeOfSymbol(symbol))}`;
  if (ts.isInterfaceDeclaration(declaration)) return `interface ${name}${members(checker, checker.getDeclaredTypeOfSymbol(symbol), declaration)}`;
  if (ts.isClassDeclaration(declaration)) return `class ${name}${members(checker, checker.getDeclaredTypeOfSymbol(symbol), declaration)}`;
  return `${ts.isFunctionDeclaration(declaration) ? 'function' : 'const'} ${name}: ${text(checker.getTypeOfSymbolAtLocation(symbol, declaration))}`;
}

/** @param {ts.TypeChecker} checker @param {ts.Type} type @param {ts.Declaration} at */
function members(checker, type, at) {
  const ours = type.getProperties().filter((member) => (member.declarations ?? []).some((declaration) => declaration.getSourceFile().fileName.startsWith(top) && !declaration.getSourceFile().fileName.includes('node_modules')));
  const lines = ours.map((member) => {
    const isOptional = (member.flags & ts.SymbolFlags.Optional) !== 0;
    return `\n  ${member.name.replace(/^__@(\w+)@\d+$/, '[Symbol.$1]')}${isOptional ? '?' : ''}: ${checker.typeToString(checker.getTypeOfSymbolAtLocation(member, at), at, FORMAT)}`;
  });
  return lines.filter((line) => !line.includes('#')).sort().join('');
}

/** A type too long to read is cut; a digest of the rest still tells when it changes. @param {string} line */
function shorten(line) {
  if (line.length <= MOST_CHARACTERS) return line;
  const digest = createHash('sha256').update(line).digest('hex').slice(0, 8);
  return `${line.slice(0, MOST_CHARACTERS)} ... (${digest})`;
}
