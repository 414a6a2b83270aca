import type { Field, LayoutScope, Value } from '@auxctl/schemas';

/** Integers of more bits are decoded as bigints, because numbers cannot hold them. */
const MOST_NUMBER_BITS = 53;
const BYTE_BITS = 8;

/** Which form of a structure is meant: as it is decoded, or as it can be given. */
export type Form = 'decoded' | 'input';

/** Makes named types of structures. Two structures with the same fields share a type; another of the same name gets a number. */
export class StructureTypes {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #declarations: string[] = [];

  /** The declarations of all types that have been asked for, and of those inside them, inner ones first. */
  get declarations(): readonly string[] {
    return this.#declarations;
  }

  /** The type of a structure; of its fields only those that `isWanted` accepts. */
  of(structure: string, scope: LayoutScope, form: Form, isWanted: (field: Field) => boolean = () => true): string {
    const fields = (scope.structures.get(structure)?.fields ?? []).filter((field) => field.type !== 'reserved' && isWanted(field) && (form === 'decoded' || !isConstant(field)));
    if (fields.length === 0) return 'Readonly<Record<string, never>>';
    const body = fields.map((field) => `${comment(field)}  readonly ${propertyName(field.name)}${form === 'input' ? '?' : ''}: ${this.#valueOf(field, scope, form)};\n`).join('');
    return this.#named(`${typeName(structure)}${form === 'input' ? 'Input' : ''}`, `{\n${body}}`);
  }

  #named(wanted: string, body: string): string {
    const known = this.#names.get(`${wanted} ${body}`);
    if (known !== undefined) return known;
    let name = wanted;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${wanted}${number}`;
    this.#taken.add(name);
    this.#names.set(`${wanted} ${body}`, name);
    this.#declarations.push(`export type ${name} = ${body};\n`);
    return name;
  }

  #valueOf(value: Value, scope: LayoutScope, form: Form): string {
    switch (value.type) {
      case 'uint':
      case 'int':
        return integer(value.sizeBits, form);
      case 'enum':
        return symbols(scope.enums.get(value.enum) ?? [], value.sizeBits, form);
      case 'flags':
        return symbols(scope.flags.get(value.flags) ?? [], value.sizeBits, form);
      case 'string':
        return 'string';
      case 'bytes':
        return form === 'input' ? 'Uint8Array | string' : 'Uint8Array';
      case 'struct':
        return this.of(value.structure, scope, form);
      case 'array': {
        const list = `readonly (${this.#valueOf(value.element, scope, form)})[]`;
        return form === 'input' && value.element.sizeBits === BYTE_BITS ? `${list} | Uint8Array` : list;
      }
      case 'union':
        return this.#unionOf(value, scope, form);
      case 'reserved':
        return 'never';
    }
  }

  #unionOf({ selector, variants }: Extract<Value, { type: 'union' }>, scope: LayoutScope, form: Form): string {
    const bytes = form === 'input' ? ['Uint8Array', 'string'] : ['Uint8Array'];
    if (selector === undefined && form === 'decoded') return 'Uint8Array';
    const types = variants.map(({ name, structure }) => {
      const inner = this.of(structure, scope, form);
      return selector === undefined ? `{ readonly ${propertyName(name ?? structure)}: ${inner} }` : inner;
    });
    return [...new Set([...types, ...bytes])].join(' | ');
  }
}

/** A name of the device's documents as a type's: `query_adapter_in` is `QueryAdapterIn`. */
export function typeName(name: string): string {
  return name.split('_').filter((part) => part !== '').map((part) => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`).join('') || 'Unnamed';
}

/** A name as a member of an object type. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function integer(sizeBits: number, form: Form): string {
  if (form === 'decoded') return sizeBits > MOST_NUMBER_BITS ? 'bigint' : 'number';
  if (sizeBits === 1) return 'number | boolean';
  return sizeBits > MOST_NUMBER_BITS ? 'bigint | number' : 'number';
}

function symbols(named: readonly { readonly name: string }[], sizeBits: number, form: Form): string {
  const number = integer(sizeBits, form);
  return form === 'decoded' ? number : [...new Set(named.map(({ name }) => JSON.stringify(name).replaceAll('\'', '\\\'').replace(/^"(.*)"$/, '\'$1\''))), number].join(' | ');
}

function isConstant(field: Field): boolean {
  return 'constant' in field && field.constant !== undefined;
}

function comment({ description }: Field): string {
  return description === undefined ? '' : `  /** ${description.replaceAll('*/', '*\\/')} */\n`;
}
