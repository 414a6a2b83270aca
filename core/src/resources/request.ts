import { UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import type { ResourceCount, ResourceKind, ResourceMenu, ResourceRequest, ResourceSelector, ResourceSelectorKind } from '../plugin/resources.js';

const LARGEST_INDEX = 0xffff_ffff;

/** What a caller gives to select resources, by name: values and counts as text or numbers. */
export type SelectorInput = Readonly<Record<string, string | number>>;

/** The kind of resource that a name (letter case does not count) or a number means. Throws `ERR_UNKNOWN_NAME` with the nearest names. */
export function findKind({ kinds }: Pick<ResourceMenu, 'kinds'>, name: string): ResourceKind {
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(name) ? Number(name) : undefined;
  const found = kinds.find((kind) => kind.id === number) ?? kinds.find((kind) => kind.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(name, kinds.map((kind) => kind.name));
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'The device\'s list of resources has all names.';
  throw new UsageError('ERR_UNKNOWN_NAME', `the device has no resource '${name}'`, { hint });
}

/** The names by which the selectors of a kind can be given: `index1` or the device's own name for it, and `count1`. */
export function selectorNames({ selectors }: Pick<ResourceKind, 'selectors'>): string[] {
  return selectors.flatMap((selector, position) => [
    ...(selector.index === 'none' ? [] : [ownName(selector) ?? `index${position + 1}`]),
    ...(selector.count === 'none' ? [] : [`count${position + 1}`]),
  ]);
}

/**
 * The request that `given` asks for. `count` goes to the first selector that takes one. Throws `ERR_FIELD_MISSING` for what the kind
 * requires, `ERR_UNKNOWN_NAME` and `ERR_FIELD_VALUE` for what it does not take.
 */
export function makeRequest(kind: ResourceKind, given: SelectorInput, count?: ResourceCount): ResourceRequest {
  const places = placesOf(kind);
  const values = new Map<string, string | number>();
  for (const [name, value] of Object.entries(given)) values.set(placeOf(kind, places, name, values), value);
  if (count !== undefined) values.set(countPlace(kind, values), count);
  const missing = [...new Set(places.values())].filter(({ use, place }) => use === 'required' && !values.has(place)).map(({ shown }) => shown);
  if (missing.length > 0) throw new UsageError('ERR_FIELD_MISSING', `${kind.name} needs ${missing.join(' and ')}`, { hint: `Give ${missing.map((name) => `${name}=...`).join(' ')}.` });
  return { kind: kind.id, selectors: kind.selectors.map((selector, position) => readSelector(kind, selector, position + 1, values)) };
}

interface Place {
  /** `index1`, `count2`. */
  readonly place: string;
  /** What people call it. */
  readonly shown: string;
  readonly use: ResourceSelectorKind['index'];
}

/** By every name, in lower case. */
function placesOf({ selectors }: ResourceKind): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [position, selector] of selectors.entries()) {
    const index = `index${position + 1}`;
    const count = `count${position + 1}`;
    const own = ownName(selector);
    const indexPlace = { place: index, shown: own ?? index, use: selector.index };
    if (selector.index !== 'none') places.set(index, indexPlace);
    if (selector.index !== 'none' && own !== undefined && !places.has(own.toLowerCase())) places.set(own.toLowerCase(), indexPlace);
    if (selector.count !== 'none') places.set(count, { place: count, shown: count, use: selector.count });
  }
  return places;
}

/** The device's name for an index, without blanks. */
function ownName({ name }: ResourceSelectorKind): string | undefined {
  return name === undefined || name === '' ? undefined : name.replaceAll(/\s+/g, '_');
}

function placeOf(kind: ResourceKind, places: ReadonlyMap<string, Place>, name: string, values: ReadonlyMap<string, unknown>): string {
  const found = places.get(name.toLowerCase());
  if (found === undefined) {
    const names = selectorNames(kind);
    throw new UsageError('ERR_UNKNOWN_NAME', `${kind.name} is not selected by ${name}`, { hint: names.length === 0 ? 'It takes no index.' : `It takes ${names.join(', ')}.` });
  }
  if (values.has(found.place)) throw new UsageError('ERR_USAGE', `${found.shown} is given twice`);
  return found.place;
}

function countPlace(kind: ResourceKind, values: ReadonlyMap<string, unknown>): string {
  const position = kind.selectors.findIndex(({ count }) => count !== 'none') + 1;
  if (position === 0) throw new UsageError('ERR_FIELD_VALUE', `${kind.name} takes no count`);
  if (values.has(`count${position}`)) throw new UsageError('ERR_USAGE', `count${position} is given twice`);
  return `count${position}`;
}

function readSelector(kind: ResourceKind, selector: ResourceSelectorKind, position: number, values: ReadonlyMap<string, string | number>): ResourceSelector {
  const index = values.get(`index${position}`) ?? 0;
  return { index: readIndex(index, ownName(selector) ?? `index${position}`), count: readCount(kind, selector, `count${position}`, values.get(`count${position}`) ?? 0) };
}

function readIndex(value: string | number, name: string): number {
  const index = typeof value === 'number' ? value : /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : NaN;
  if (!Number.isInteger(index) || index < 0 || index > LARGEST_INDEX) throw new UsageError('ERR_FIELD_VALUE', `${name}: '${value}' is no number from 0 to ${LARGEST_INDEX}`);
  return index;
}

function readCount(kind: ResourceKind, { canBeAll, canBeActive }: ResourceSelectorKind, name: string, value: string | number): ResourceCount {
  if (value !== 'all' && value !== 'active') return readIndex(value, name);
  if (value === 'all' ? canBeAll : canBeActive) return value;
  throw new UsageError('ERR_FIELD_VALUE', `${kind.name} cannot dump ${value} of its resources at once`);
}

/** Two requests with the same text ask for the same. */
export function requestKey({ kind, selectors }: ResourceRequest): string {
  return [kind, ...selectors.map(({ index, count }) => `${index}+${count}`)].join(' ');
}
