import { AuxctlError } from '@auxctl/core';

/**
 * The notation in which the simulator writes down what a register holds. A line is a hexadecimal byte offset and the fields of the dword
 * there: `04: max_mtu[31:16]=10240, admin_mtu[15:0]~1522(68-10240), lane[3:0]!3, grade@, count:64@`.
 *
 * | after the place | the field is |
 * |---|---|
 * | nothing, `=value` | a constant, 1 when nothing is said |
 * | `~value`, `~value(low-high)`, `~value?flag`, `~value?-flag` | kept: starts with the value, takes what is written if it is in range, and only if the written flag is set, or clear |
 * | `!high`, `!low-high` | an index: chooses what is accessed, and is refused out of range |
 * | `@` | live: computed when it is read |
 * | `^` | part of a write: read as zero |
 */

/** A value and where it may lie; both ends are inclusive. */
interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** What a field is. */
export type FieldRole =
  | { readonly kind: 'constant'; readonly value: bigint }
  | ({ readonly kind: 'kept'; readonly value: bigint; readonly flag?: { readonly name: string; readonly isSet: boolean } } & Range)
  | ({ readonly kind: 'index' } & Range)
  | { readonly kind: 'live' }
  | { readonly kind: 'written' };

/** One field of a sheet: at most 32 bits of a dword, or 64 from `offsetBytes` on. */
export interface SheetField {
  readonly name: string;
  readonly offsetBytes: number;
  /** Bits of the dword; absent for one of 64 bits. */
  readonly bits?: readonly [highBit: number, lowBit: number];
  readonly role: FieldRole;
}

const FIELD = /^(?<name>\w+)(?:\[(?<high>\d+)(?::(?<low>\d+))?\]|(?<quad>:64))?(?<role>.*)$/;
const NUMBER = String.raw`0x[\da-f]+|\d+`;
const KEPT = new RegExp(String.raw`^~(?<value>${NUMBER})(?:\((?<low>${NUMBER})-(?<high>${NUMBER})\))?(?:\?(?<not>-?)(?<flag>\w+))?$`);
const INDEX = new RegExp(`^!(?:(?<low>${NUMBER})-)?(?<high>${NUMBER})$`);
const CONSTANT = new RegExp(`^=(?<value>${NUMBER})$`);

function malformed(what: string): AuxctlError {
  return new AuxctlError('ERR_INTERNAL', `a simulator sheet has a malformed ${what}`);
}

function roleOf(text: string, largest: bigint): FieldRole | undefined {
  if (text === '@') return { kind: 'live' };
  if (text === '^') return { kind: 'written' };
  if (text === '') return { kind: 'constant', value: 1n };
  const constant = CONSTANT.exec(text)?.groups?.['value'];
  if (constant !== undefined) return { kind: 'constant', value: BigInt(constant) };
  const index = INDEX.exec(text)?.groups;
  if (index !== undefined) return { kind: 'index', low: BigInt(index['low'] ?? 0), high: BigInt(index['high'] ?? 0) };
  const kept = KEPT.exec(text)?.groups;
  if (kept === undefined) return undefined;
  const flag = kept['flag'];
  return {
    kind: 'kept', value: BigInt(kept['value'] ?? 0), low: BigInt(kept['low'] ?? 0), high: BigInt(kept['high'] ?? largest),
    ...(flag === undefined ? {} : { flag: { name: flag, isSet: kept['not'] === '' } }),
  };
}

function parseField(offsetBytes: number, text: string): SheetField {
  const parts = FIELD.exec(text)?.groups;
  if (parts === undefined) throw malformed(`field '${text}'`);
  const isQuad = parts['quad'] !== undefined;
  const high = Number(parts['high'] ?? 31);
  const low = parts['high'] === undefined ? 0 : Number(parts['low'] ?? high);
  if (high > 31 || low > high) throw malformed(`place '${text}'`);
  const largest = (1n << BigInt(isQuad ? 64 : high - low + 1)) - 1n;
  const role = roleOf(parts['role'] ?? '', largest);
  if (role === undefined || ('value' in role && role.value > largest) || ('high' in role && (role.high > largest || role.low > role.high))) {
    throw malformed(`value '${text}'`);
  }
  return { name: parts['name'] ?? '', offsetBytes, role, ...(isQuad ? {} : { bits: [high, low] }) };
}

/**
 * Reads the lines of a sheet for `sizeBytes` bytes.
 *
 * @throws ERR_INTERNAL when a line is malformed, a value does not fit, or an offset lies outside.
 */
export function parseSheet(sizeBytes: number, lines: string): SheetField[] {
  return lines.split('\n').map((line) => line.trim()).filter((line) => line !== '').flatMap((line) => {
    const [offset = '', fields, ...rest] = line.split(': ');
    const offsetBytes = Number.parseInt(offset, 16);
    if (!/^[\da-f]+$/.test(offset) || fields === undefined || rest.length > 0 || offsetBytes + 4 > sizeBytes) throw malformed(`line '${line}'`);
    return fields.split(', ').map((field) => parseField(offsetBytes, field.trim()));
  });
}
