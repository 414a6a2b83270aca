import type { Presented, PresentedScalar } from './present.js';

/** An element of an array that is nothing but a name and what it stands for. */
export interface NamedElement {
  /** Unique in its array: the second of one name ends in `#2`. */
  readonly name: string;
  readonly value: PresentedScalar;
}

/**
 * The elements of an array in which each is a structure of a text `name` and a single `value`: what has names that no layout knows. Such an element is
 * called by its name, not by its number, so that it is the same one wherever it stands. `undefined` for any other array.
 */
export function namedElements(elements: readonly Presented[]): NamedElement[] | undefined {
  const counts = new Map<string, number>();
  const found: NamedElement[] = [];
  for (const element of elements) {
    const pair = element.type === 'structure' ? pairOf(element.fields) : undefined;
    if (pair === undefined) return undefined;
    const count = (counts.get(pair.name) ?? 0) + 1;
    counts.set(pair.name, count);
    found.push({ name: count === 1 ? pair.name : `${pair.name}#${count}`, value: pair.value });
  }
  return found.length === 0 ? undefined : found;
}

function pairOf({ name, value, ...others }: Readonly<Record<string, Presented>>): NamedElement | undefined {
  if (name?.type !== 'value' || value?.type !== 'value' || typeof name.value !== 'string' || Object.keys(others).length > 0) return undefined;
  return { name: name.text, value };
}
