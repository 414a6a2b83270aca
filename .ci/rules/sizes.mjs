import ts from 'typescript';
import { isShippedCode, read, trackedFiles } from '../files.mjs';

export const title = 'sizes';

const LIMITS = { file: { median: 120, ninety: 350, most: 600 }, function: { median: 10, ninety: 35, most: 80 } };
const CPP_FILE_LINES = 400;

export async function check() {
  const files = trackedFiles().filter(isShippedCode);
  const lengths = files.map((file) => ({ name: file, lines: read(file).split('\n').length - 1 }));
  const functions = files.filter((file) => file.endsWith('.ts')).flatMap(functionsOf);
  const faults = [
    ...over('files', lengths, LIMITS.file),
    ...over('functions', functions, LIMITS.function),
    ...lengths.filter(({ name, lines }) => !name.endsWith('.ts') && lines > CPP_FILE_LINES).map(({ name, lines }) => `${name} has ${lines} lines; C++ files have at most ${CPP_FILE_LINES}`),
  ];
  return { faults, figures: `files ${summary(lengths)}, functions ${summary(functions)} (median / 90 % / most lines)` };
}

/** @param {string} file */
function functionsOf(file) {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  /** @type {{ name: string, lines: number }[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ node) => {
    const isNamed = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node) || ts.isConstructorDeclaration(node);
    if (isNamed && node.body !== undefined) {
      const line = (/** @type {number} */ position) => source.getLineAndCharacterOfPosition(position).line;
      found.push({ name: `${file}: ${node.name?.getText() ?? 'constructor'}`, lines: line(node.getEnd()) - line(node.getStart()) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function over(what, measured, { median, ninety, most }) {
  const figures = percentiles(measured);
  const faults = measured.filter(({ lines }) => lines > most).map(({ name, lines }) => `${name} has ${lines} lines, more than ${most}`);
  if (figures.median > median) faults.push(`the median of ${what} is ${figures.median} lines, more than ${median}`);
  if (figures.ninety > ninety) faults.push(`90 % of ${what} are under ${figures.ninety} lines, not ${ninety}`);
  return faults;
}

function summary(measured) {
  const { median, ninety, most } = percentiles(measured);
  return `${median} / ${ninety} / ${most}`;
}

function percentiles(measured) {
  const lines = measured.map((each) => each.lines).sort((a, b) => a - b);
  const at = (share) => lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
  return { median: at(0.5), ninety: at(0.9), most: lines.at(-1) ?? 0 };
}
