import { Namer } from '../namer.js';
import type { ReportProblem } from '../problem.js';
import { quantity, type AdbDatabase, type AdbNode } from './model.js';
import { NodeLowering } from './node.js';
import type { Resolve, TakenNode } from './taken.js';

const MOST_DEPTH = 24;

/** Turns every node but `leftOut` into structures of layouts, in the order of the file. What it cannot take it reports. */
export function lowerDatabase({ nodes }: AdbDatabase, leftOut: ReadonlySet<string>, report: ReportProblem): Map<string, TakenNode> {
  const namer = new Namer(nodes.keys());
  const names = uniqueNames(nodes.values(), report);
  const tails = new Tails(nodes, leftOut);
  const taken = new Map<string, TakenNode>();
  const open = new Set<string>();
  const take = (node: AdbNode): TakenNode => {
    open.add(node.name);
    const result = new NodeLowering(node, { namer, resolve, mayHaveTail: (name) => tails.isPossible(name), report }).run();
    open.delete(node.name);
    taken.set(node.name, result);
    return result;
  };
  const resolve: Resolve = (name) => {
    const known = taken.get(name);
    const node = nodes.get(name);
    if (known !== undefined) return known;
    if (node === undefined || !names.has(name)) return { fault: 'reference', message: `the node ${name.slice(0, 128)} is not defined` };
    if (open.has(name)) return { fault: 'recursion', message: `the node ${name} contains itself` };
    return open.size >= MOST_DEPTH ? { fault: 'recursion', message: `more than ${MOST_DEPTH} nodes inside one another` } : take(node);
  };
  for (const [name, node] of nodes) if (!leftOut.has(name) && !taken.has(name) && names.has(name)) take(node);
  return new Map([...nodes.keys()].flatMap((name) => {
    const result = leftOut.has(name) ? undefined : taken.get(name);
    return result === undefined || result.structure.sizeBits + result.structure.fields.length === 0 ? [] : [[name, result]];
  }));
}

/** Names that differ only in case are one, because files are named by them; the first node keeps it. */
function uniqueNames(nodes: Iterable<AdbNode>, report: ReportProblem): Set<string> {
  const folded = new Set<string>();
  const names = new Set<string>();
  for (const { name, file, line } of nodes) {
    if (folded.size === folded.add(name.toLowerCase()).size) report({ file, line, structure: name, rule: 'duplicate-name', outcome: 'left-out', message: 'differs from another node only in case' });
    else names.add(name);
  }
  return names;
}

/** Which nodes may end in a part without a fixed size: those that nobody uses but as the last field of one that may. */
class Tails {
  readonly #nodes: AdbDatabase['nodes'];
  readonly #uses = new Map<string, { readonly user: string; readonly isEnd: boolean }[]>();
  readonly #known = new Map<string, boolean>();

  constructor(nodes: AdbDatabase['nodes'], leftOut: ReadonlySet<string>) {
    this.#nodes = nodes;
    for (const { name, fields, isUnion } of nodes.values()) {
      for (const { attributes, offset, size } of leftOut.has(name) ? [] : fields) {
        const used = attributes.get('subnode');
        if (used === undefined) continue;
        const isEnd = !isUnion && !attributes.has('high_bound') && (quantity(offset ?? '') ?? 0) + (quantity(size) ?? 0) === nodes.get(name)?.sizeBits;
        this.#uses.set(used, [...this.#uses.get(used) ?? [], { user: name, isEnd }]);
      }
    }
  }

  isPossible(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, false);
    const isPossible = this.#nodes.has(name) && (this.#uses.get(name) ?? []).every(({ user, isEnd }) => isEnd && this.isPossible(user));
    this.#known.set(name, isPossible);
    return isPossible;
  }
}
