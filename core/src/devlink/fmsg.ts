import { type Attributes, malformed, textOf, unsigned } from '../netlink/attributes.js';
import { Attr } from './abi.js';
import type { DevlinkValue, DevlinkValueType } from './types.js';
import { decodeValue, valueTypeOf } from './value.js';

/** A part of what a health reporter says. Objects keep the order of their members, and members of one name. */
export type FmsgValue =
  | { readonly kind: 'object'; readonly members: readonly FmsgMember[] }
  | { readonly kind: 'array'; readonly elements: readonly FmsgValue[] }
  | { readonly kind: 'value'; readonly type: DevlinkValueType; readonly value: DevlinkValue };

/** A name and what it stands for; the empty name for a value that came without one. */
export interface FmsgMember {
  readonly name: string;
  readonly value: FmsgValue;
}

/** One value of such a tree, with the names that lead to it. */
export interface FmsgLeaf {
  /** Such as `test_nest.nested_test_u8` or `list[2]`. */
  readonly path: string;
  readonly type: DevlinkValueType;
  readonly value: DevlinkValue;
}

/** Drivers nest a handful deep. */
const MAX_DEPTH = 64;

interface Building {
  readonly kind: 'object' | 'array' | 'pair';
  readonly members: FmsgMember[];
  name: string;
}

/**
 * Puts the flat stream of marks, names and values that a reporter sends together to a tree; `parts` are the messages' FMSG attributes, in
 * order (`net/devlink/health.c`). A mark that closes more than is open is passed over, since drivers send such, and what the end leaves open is closed.
 * Throws `ERR_PROTOCOL` for values without a kind, and for what is nested too deep.
 */
export function decodeFmsg(parts: readonly Attributes[]): FmsgValue {
  const builder = new Builder();
  for (const { list } of parts) for (const { type, payload } of list) builder.take(type, payload);
  return builder.finish();
}

const OPENING: Readonly<Record<number, Building['kind']>> = { [Attr.fmsgObjectStart]: 'object', [Attr.fmsgArrayStart]: 'array', [Attr.fmsgPairStart]: 'pair' };

class Builder {
  readonly #open: Building[] = [{ kind: 'object', members: [], name: '' }];
  #valueType: DevlinkValueType | undefined;

  take(type: number, payload: Uint8Array): void {
    const opened = OPENING[type];
    if (opened !== undefined) this.#begin(opened);
    else if (type === Attr.fmsgNestEnd) this.#end();
    else if (type === Attr.fmsgName) this.#top.name = textOf(payload);
    else if (type === Attr.fmsgValueType) this.#valueType = valueTypeOf(Number(unsigned(payload)));
    else if (type === Attr.fmsgValueData) this.#value(payload);
  }

  finish(): FmsgValue {
    while (this.#open.length > 1) this.#end();
    // All that a reporter says is wrapped in one object, which a mark too many may have closed early.
    return { kind: 'object', members: this.#top.members.flatMap((member) => (member.name === '' && member.value.kind === 'object' ? member.value.members : [member])) };
  }

  get #top(): Building {
    const top = this.#open.at(-1);
    if (top === undefined) throw malformed('a report that closes itself');
    return top;
  }

  #begin(kind: Building['kind']): void {
    if (this.#open.length > MAX_DEPTH) throw malformed(`a report nested more than ${MAX_DEPTH} deep`);
    this.#open.push({ kind, members: [], name: '' });
  }

  #end(): void {
    if (this.#open.length === 1) return;
    const { kind, members, name } = this.#top;
    this.#open.pop();
    if (kind === 'object') this.#add({ kind, members });
    else if (kind === 'array') this.#add({ kind, elements: members.map(({ value }) => value) });
    else this.#top.members.push({ name, value: valueOfPair(members) });
  }

  #value(payload: Uint8Array): void {
    if (this.#valueType === undefined) throw malformed('a report with a value of no kind');
    this.#add({ kind: 'value', type: this.#valueType, value: decodeValue(this.#valueType, payload) });
  }

  #add(value: FmsgValue): void {
    this.#top.members.push({ name: '', value });
  }
}

/** A long binary value comes in pieces under one name; several other values are a list. */
function valueOfPair(members: readonly FmsgMember[]): FmsgValue {
  const [only, ...others] = members.map(({ value }) => value);
  if (only === undefined) return { kind: 'object', members: [] };
  if (others.length > 0) return joined(members.map(({ value }) => value)) ?? { kind: 'array', elements: members.map(({ value }) => value) };
  return (only.kind === 'array' ? joined(only.elements) : undefined) ?? only;
}

function joined(values: readonly FmsgValue[]): FmsgValue | undefined {
  const pieces = values.flatMap((each) => (each.kind === 'value' && each.type === 'binary' && each.value instanceof Uint8Array ? [each.value] : []));
  if (pieces.length === 0 || pieces.length !== values.length) return undefined;
  return { kind: 'value', type: 'binary', value: Uint8Array.from(Buffer.concat(pieces)) };
}

/** Every value of a tree in order, with the path that leads to it; an object or array without any is left out. */
export function fmsgLeaves(tree: FmsgValue, path = ''): FmsgLeaf[] {
  switch (tree.kind) {
    case 'value': return [{ path, type: tree.type, value: tree.value }];
    case 'array': return tree.elements.flatMap((each, index) => fmsgLeaves(each, `${path}[${index}]`));
    case 'object': return tree.members.flatMap(({ name, value }) => fmsgLeaves(value, path === '' || name === '' ? path + name : `${path}.${name}`));
  }
}
