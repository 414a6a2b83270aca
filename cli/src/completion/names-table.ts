import type { DescribedStructure } from '../schemas/layouts.js';
import { columns } from './lines.js';

/** Fields below a name; for one value, the number of its enum, or nothing. */
interface Node {
  readonly children: Map<string, Node>;
  enumNumber?: number;
}

type DescribedField = DescribedStructure['fields'][number];

/** Lists of names that many structures share, each kept once and known by its number. */
export class NamesTable {
  readonly #enums = new Map<string, number>();
  readonly #structures = new Map<string, number>();

  /** The number of the fields of a structure, of those that are meant; 0 for none. */
  numberOf({ fields, enums }: DescribedStructure, isMeant: (field: DescribedField) => boolean = () => true): string {
    const root: Node = { children: new Map() };
    for (const field of fields) {
      if (field.type === 'union' || !isMeant(field)) continue;
      const values = field.names === undefined ? undefined : enums[field.names];
      place(root, typedSteps(field.path), values === undefined ? undefined : this.#enumNumber(values.map(({ name }) => name)));
    }
    return this.#intern(root);
  }

  /** The number of fields that are only names. */
  numberOfNames(names: readonly string[]): string {
    return this.#intern({ children: new Map(names.map((name) => [name, { children: new Map() }])) });
  }

  /** The lines `fields` and `enum`, each with its number first. */
  lines(): string[] {
    const line = (kind: string) => ([text, number]: [string, number]): string => columns(kind, String(number), text);
    return [...Array.from(this.#structures, line('fields')), ...Array.from(this.#enums, line('enum'))];
  }

  #enumNumber(names: readonly string[]): number {
    return numberIn(this.#enums, names.join(' '));
  }

  #intern({ children }: Node): string {
    if (children.size === 0) return '0';
    const text = Array.from(children, ([name, node]) => {
      const below = this.#intern(node);
      return below !== '0' ? `${name}:${below}` : node.enumNumber === undefined ? name : `${name}=${node.enumNumber}`;
    }).join(' ');
    return String(numberIn(this.#structures, text));
  }
}

function numberIn(table: Map<string, number>, text: string): number {
  const number = table.get(text) ?? table.size + 1;
  table.set(text, number);
  return number;
}

/** `a`, `x[4]` for an array of four, `b`: unions that something else tells apart have no name of their own when they are typed. */
function typedSteps(path: string): string[] {
  return path.replaceAll(/<[^>]*>/g, '').replaceAll(/\[0\.\.(\d*)\]/g, (_range, last: string) => `[${last === '' ? 1 : Number(last) + 1}]`).split('.');
}

function place(node: Node, [step, ...rest]: readonly string[], enumNumber: number | undefined): void {
  if (step === undefined) {
    if (enumNumber !== undefined) node.enumNumber = enumNumber;
    return;
  }
  const child = node.children.get(step) ?? { children: new Map<string, Node>() };
  node.children.set(step, child);
  place(child, rest, enumNumber);
}
