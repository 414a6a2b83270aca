import type { z } from 'zod';
import { nearest } from '../names/nearest.js';
import type { RawFault } from './fault.js';
import type { Tree } from './tree.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema finds wrong with a tree, each with its place. */
export function schemaFaults(issues: readonly Issue[], schema: z.ZodType, tree: Tree): RawFault[] {
  return issues.flatMap((issue) => faultsOf(issue, [], schema, tree));
}

function faultsOf(issue: Issue, around: Path, schema: z.ZodType, tree: Tree): RawFault[] {
  const path = [...around, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...tree.keySpanOf([...path, key]), message: unknownKey(key, knownKeys(schema, path)) }));
  if (issue.code === 'invalid_union') return unionFaults(issue, path, schema, tree);
  if (issue.code === 'invalid_key') return [{ ...tree.keySpanOf(path), message: `${nameOf(path)}: ${lowered(issue.issues[0]?.message ?? issue.message)}` }];
  if (isMissing(issue, path, tree)) return [{ ...tree.spanOf(path), message: `${nameOf(path)} is missing` }];
  return [{ ...tree.spanOf(path), message: messageOf(issue, path, tree) }];
}

/** The faults of the alternative that comes closest: the one whose first fault lies deepest. */
function unionFaults(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, schema: z.ZodType, tree: Tree): RawFault[] {
  const depth = (issues: readonly Issue[]): number => Math.min(...issues.map((each) => each.path.length));
  const [best] = [...issue.errors].filter((issues) => issues.length > 0 && depth(issues) > 0).sort((a, b) => depth(b) - depth(a));
  if (best !== undefined) return best.flatMap((each) => faultsOf(each, path, schema, tree));
  const wanted = [...new Set(issue.errors.flatMap((issues) => issues.map(({ message }) => lowered(message))))];
  return [{ ...tree.spanOf(path), message: `${nameOf(path)}: ${wanted.length === 0 ? lowered(issue.message) : wanted.join(', or ')}` }];
}

function messageOf(issue: Issue, path: Path, tree: Tree): string {
  const isNumber = issue.code === 'invalid_type' && issue.expected === 'string' && ['number', 'bigint', 'boolean'].includes(typeof valueAt(tree.value, path));
  return `${nameOf(path)}: ${lowered(issue.message)}${isNumber ? '; in quotes it is a text' : ''}`;
}

/** Where a key is missing there is nothing to point at but what should hold it. */
function isMissing(issue: Issue, path: Path, tree: Tree): boolean {
  return (issue.code === 'invalid_type' || issue.code === 'invalid_value') && path.length > 0 && valueAt(tree.value, path) === undefined;
}

function lowered(message: string): string {
  return message.replace(/^(Invalid|Too|Unrecognized) /, (word) => word.toLowerCase());
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the file' : path.map((part, index) => (typeof part === 'number' ? `[${part + 1}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `unknown key '${key}'${near.length > 0 ? `; did you mean ${near.join(' or ')}?` : known.length > 0 ? `; there are ${known.join(', ')}` : ''}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, part) => (typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined), value);
}

/** The keys that objects at a path may have, as the schema says. */
function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  return reached(schema, path).flatMap((at) => {
    const { def } = (at as z.core.$ZodTypes)._zod;
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
}

/** The schemas that a path leads to; several where there are alternatives. */
function reached(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [part, ...rest] = path;
  if (def.type === 'union') return def.options.flatMap((option) => reached(option, path));
  if (def.type === 'optional' || def.type === 'nullable' || def.type === 'default' || def.type === 'readonly') return reached(def.innerType, path);
  if (def.type === 'pipe') return reached(def.in, path);
  if (part === undefined) return [schema];
  if (def.type === 'object' && typeof part === 'string' && Object.hasOwn(def.shape, part)) return reached(def.shape[part] ?? schema, rest);
  if (def.type === 'array') return reached(def.element, rest);
  return def.type === 'record' ? reached(def.valueType, rest) : [];
}
