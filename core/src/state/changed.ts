import type { ChangedSetting, DumpEntry, KernelSetting } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { indexFields } from '../channel/access.js';
import { decodeEntry, type Dump } from '../dump/dump.js';
import { leavesOf, type Leaf } from '../dump/leaves.js';
import { AuxctlError } from '../errors/base.js';
import type { Codec } from '../layout/codec.js';
import { setSelector, VALUE_SETS, type ValueSet } from './value-sets.js';
import { itemDocument, itemName } from './item-parameters.js';

type Leaves = ReadonlyMap<string, Leaf>;
type Sets = Partial<Record<ValueSet, Leaves>>;

/** Every setting that is not as it was delivered, or will not be after the next reset: of the stored configuration, of features, and of the driver. */
export async function changedSettings(dump: Dump | undefined, settings: readonly KernelSetting[]): Promise<ChangedSetting[]> {
  const driver = settings.filter(({ value, default: usual }) => usual !== undefined && usual !== value)
    .map(({ name, mode, value, default: usual = '' }): ChangedSetting => ({ kind: 'driver', name: `${name} ${mode}`, default: usual, current: value }));
  return dump === undefined ? driver : [...(await changedItems(dump)), ...(await changedFeatures(dump)), ...driver];
}

async function changedItems(dump: Dump): Promise<ChangedSetting[]> {
  const items = new Map<string, DumpEntry[]>();
  for (const entry of dump.entries) if (entry.subject.kind === 'parameter' && !('failure' in entry)) addTo(items, entry.layout ?? '', entry);
  const changed: ChangedSetting[] = [];
  for (const entries of items.values()) {
    const document = itemDocument(dump, entries[0] ?? {});
    if (document === undefined || document.isCapability === true) continue;
    const sets: Sets = {};
    for (const entry of entries) {
      const decoded = entry.subject.kind === 'parameter' ? await leavesOfEntry(entry, dump) : undefined;
      if (decoded !== undefined && entry.subject.kind === 'parameter' && entry.subject.mode !== undefined) sets[entry.subject.mode] = decoded.leaves;
    }
    for (const path of pathsOf(sets)) {
      const known = itemName(document, path);
      const values = known === undefined ? undefined : differing(sets, path, known.valid);
      if (known !== undefined && values !== undefined) changed.push({ kind: 'stored', name: known.name, ...(known.title === undefined ? {} : { title: known.title }), ...values });
    }
  }
  return changed;
}

/** Registers that are read once for each set of values: an index field chooses among them, by values called `default` and `current`. */
async function changedFeatures(dump: Dump): Promise<ChangedSetting[]> {
  const features = new Map<string, { readonly name: string; readonly title: string | undefined; readonly sets: Sets }>();
  for (const entry of dump.entries) {
    const { subject } = entry;
    if (subject.kind !== 'register' || subject.key === undefined || 'failure' in entry) continue;
    const decoded = await leavesOfEntry(entry, dump);
    const selector = decoded === undefined ? undefined : setSelector(decoded.codec);
    const set = selector?.sets.get(integerValue(subject.key[selector.field] ?? 0));
    if (decoded === undefined || selector === undefined || set === undefined) continue;
    const others = Object.entries(subject.key).filter(([field]) => field !== selector.field).map(([field, value]) => ` ${field}=${BigInt(value)}`).join('');
    const name = subject.name + others;
    const document = decoded.codec.document;
    const feature = features.get(name) ?? { name, title: 'title' in document ? document.title : undefined, sets: {} };
    feature.sets[set] = withoutIndex(decoded.leaves, decoded.codec);
    features.set(name, feature);
  }
  return [...features.values()].flatMap(({ name, title, sets }) => pathsOf(sets).flatMap((path): ChangedSetting[] => {
    const values = sets.default === undefined ? undefined : differing(sets, path);
    return values === undefined ? [] : [{ kind: 'feature', name: `${name}.${path}`, ...(title === undefined ? {} : { title }), ...values }];
  }));
}

function withoutIndex(leaves: Leaves, codec: Codec): Leaves {
  const index = new Set(indexFields(codec).map(({ name }) => name));
  return new Map([...leaves].filter(([path, { isVolatile }]) => !isVolatile && !index.has(path)));
}

function pathsOf(sets: Sets): string[] {
  return [...new Set(VALUE_SETS.flatMap((set) => [...(sets[set]?.keys() ?? [])]))];
}

/** The texts of a value in each set, where they are not all the same. */
function differing(sets: Sets, path: string, valid?: string): Partial<Record<ValueSet, string>> | undefined {
  const shown = VALUE_SETS.flatMap((set): [ValueSet, string, string][] => {
    const leaf = sets[set]?.get(path);
    if (leaf === undefined) return [];
    const isUnset = valid !== undefined && /^0*$/.test(sets[set]?.get(valid)?.value ?? '');
    return [[set, `${leaf.value} ${isUnset}`, isUnset ? `${leaf.text}, not set` : leaf.text]];
  });
  if (new Set(shown.map(([, value]) => value)).size < 2) return undefined;
  return Object.fromEntries(shown.map(([set, , text]) => [set, text]));
}

async function leavesOfEntry(entry: DumpEntry, dump: Dump): Promise<{ readonly codec: Codec; readonly leaves: Leaves } | undefined> {
  try {
    const decoded = await decodeEntry(entry, dump.layouts);
    return decoded === undefined ? undefined : { codec: decoded.codec, leaves: leavesOf(decoded.codec, decoded.raw) };
  } catch (error) {
    if (error instanceof AuxctlError) return undefined;
    throw error;
  }
}

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key) ?? [];
  map.set(key, [...values, value]);
}
