import type { Effect } from '../../words.js';
import { isLayoutName, Namer } from '../namer.js';
import type { Place, ReportProblem } from '../problem.js';
import type { AdbDatabase, AdbNode } from './model.js';
import { enumValues } from './symbols.js';
import type { TakenNode } from './taken.js';

/** Where register tools begin: a node that holds the number of a register beside the union of all registers. */
const ROOT = /^access_reg_summary_selector(_ext)?$/;
const MOST_ID_BITS = 16;

/** A register of the database. */
export interface AdbRegister extends Place {
  readonly name: string;
  readonly id: bigint;
  /** The node that it is. */
  readonly node: string;
}

/** The registers of a database, and the nodes that only list them. */
export interface RegisterIndex {
  readonly registers: readonly AdbRegister[];
  readonly nodes: ReadonlySet<string>;
}

/** Finds the registers by the names that select the members of the root's union; a name with a fault is reported. */
export function registerIndex({ nodes }: AdbDatabase, report: ReportProblem): RegisterIndex {
  const root = [...nodes.values()].find(({ name }) => ROOT.test(name));
  const inside = (root?.fields ?? []).map(({ attributes }) => nodes.get(attributes.get('subnode') ?? '')).filter((node) => node !== undefined);
  const union = inside.find(({ isUnion, fields }) => isUnion && fields.some(({ attributes }) => attributes.has('selected_by')));
  const ids = inside.filter((node) => node !== union).flatMap(({ fields }) => fields).find(({ attributes }) => attributes.has('enum'));
  if (root === undefined || union === undefined || ids === undefined) return { registers: [], nodes: new Set() };
  const { values } = enumValues(ids.attributes.get('enum') ?? '', MOST_ID_BITS);
  return { registers: registersOf(union, values, report), nodes: new Set([root, ...inside].map(({ name }) => name).concat(holdersOf(root, nodes))) };
}

function registersOf(union: AdbNode, values: ReadonlyMap<string, bigint>, report: ReportProblem): AdbRegister[] {
  const namer = new Namer();
  return union.fields.flatMap(({ attributes, name: field, file, line }) => {
    const wanted = attributes.get('selected_by')?.trim() ?? '';
    const [id, node] = [values.get(wanted), attributes.get('subnode')];
    if (id !== undefined && node !== undefined && isLayoutName(wanted)) return [{ name: namer.first([wanted]), id, node, file, line }];
    report({ file, line, structure: union.name, field: field.slice(0, 128), rule: 'selector', outcome: 'left-out', message: `'${wanted.slice(0, 80)}' names no register` });
    return [];
  });
}

/** The nodes that hold the root and nothing else. */
function holdersOf(root: AdbNode, nodes: AdbDatabase['nodes']): string[] {
  const found = new Set([root.name]);
  for (const name of found) {
    for (const node of nodes.values()) if (node.fields.length === 1 && node.fields[0]?.attributes.get('subnode') === name) found.add(node.name);
  }
  return [...found];
}

/** What can be done with a register of this node: nobody says what a write does, so that it counts as the strongest. */
export function effectsOf(node: string, taken: ReadonlyMap<string, TakenNode>): { readonly read?: Effect; readonly write?: Effect } {
  const kinds = new Set<string>();
  const seen = new Set([node]);
  for (const name of seen) {
    const { structure, parts, uses = [] } = taken.get(name) ?? {};
    for (const { fields } of [...structure === undefined ? [] : [structure], ...parts?.values() ?? []]) {
      for (const field of fields) if (field.type !== 'reserved' && field.type !== 'struct' && field.type !== 'union') kinds.add(field.access ?? 'RO');
    }
    for (const used of uses) seen.add(used);
  }
  const canWrite = kinds.has('RW') || kinds.has('WO') || kinds.has('OP');
  return { ...(kinds.has('RO') || kinds.has('RW') || !canWrite ? { read: 'inspect' } : {}), ...(canWrite ? { write: 'invasive' } : {}) };
}
