import { nearest, UsageError, type Presented } from '@auxctl/core';

/** Presented fields by name. */
export type PresentedFields = Readonly<Record<string, Presented>>;

type Wanted = Map<string, Wanted | 'all'>;

/**
 * The part of a structure that a list such as `a,b.c,x[2]` names, in the structure's order; everything when there is no list. Throws
 * `ERR_UNKNOWN_NAME` with the nearest names.
 */
export function selectFields(fields: PresentedFields, list: string | undefined): PresentedFields {
  if (list === undefined) return fields;
  const wanted: Wanted = new Map();
  for (const steps of fieldSteps(list)) addPath(wanted, steps);
  return pick(fields, wanted, '');
}

/** Each path of a list, name by name; elements of arrays go by their numbers. Throws `ERR_USAGE`. */
export function fieldSteps(list: string): string[][] {
  const paths = list.split(',').map((path) => path.trim().replaceAll(/\[(\d+)\]/g, '.$1').split('.'));
  if (paths.flat().includes('')) throw new UsageError('ERR_USAGE', `--fields: '${list}' is not a list of fields`, { hint: 'Separate names with commas, as in a,b.c,x[2].' });
  return paths;
}

function addPath(wanted: Wanted, steps: readonly string[]): void {
  let level = wanted;
  for (const [index, step] of steps.entries()) {
    const known = level.get(step);
    if (known === 'all') return;
    if (index === steps.length - 1) {
      level.set(step, 'all');
      return;
    }
    const next: Wanted = known ?? new Map<string, Wanted | 'all'>();
    level.set(step, next);
    level = next;
  }
}

function pick(fields: PresentedFields, wanted: Wanted, prefix: string): PresentedFields {
  const unknown = [...wanted.keys()].find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw unknownField(prefix + unknown, Object.keys(fields).map((name) => prefix + name));
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]): [string, Presented][] => {
    const below = wanted.get(name);
    if (below === undefined) return [];
    return [[name, below === 'all' ? value : pickBelow(value, below, prefix + name)]];
  }));
}

function pickBelow(value: Presented, wanted: Wanted, path: string): Presented {
  if (value.type === 'structure') return { type: 'structure', fields: pick(value.fields, wanted, `${path}.`) };
  const [step = ''] = wanted.keys();
  if (value.type === 'value') throw new UsageError('ERR_UNKNOWN_NAME', `${path} has no part ${step}: it is a single value`);
  const elements = Object.fromEntries(value.elements.map((element, index) => [String(index), element]));
  return { type: 'structure', fields: pick(elements, wanted, `${path}.`) };
}

/** The error for a field that is not there, with the names nearest to it. */
export function unknownField(path: string, names: readonly string[]): UsageError {
  const near = nearest(path, names);
  return new UsageError('ERR_UNKNOWN_NAME', `no field is called ${path}`, { hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', ...' : ''}.` });
}
