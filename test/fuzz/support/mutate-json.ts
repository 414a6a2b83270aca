import fc from 'fast-check';
import { randomSource } from './random.js';

const MOST_CHANGES = 4;

/** What may stand anywhere in a file that somebody else wrote. */
const ODD: readonly unknown[] = [
  null, true, false, -1, 0, 1, 0.5, 7, 8, 63, 64, 65, 1e9, 2 ** 31, 2 ** 53, 1e308, '', '0', '-1', '0x10', '0xffffffffffffffffffff', 'request', 'reply', 'status', 'opcode', 'led',
  '__proto__', 'constructor', 'toString', 'a'.repeat(5_000), '../../etc/passwd', 'structures/framing', 'registers/LED', [], {}, [[]], [{}], { name: 'x' }, { __proto__: 1 }, 'tail', 'rest', 'struct', 'union', 'array',
];

/** Documents made of one by changing a few of its values: to odd ones, to others of its own, by leaving members out, doubling or renaming them. */
export function jsonMutations(document: unknown): fc.Arbitrary<unknown> {
  return fc.integer().map((seed) => mutatedJson(document, randomSource(seed)));
}

/** A copy of a document with one to four such changes. */
export function mutatedJson(document: unknown, random: () => number): unknown {
  const holder = { document: structuredClone(document) };
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
