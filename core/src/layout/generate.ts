import type { Field, LayoutScope, Structure, Value } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { MAX_NUMBER_BITS, readExpression, type ByteOrder } from './bits.js';
import type { Fields } from './types.js';
import { MAX_TAIL_ELEMENTS } from './walk.js';

/** Decodes a structure that starts at byte `p` of `b`; `n` is the number of bytes in `b`. */
export type DecodeFunction = (b: Uint8Array, p: number, n: number) => Fields;

/**
 * Generates and compiles the decoder of one structure. Only names and numbers of a validated layout enter the source, so that
 * compiling it runs nothing that a data file could choose.
 */
export function generateDecoder(name: string, scope: LayoutScope, order: ByteOrder): DecodeFunction {
  const generator = new Generator(scope, order);
  const root = generator.structureFunction(name, 0);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the source is made here
  return new Function(`${RUNTIME}${generator.source()}return ${root};`)() as DecodeFunction;
}

const RUNTIME = `'use strict';
const text=(b,s,e)=>{let i=s;while(i<e&&b[i]!==0)i++;let t='';for(;s<i;s++)t+=String.fromCharCode(b[s]);return t;};
const sign=(v,h)=>v>=h?v-2*h:v;
`;

/** So many elements of any number of bits are whole bytes: longer arrays become loops, so that the source stays short. */
const GROUP = 8;

/** Makes one function for each structure and each position inside a byte at which it stands. */
class Generator {
  readonly #scope: LayoutScope;
  readonly #order: ByteOrder;
  readonly #functions = new Map<string, string>();

  constructor(scope: LayoutScope, order: ByteOrder) {
    this.#scope = scope;
    this.#order = order;
  }

  source(): string {
    return [...this.#functions.values()].join('');
  }

  /** The name of the function that decodes `name` when its first bit is bit `phaseBits` of byte `p`. */
  structureFunction(name: string, phaseBits: number): string {
    const functionName = `${name}$${phaseBits}`;
    if (!this.#functions.has(functionName)) {
      this.#functions.set(functionName, '');
      const body = this.#fieldList(this.#structure(name), phaseBits);
      this.#functions.set(functionName, `function ${functionName}(b,p,n){return{${body}};}\n`);
    }
    return functionName;
  }

  #structure(name: string): Structure {
    return this.#scope.structures.get(name) ?? { sizeBits: 0, fields: [] };
  }

  #fieldList(structure: Structure, phaseBits: number): string {
    return structure.fields
      .filter((field) => field.type !== 'reserved')
      .map((field) => `${JSON.stringify(field.name)}:${this.#value(field, phaseBits + field.offsetBits, structure.fields, phaseBits)}`)
      .join(',\n');
  }

  /** An expression for a value whose first bit is `offsetBits` after the start of byte `p`. */
  #value(value: Value, offsetBits: number, siblings: readonly Field[], phaseBits: number): string {
    const start = Math.floor(offsetBits / 8);
    switch (value.type) {
      case 'uint':
      case 'enum':
      case 'flags':
        return readExpression(offsetBits, value.sizeBits, this.#order);
      case 'int':
        return readExpression(offsetBits, value.sizeBits, this.#order, true);
      case 'string':
        return `text(b,p+${start},p+${start + value.sizeBits / 8})`;
      case 'bytes':
        return value.tail === true ? `b.slice(p+${start})` : `b.slice(p+${start},p+${start + value.sizeBits / 8})`;
      case 'struct':
        return `${this.structureFunction(value.structure, offsetBits % 8)}(b,p+${start},n)`;
      case 'array':
        return this.#array(value, offsetBits);
      case 'union':
        return this.#union(value, offsetBits, siblings, phaseBits);
      case 'reserved':
        return 'undefined';
    }
  }

  #array({ element, count }: Extract<Value, { type: 'array' }>, offsetBits: number): string {
    const elementBytes = element.sizeBits / 8;
    const each = (bits: number): string => this.#value(element, bits, [], 0);
    if (count === 'rest') {
      const first = Math.floor(offsetBits / 8);
      return `Array.from({length:Math.min(${MAX_TAIL_ELEMENTS},Math.max(0,Math.floor((n-p-${first})/${elementBytes})))},(_,i)=>((p)=>${each(offsetBits)})(p+i*${elementBytes}))`;
    }
    if (Number.isInteger(elementBytes) && count > GROUP) {
      return `Array.from({length:${count}},(_,i)=>((p)=>${each(offsetBits)})(p+i*${elementBytes}))`;
    }
    const some = (first: number, most: number): string => Array.from({ length: most }, (_, index) => each(offsetBits + (first + index) * element.sizeBits)).join(',');
    if (count <= GROUP) return `[${some(0, count)}]`;
    const groups = Math.floor(count / GROUP);
    return `[...Array.from({length:${groups}},(_,i)=>((p)=>[${some(0, GROUP)}])(p+i*${element.sizeBits})).flat(),${some(groups * GROUP, count % GROUP)}]`;
  }

  #union(value: Extract<Value, { type: 'union' }>, offsetBits: number, siblings: readonly Field[], phaseBits: number): string {
    const start = Math.floor(offsetBits / 8);
    const raw = `b.slice(p+${start},p+${Math.ceil((offsetBits + value.sizeBits) / 8)})`;
    const selector = siblings.find((field) => field.name === value.selector);
    if (selector === undefined) return raw;
    const chosen = readExpression(phaseBits + selector.offsetBits, selector.sizeBits, this.#order);
    const suffix = selector.sizeBits > MAX_NUMBER_BITS ? 'n' : '';
    let choice = raw;
    for (const variant of value.variants.toReversed()) {
      const isChosen = (variant.when ?? []).map((literal) => `s===${integerValue(literal)}${suffix}`).join('||');
      choice = `(${isChosen})?${this.structureFunction(variant.structure, offsetBits % 8)}(b,p+${start},n):${choice}`;
    }
    return `((s)=>${choice})(${chosen})`;
  }
}
