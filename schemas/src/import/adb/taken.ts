import type { Value } from '../../layout/field.js';
import type { Flag, Structure, Symbol } from '../../layout/layout.js';
import type { AdbField, AdbNode } from './model.js';
import type { Fault } from './extent.js';

/** The kind of value that a union is. */
export type UnionValue = Extract<Value, { type: 'union' }>;

/** A member of a union, and the structure that it is. */
export interface TakenMember {
  readonly field: AdbField;
  readonly structure: string;
}

/** What became of one node. */
export interface TakenNode {
  readonly node: AdbNode;
  /** The node as a structure; a union by itself is held under the name `value`. */
  readonly structure: Structure;
  /** Structures of members that have no node of their own. */
  readonly parts: ReadonlyMap<string, Structure>;
  readonly enums: ReadonlyMap<string, Symbol[]>;
  readonly flags: ReadonlyMap<string, Flag[]>;
  /** The nodes that it uses. */
  readonly uses: ReadonlySet<string>;
  /** Of a union. */
  readonly members: readonly TakenMember[];
  readonly hasTail: boolean;
  /** Must it begin at a whole byte? */
  readonly isByteAligned: boolean;
}

/** A node by its name, or why it cannot be had. */
export type Resolve = (name: string) => TakenNode | Fault;
