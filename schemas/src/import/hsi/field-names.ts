import type { Field } from '../../layout/field.js';
import { literal, type FieldNames, type FieldPart, type ValueNames } from '../header/field-names.js';
import type { Header } from '../header/model.js';
import type { Taken } from '../header/taken.js';
import { isLayoutName } from '../namer.js';
import type { ReportProblem } from '../problem.js';
import { namedConstants, type NamedConstant } from './constants.js';
import { HSI_FORMAT } from './format.js';
import { isOneBit, lowestBit, sortConstants, type Part } from './parts.js';

/** More are no names of values. */
const MOST_CONSTANTS = 4096;

/**
 * The names of fields' values and bits, by the layout's structure and field as in `STRUCTURE.FIELD`. A constant goes with the field that
 * it stands behind. What fits no field is reported, and the field stays a number.
 */
export function fieldNames(taken: readonly Taken[], header: Header, report: ReportProblem): Map<string, FieldNames> {
  const found = new Map<string, FieldNames>();
  for (const each of taken) {
    for (const [structure, { fields }] of [[each.name, each.structure] as const, ...each.parts]) {
      for (const field of fields) {
        const names = new FieldNaming(each, field, report).names(namedConstants(each.constants.get(`${structure}.${field.name}`) ?? [], each.definition, field, header));
        if (names !== null) found.set(`${structure}.${field.name}`, names);
      }
    }
  }
  return found;
}

/** Makes names of one field's constants. */
class FieldNaming {
  readonly #taken: Taken;
  readonly #field: Field;
  readonly #report: ReportProblem;

  constructor(taken: Taken, field: Field, report: ReportProblem) {
    this.#taken = taken;
    this.#field = field;
    this.#report = report;
  }

  names(constants: readonly NamedConstant[]): FieldNames | null {
    const [first] = constants;
    if (first === undefined) return null;
    if (constants.length > MOST_CONSTANTS) return this.#refuse(first, `and ${constants.length - 1} more are defined behind one field`);
    const value = this.#field.type === 'array' ? this.#field.element : this.#field;
    if (value.type !== 'uint') return this.#refuse(first, `of a field that is no integer, and ${constants.length - 1} more`);
    const sorted = sortConstants(constants, value.sizeBits);
    for (const each of sorted.faulty) this.#refuse(each, 'is no run of bits of its field');
    if (sorted.parts.length === 0) return this.#ofValues(sorted.values, value.sizeBits, sorted.isList);
    return this.#ofParts(sorted.parts, sorted.values, value.sizeBits);
  }

  #ofParts(all: readonly Part[], values: readonly NamedConstant[], fieldBits: number): FieldNames | null {
    const [whole] = all;
    if (all.length === 1 && whole?.sizeBits === fieldBits && values.length === 0) return this.#ofPart(whole);
    const parts = [...this.#withoutOuter(all), ...this.#singleBits(values, fieldBits)].sort((a, b) => a.shiftBits - b.shiftBits);
    const overlapping = parts.find((part, index) => (parts[index + 1]?.shiftBits ?? fieldBits) < part.shiftBits + part.sizeBits);
    if (overlapping !== undefined) return this.#refuse(overlapping.constant, 'overlaps another mask of its field');
    const seen = new Set<string>();
    const twice = parts.find(({ name }) => seen.size === seen.add(this.#partName(name)).size);
    if (twice !== undefined) return this.#refuse(twice.constant, 'names two parts of its field');
    const nameless = parts.find(({ name }) => !isLayoutName(this.#partName(name)));
    if (nameless !== undefined) return this.#refuse(nameless.constant, 'gives its bits no name that a layout can have');
    return { type: 'parts', parts: parts.map((part) => this.#fieldPart(part)) };
  }

  #fieldPart(part: Part): FieldPart {
    const { shiftBits, sizeBits } = part;
    const name = this.#partName(part.name);
    const isReserved = part.values.length === 0 && HSI_FORMAT.isReserved(part.name.toLowerCase(), false);
    const names = this.#ofPart(part);
    return { name, shiftBits, sizeBits, isReserved, ...(names === null ? {} : { names }) };
  }

  /** What begins with a digit has the field's name before it. */
  #partName(name: string): string {
    return /^\d/.test(name) ? `${this.#field.name.toUpperCase()}_${name}` : name;
  }

  /** A mask around others gives them its name only; what else stands in it are single bits. */
  #withoutOuter(parts: readonly Part[]): Part[] {
    return parts.flatMap((part) => {
      const isOuter = parts.some((inner) => inner !== part && inner.mask !== part.mask && (inner.mask & part.mask) === inner.mask && inner.name.startsWith(`${part.name}_`));
      return isOuter ? this.#singleBits(part.values, part.shiftBits + part.sizeBits) : [part];
    });
  }

  #singleBits(values: readonly NamedConstant[], endBits: number): Part[] {
    return values.flatMap((each): Part[] => {
      if (isOneBit(each.value) && lowestBit(each.value) < endBits) return [{ name: each.name, mask: each.value, shiftBits: lowestBit(each.value), sizeBits: 1, isMask: false, constant: each, values: [], isList: false }];
      this.#refuse(each, 'is a value of none of the masks of its field');
      return [];
    });
  }

  #ofPart({ name, mask, shiftBits, sizeBits, values, isList }: Part): ValueNames | null {
    const isShifted = values.every(({ value }) => (value & ~mask) === 0n);
    const inside = values.map((each) => ({ ...each, name: each.name.slice(name.length + 1), value: isShifted ? each.value >> BigInt(shiftBits) : each.value }));
    return this.#ofValues(inside, sizeBits, isList);
  }

  /** Without the end of a list, constants that are one bit each are flags. */
  #ofValues(values: readonly NamedConstant[], sizeBits: number, isList: boolean): ValueNames | null {
    const fitting = values.filter((each) => this.#isFit(each, sizeBits));
    const kept = fitting.filter((each, index) => this.#isFirst(each, fitting.slice(0, index)));
    if (kept.length === 0) return null;
    if (!isList && kept.every(({ value }) => isOneBit(value))) return { type: 'flags', flags: kept.map(({ name, value }) => ({ name, bit: lowestBit(value) })) };
    return { type: 'enum', symbols: kept.map(({ name, value }) => ({ name, value: literal(value) })) };
  }

  #isFit(each: NamedConstant, sizeBits: number): boolean {
    if (each.value >= 0n && each.value < 1n << BigInt(sizeBits)) return true;
    this.#refuse(each, `does not fit ${sizeBits} bits`);
    return false;
  }

  #isFirst(each: NamedConstant, before: readonly NamedConstant[]): boolean {
    if (!before.some(({ name, value }) => name === each.name || value === each.value)) return true;
    this.#refuse(each, 'is a second name for a value, or a second value for a name');
    return false;
  }

  #refuse({ constant: { name, file, line } }: NamedConstant, message: string): null {
    this.#report({ file, line, structure: this.#taken.definition.tag, field: this.#field.name, rule: 'constant', outcome: 'left-out', message: `${name} ${message}` });
    return null;
  }
}
