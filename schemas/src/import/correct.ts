import { fieldSchema, type Field } from '../layout/field.js';
import type { LayoutDocumentOf } from '../layout/layout.js';
import type { FieldChange, ImportOverride, ImportOverrides } from './overrides.js';
import type { ImportProblem } from './problem.js';

type Structures = LayoutDocumentOf<'structures'>;

/** The documents by name with every correction made. A correction that meets nothing, or makes no field, is reported. `file` is the corrections' own. */
export function correct(documents: ReadonlyMap<string, Structures>, { overrides }: ImportOverrides, file: string, report: (problem: ImportProblem) => void): Map<string, Structures> {
  const corrected = new Map(documents);
  for (const override of overrides) {
    const message = 'leaveOut' in override ? leaveOut(corrected, override.structure) : change(corrected, override);
    if (message !== undefined) report({ file, line: 0, structure: override.structure, ...('field' in override ? { field: override.field } : {}), rule: 'override', outcome: 'left-out', message });
  }
  return corrected;
}

function leaveOut(documents: Map<string, Structures>, structure: string): string | undefined {
  return documents.delete(structure) ? undefined : 'no such structure is imported';
}

function change(documents: Map<string, Structures>, { structure, field: name, set }: Extract<ImportOverride, { set: FieldChange }>): string | undefined {
  const document = [...documents.values()].find(({ structures }) => Object.hasOwn(structures, structure));
  const layout = document?.structures[structure];
  const index = layout?.fields.findIndex((field) => field.name === name) ?? -1;
  const field = layout?.fields[index];
  if (document === undefined || layout === undefined) return 'no such structure is imported';
  if (field === undefined) return 'the structure has no such field';
  const { symbols } = set;
  const enumName = `${structure}_${name}`;
  const changed = fieldSchema.safeParse({ ...asType(field, set, symbols === undefined ? undefined : enumName), ...plain(set) });
  if (!changed.success) return changed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ');
  const fields = layout.fields.with(index, changed.data);
  const enums = symbols === undefined ? {} : { enums: { ...document.enums, [enumName]: symbols } };
  documents.set(document.name, { ...document, structures: { ...document.structures, [structure]: { ...layout, fields } }, ...enums });
  return undefined;
}

/** What a change does beside writing the field's properties. */
const KINDS = new Set(['type', 'selector', 'when', 'symbols']);

/** The part of a change that is written into the field as it is. */
function plain(change: FieldChange): object {
  return Object.fromEntries(Object.entries(change).filter(([key]) => !KINDS.has(key)));
}

/** The field as the kind of value that the change makes of it. */
function asType(field: Field, { type, selector, when }: FieldChange, enumName: string | undefined): object {
  const { name, offsetBits, sizeBits } = field;
  if (enumName !== undefined) return { name, type: 'enum', offsetBits, sizeBits, enum: enumName };
  if (type === 'reserved') return { name: `reserved_at_${offsetBits.toString(16)}`, type, offsetBits, sizeBits };
  if (type !== undefined) return { name, type, offsetBits, sizeBits };
  if (selector === undefined || field.type !== 'union') return field;
  const variants = field.variants.flatMap(({ name: variant = '', structure }) => (when?.[variant] === undefined ? [] : [{ name: variant, when: when[variant], structure }]));
  return { ...field, selector, variants };
}
