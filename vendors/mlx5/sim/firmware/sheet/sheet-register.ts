import { AuxctlError } from '@auxctl/core';
import { REFUSAL } from '../refusal.js';
import type { Outcome, Register } from '../register.js';
import type { FirmwareState } from '../state.js';
import type { CommandStatus } from '../types.js';
import { bitsAt, dword, putQuad, quadAt } from '../../wire.js';
import { parseSheet, type FieldRole, type SheetField } from './notation.js';

/** One access to a register, as the functions of its sheet see it. */
export interface SheetAccess {
  readonly state: FirmwareState;
  /** What the request has in the register's bytes. */
  readonly data: Uint8Array;
  /** The value of an index field of this access. */
  readonly index: (name: string) => number;
  /** What a kept field holds now, or another value that was kept under this name for the same index; 0 when there is none. */
  readonly kept: (name: string) => number;
  /** Keeps a value for this index, whatever its range. */
  readonly keep: (name: string, value: number) => void;
  /** What the request has in a field, whatever its role. */
  readonly asked: (name: string) => number;
}

/** A register as data, in the notation of `parseSheet`. */
export interface RegisterSheet {
  /** 16 bits. */
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** The shortest form in use, where older documents know fewer bytes. */
  readonly minimumBytes?: number;
  readonly lines: string;
  /** The live fields, by name. */
  readonly live?: Readonly<Record<string, (access: SheetAccess) => number | bigint>>;
  /** What kept fields hold before they are written, where that depends on the access, by name. */
  readonly initial?: Readonly<Record<string, (access: SheetAccess) => number>>;
  /** What else can be said against an access. */
  readonly refuse?: (access: SheetAccess, isWrite: boolean) => Outcome;
  /** What a write does besides keeping the kept fields, after they are kept. A register without it and without kept fields is read-only. */
  readonly written?: (access: SheetAccess) => void;
}

type Placed<K extends FieldRole['kind']> = SheetField & { readonly role: Extract<FieldRole, { kind: K }> };

const INDEX_REFUSALS = new Map<string, CommandStatus>([
  ['local_port', REFUSAL.port], ['lp_msb', REFUSAL.port], ['port_number', REFUSAL.port], ['module', REFUSAL.module], ['slot_index', REFUSAL.module],
  ['node', REFUSAL.pcieLink], ['depth', REFUSAL.pcieLink], ['pcie_index', REFUSAL.pcieLink],
]);

function valueAt(bytes: Uint8Array, { offsetBytes, bits }: SheetField): bigint {
  return bits === undefined ? quadAt(bytes, offsetBytes) : BigInt(bitsAt(bytes, offsetBytes, ...bits));
}

function put(bytes: Uint8Array, { offsetBytes, bits }: SheetField, value: bigint): void {
  if (bits === undefined) putQuad(bytes, offsetBytes, BigInt.asUintN(64, value));
  else dword(bytes, offsetBytes, [...bits, Number(BigInt.asUintN(bits[0] - bits[1] + 1, value))]);
}

/** The fields of a sheet, by what they are. */
class Sheet {
  readonly definition: RegisterSheet;
  readonly all: readonly SheetField[];
  readonly indexes: readonly Placed<'index'>[];
  readonly kept: readonly Placed<'kept'>[];
  readonly #byName: ReadonlyMap<string, SheetField>;

  constructor(definition: RegisterSheet) {
    const { sizeBytes, lines } = definition;
    this.definition = definition;
    this.all = parseSheet(sizeBytes, lines);
    this.indexes = this.all.filter((field): field is Placed<'index'> => field.role.kind === 'index');
    this.kept = this.all.filter((field): field is Placed<'kept'> => field.role.kind === 'kept');
    this.#byName = new Map(this.all.map((field) => [field.name, field]));
  }

  find(name: string): SheetField | undefined {
    return this.#byName.get(name);
  }
}

class Access implements SheetAccess {
  readonly state: FirmwareState;
  readonly data: Uint8Array;
  readonly asked = (name: string): number => {
    const field = this.#sheet.find(name);
    if (field === undefined) throw new AuxctlError('ERR_INTERNAL', `a simulator sheet has no field ${name}`);
    return Number(valueAt(this.data, field));
  };
  readonly keep = (name: string, value: number): void => void this.state.settings.set(`${this.#key}/${name}`, BigInt(value));
  readonly index = (name: string): number => this.asked(name);
  readonly kept = (name: string): number => Number(this.#keptValue(name));
  readonly #sheet: Sheet;
  readonly #key: string;

  constructor(name: string, sheet: Sheet, state: FirmwareState, data: Uint8Array) {
    this.state = state;
    this.data = data;
    this.#sheet = sheet;
    this.#key = [name, ...sheet.indexes.map((field) => valueAt(data, field))].join('/');
  }

  /** What of a request counts: every kept field, except those whose flag is clear. */
  get wanted(): readonly (readonly [Placed<'kept'>, bigint])[] {
    return this.#sheet.kept
      .filter(({ role: { flag } }) => flag === undefined || (this.asked(flag.name) !== 0) === flag.isSet)
      .map((field) => [field, valueAt(this.data, field)]);
  }

  refuseIndex(): Outcome {
    const wrong = this.#sheet.indexes.find((field) => !isWithin(field.role, valueAt(this.data, field)));
    return wrong === undefined ? undefined : (INDEX_REFUSALS.get(wrong.name) ?? REFUSAL.registerIndex);
  }

  refuseValues(): Outcome {
    return this.wanted.every(([{ role }, value]) => isWithin(role, value)) ? undefined : REFUSAL.registerValue;
  }

  /** 64-bit fields are kept whole, which numbers could not do. */
  keepWanted(): void {
    for (const [{ name }, value] of this.wanted) this.state.settings.set(`${this.#key}/${name}`, value);
  }

  fill(out: Uint8Array): void {
    for (const field of this.#sheet.all) put(out, field, this.#valueOf(field));
  }

  #keptValue(name: string): bigint {
    const kept = this.state.settings.get(`${this.#key}/${name}`);
    if (kept !== undefined) return kept;
    const initial = this.#sheet.definition.initial?.[name];
    if (initial !== undefined) return BigInt(initial(this));
    const role = this.#sheet.find(name)?.role;
    return role !== undefined && 'value' in role ? role.value : 0n;
  }

  #valueOf(field: SheetField): bigint {
    switch (field.role.kind) {
      case 'constant':
        return field.role.value;
      case 'index':
        return valueAt(this.data, field);
      case 'kept':
        return this.#keptValue(field.name);
      case 'written':
        return 0n;
      case 'live':
        return BigInt(this.#sheet.definition.live?.[field.name]?.(this) ?? 0);
    }
  }
}

function isWithin({ low, high }: { readonly low: bigint; readonly high: bigint }, value: bigint): boolean {
  return value >= low && value <= high;
}

/** The register that a sheet describes. Its lines are read when it is first accessed. */
export function sheetRegister(definition: RegisterSheet): Register {
  const { id, name, sizeBytes, minimumBytes, refuse, written } = definition;
  let sheet: Sheet | undefined;
  const open = (state: FirmwareState, data: Uint8Array): Access => new Access(name, (sheet ??= new Sheet(definition)), state, data);
  const write = (state: FirmwareState, data: Uint8Array): Outcome => {
    const access = open(state, data);
    const refusal = access.refuseIndex() ?? refuse?.(access, true) ?? access.refuseValues();
    if (refusal !== undefined) return refusal;
    access.keepWanted();
    written?.(access);
    return undefined;
  };
  const isWritable = written !== undefined || definition.lines.includes('~');
  return {
    id, name, sizeBytes, ...(minimumBytes === undefined ? {} : { minimumBytes }), ...(isWritable ? { write } : {}),
    read: (state, data, out) => {
      const access = open(state, data);
      const refusal = access.refuseIndex() ?? refuse?.(access, false);
      if (refusal === undefined) access.fill(out);
      return refusal;
    },
  };
}
