import { layoutDocumentSchema, opcodeTableSchema, type LayoutDocument, type OpcodeTable } from '../layout/layout.js';
import { hasTail, integerValue, rootsOf } from '../layout/model.js';
import { scopeOf } from '../layout/scope.js';
import { checkExtents } from './extent.js';
import { checkInstances } from './index-fields.js';
import { checkNvItem } from './nvconfig.js';
import { shapeProblems, type LayoutRule, type Problem, type Validated } from './problem.js';
import { checkStructure } from './structure.js';

/** The shape alone: what one file says of itself. `file` is only for the problems' sake. */
export function parseLayoutDocument(file: string, json: unknown): Validated<LayoutDocument> {
  const parsed = layoutDocumentSchema.safeParse(json);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problems: shapeProblems(file, parsed.error, json, 'layout') };
}

/** An opcode table: its shape, and that no opcode and modifier stand twice, nor a refused opcode with another row. */
export function parseOpcodeTable(file: string, json: unknown): Validated<OpcodeTable> {
  const parsed = opcodeTableSchema.safeParse(json);
  if (!parsed.success) return { ok: false, problems: shapeProblems(file, parsed.error, json, 'opcodes') };
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const take = (rows: readonly OpcodeRow[], isTaken: (row: OpcodeRow) => boolean, message: string): void => {
    for (const row of rows) {
      if (isTaken(row)) problems.push({ file, field: row.name, rule: 'duplicate-opcode', message });
      seen.add(placeOf(row)).add(opcodeOf(row));
    }
  };
  take(parsed.data.opcodes, (row) => seen.has(placeOf(row)), 'another row has this opcode and modifier');
  // One that is refused with a modifier is an exception from the row of its opcode.
  take((parsed.data.refused ?? []).flatMap(({ commands }) => commands), (row) => seen.has(row.modifier === undefined ? opcodeOf(row) : placeOf(row)), 'another row has this opcode');
  return problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems };
}

type OpcodeRow = Pick<OpcodeTable['opcodes'][number], 'opcode' | 'modifier' | 'name'>;

function opcodeOf({ opcode }: OpcodeRow): string {
  return integerValue(opcode).toString();
}

function placeOf(row: OpcodeRow): string {
  return `${opcodeOf(row)}/${row.modifier === undefined ? '' : integerValue(row.modifier).toString()}`;
}

/** Every fault of one document of the right shape, given the documents that it imports. */
export function checkLayoutDocument(file: string, document: LayoutDocument, imported: readonly LayoutDocument[]): Problem[] {
  const scope = scopeOf(document, imported);
  const problems: Problem[] = [];
  const report = (rule: LayoutRule, message: string, structure?: string): void => {
    problems.push({ file, ...(structure === undefined ? {} : { structure }), rule, message });
  };
  for (const [name, structure] of Object.entries(document.structures)) for (const problem of checkStructure(file, name, structure, scope)) problems.push(problem);
  for (const other of imported) if (other.byteOrder !== document.byteOrder) report('import', `${other.name} has another byte order`);
  for (const name of rootsOf(document)) if (!scope.structures.has(name)) report('reference', `no structure ${name}`);
  checkSymbols(document, report);
  checkExtents(document, scope, report);
  if (document.kind === 'register') checkInstances(document, scope, report);
  if (document.kind === 'command' && document.replyTailBytes !== undefined && !hasTail(scope.structures.get(document.reply)?.fields ?? [], scope.structures)) {
    report('tail', 'gives room for a tail, and the reply has none', document.reply);
  }
  if (document.kind === 'nvconfig') checkNvItem(document, scope, report);
  return problems;
}

type ReportDocument = (rule: LayoutRule, message: string, structure?: string) => void;

function checkSymbols(document: LayoutDocument, report: ReportDocument): void {
  for (const [name, symbols] of Object.entries(document.enums ?? {})) {
    for (const twice of duplicates(symbols.map((symbol) => symbol.name))) report('duplicate-name', `enum ${name}: two values are called ${twice}`);
    for (const twice of duplicates(symbols.map((symbol) => integerValue(symbol.value)))) report('duplicate-value', `enum ${name}: two names for ${twice}`);
  }
  for (const [name, flags] of Object.entries(document.flags ?? {})) {
    for (const twice of duplicates(flags.map((flag) => flag.name))) report('duplicate-name', `flags ${name}: two bits are called ${twice}`);
    for (const twice of duplicates(flags.map((flag) => flag.bit))) report('duplicate-value', `flags ${name}: two names for bit ${twice}`);
  }
}

function duplicates<T>(values: readonly T[]): Set<T> {
  const seen = new Set<T>();
  return new Set(values.filter((value) => seen.has(value) || !seen.add(value)));
}
