import { fieldSchema, type Field } from '../layout/field.js';
import { pathOf } from '../layout/imports.js';
import type { LayoutDocument, Structure } from '../layout/layout.js';
import { joinHalves } from './join.js';
import type { Documents } from './layout-import.js';
import { Moves } from './moves.js';
import type { FieldChange, ImportOverride, NamedOverrides } from './overrides.js';
import type { ReportProblem } from './problem.js';

type Setting = Extract<ImportOverride, { set: FieldChange }>;
type Joining = Extract<ImportOverride, { join: readonly [string, string] }>;

/** What corrections made. */
export interface Corrected {
  readonly documents: Documents;
  readonly moves: Moves;
}

/** The documents with every correction made, in their order. One that meets nothing, or makes no field, is reported. */
export function correct(documents: Documents, { file, value: { overrides } }: NamedOverrides, report: ReportProblem): Corrected {
  const corrector = new Corrector(documents);
  for (const override of overrides) {
    const message = corrector.apply(override);
    if (message !== undefined) report({ file, line: 0, structure: override.structure, ...('field' in override ? { field: override.field } : {}), rule: 'override', outcome: 'left-out', message });
  }
  return corrector;
}

class Corrector implements Corrected {
  readonly documents: Map<string, LayoutDocument>;
  readonly moves = new Moves();
  /** The path of the document in which each structure stands. */
  readonly #homes: Map<string, string>;

  constructor(documents: Documents) {
    this.documents = new Map(documents);
    this.#homes = new Map([...documents].flatMap(([path, { structures }]) => Object.keys(structures).map((structure) => [structure, path])));
  }

  /** Makes one correction; gives what is wrong with it. */
  apply(override: ImportOverride): string | undefined {
    if ('leaveOut' in override) return this.documents.delete(`structures/${override.structure}`) ? undefined : 'no such structure is imported';
    if ('join' in override) return this.#join(override);
    return this.#set(override);
  }

  #join({ structure, join }: Joining): string | undefined {
    const names = structure === '*' ? [...this.#homes.keys()] : [structure];
    let count = 0;
    for (const name of names) {
      const layout = this.#structure(name);
      if (layout === undefined) continue;
      const joined = joinHalves(layout.fields, join, this.#document(name)?.byteOrder ?? 'big');
      for (const { from, to, part } of joined.joined) this.moves.add(name, from, { field: to, part });
      if (joined.joined.length > 0) this.#replace(name, { ...layout, fields: joined.fields });
      count += joined.joined.length;
    }
    return count > 0 ? undefined : 'no two neighbours have such names';
  }

  #set({ structure, field, set }: Setting): string | undefined {
    if (structure !== '*') return this.#setIn({ structure, field, set });
    const structures = [...this.#homes.keys()].filter((name) => this.#structure(name)?.fields.some((each) => each.name === field) === true);
    const messages = structures.map((name) => this.#setIn({ structure: name, field, set }));
    return structures.length === 0 ? 'no structure has such a field' : messages.find((message) => message !== undefined);
  }

  #setIn({ structure, field, set }: Omit<Setting, 'reason'>): string | undefined {
    const layout = this.#structure(structure);
    if (layout === undefined) return 'no such structure is imported';
    const names = field === '*' ? layout.fields.filter(({ type }) => type !== 'reserved').map(({ name }) => name) : [field];
    const messages = names.map((name) => this.#change(structure, name, set));
    return names.length === 0 ? 'the structure has no fields' : messages.find((message) => message !== undefined);
  }

  #change(structure: string, name: string, set: FieldChange): string | undefined {
    const layout = this.#structure(structure);
    const index = layout?.fields.findIndex((field) => field.name === name) ?? -1;
    const field = layout?.fields[index];
    if (layout === undefined || field === undefined) return 'the structure has no such field';
    const enumName = set.symbols === undefined ? undefined : `${structure}_${name}`;
    const changed = fieldSchema.safeParse({ ...asType(field, set, enumName), ...plain(set) });
    if (!changed.success) return changed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ');
    this.moves.add(structure, name, { field: changed.data.name });
    this.#replace(structure, { ...layout, fields: layout.fields.with(index, changed.data) }, enumName === undefined ? {} : { [enumName]: set.symbols ?? [] });
    return undefined;
  }

  #document(structure: string): LayoutDocument | undefined {
    return this.documents.get(this.#homes.get(structure) ?? '');
  }

  #structure(name: string): Structure | undefined {
    return this.#document(name)?.structures[name];
  }

  #replace(name: string, structure: Structure, enums: NonNullable<LayoutDocument['enums']> = {}): void {
    const document = this.#document(name);
    if (document === undefined) return;
    const all = { ...document.enums, ...enums };
    this.documents.set(pathOf(document), { ...document, structures: { ...document.structures, [name]: structure }, ...(Object.keys(all).length === 0 ? {} : { enums: all }) });
  }
}

/** What a change does beside writing the field's properties. */
const KINDS = new Set(['type', 'selector', 'when', 'symbols']);

/** The part of a change that is written into the field as it is. */
function plain(change: FieldChange): object {
  return Object.fromEntries(Object.entries(change).filter(([key]) => !KINDS.has(key)));
}

/** The field as the kind of value that the change makes of it. What it says of itself beside its value stays. */
function asType(field: Field, { type, selector, when }: FieldChange, enumName: string | undefined): object {
  const { name, offsetBits, sizeBits, description, access, onRead, onWrite, volatile, default: value, secret, identifies } = field;
  const place = { name, offsetBits, sizeBits };
  const said = Object.fromEntries(Object.entries({ description, access, onRead, onWrite, volatile, default: value, secret, identifies }).filter(([, each]) => each !== undefined));
  if (enumName !== undefined) return { ...place, type: 'enum', enum: enumName, ...said };
  if (type === 'reserved') return { ...place, name: `reserved_at_${offsetBits.toString(16)}`, type };
  if (type !== undefined) return { ...place, type, ...said };
  if (selector === undefined || field.type !== 'union') return field;
  const variants = field.variants.flatMap(({ name: variant = '', structure }) => (when?.[variant] === undefined ? [] : [{ name: variant, when: when[variant], structure }]));
  return { ...field, selector, variants };
}
