import fc from 'fast-check';
import { randomSource } from './random.js';

const MOST_CHANGES = 4;
const ODD = [0, -1, 1, 63, 64, 65, 4_294_967_296, 2 ** 53, 1e300, 0.5, null, true, false, '', 'x', '0x0', '0xffffffffffffffff', '__proto__', 'constructor', 'rest', 'uint', 'int', 'enum', 'flags', 'string', 'bytes', 'struct', 'union', 'array', 'reserved', [], {}, [[]], 'a'.repeat(300)];

/** Documents made of one by changing a few of its values: to odd ones, to others of its own, by leaving members out, doubling or renaming them. */
export function jsonMutations(document: unknown): fc.Arbitrary<unknown> {
  return fc.integer().map((seed) => mutate(structuredClone(document), randomSource(seed)));
}

function mutate(document: unknown, random: () => number): unknown {
  const holder = { document };
  const changes = 1 + Math.floor(random() * MOST_CHANGES);
  for (let change = 0; change < changes; change += 1) {
    const places = placesIn(holder);
    const place = pick(places, random);
    const other = pick(places, random);
    if (place === undefined || other === undefined) break;
    changeOne(place, other, random);
  }
  return holder.document ?? null;
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

function changeOne({ parent, key }: Place, other: Place, random: () => number): void {
  const kind = random();
  if (kind < 0.4) parent[key] = structuredClone(pick(ODD, random));
  else if (kind < 0.7) parent[key] = structuredClone(other.parent[other.key]);
  else if (kind < 0.85) Reflect.deleteProperty(parent, key);
  else if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
  else parent[other.key] = parent[key];
}

/** Every value with its place, the whole first. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}
