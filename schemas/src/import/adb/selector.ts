/** Values of one field beside a union that choose a member, or hold a condition, by their names or as numbers. */
export interface Choice {
  /** The field's name. */
  readonly field: string;
  readonly values: readonly string[];
}

const PARENT = /[$#]\(parent\)\./g;
const NAME = /^\w{1,128}$/;

/** The field that a path names, where it stands in the node that holds the union: `$(parent).field`. */
export function siblingOf(path: string): string | undefined {
  const name = path.trim().replace(/^[$#]\(parent\)\./, '');
  return name !== path.trim() && NAME.test(name) ? name : undefined;
}

/** A condition that one field has one of several values; undefined for any other. */
export function choiceOf(condition: string): Choice | undefined {
  const terms = condition.replace(PARENT, '@').replace(/[()]/g, ' ').split(/\|\|?|\bOR\b/).map((term) => /^\s*@(\w+)\s*==\s*(\w+)\s*$/.exec(term));
  const fields = new Set(terms.map((term) => term?.[1]));
  const [field] = fields;
  return field === undefined || fields.size > 1 ? undefined : { field, values: terms.flatMap((term) => term?.[2] ?? []) };
}
