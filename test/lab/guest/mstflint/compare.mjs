import { theirFields, theirRegisters, theirValues } from './registers.mjs';

/** @typedef {import('../library.ts').OurField} OurField */
/** @typedef {import('../library.ts').OurRegister} OurRegister */
/** @typedef {import('./registers.mjs').TheirField} TheirField */

/** Fields that go up and down, or round, between two reads: what was read in between can be anything. */
const RESTLESS = new Set(['MTRC_CTRL.current_timestamp_31_0', 'SBCM.buff_occupancy', 'SBPR.buff_occupancy']);

/** Registers whose layout differs by generation of chip; the kernel's header, from which ours are, has the oldest one only. */
const OLDER_LAYOUT = { SLRG: true };

/** What a comparison of all registers that both know has come to. */
export class Comparison {
  registers = 0;
  answered = 0;
  refused = 0;
  /** Fields that both have at the same place, by name too or not. */
  samePlace = 0;
  sameName = 0;
  /** Fields of theirs within a wider one of ours, around narrower ones of ours, or where ours is reserved. */
  within = 0;
  around = 0;
  unknown = 0;
  /** Fields of theirs that cut through ours, where it is known why. */
  explained = 0;
  /** Values of whole fields as the two tools print them, and of other fields bit by bit. */
  values = 0;
  bits = 0;
  moving = 0;
  /** Registers that mstreg cannot be asked for in the same way, since it does not send some of the fields that choose.
   * @type {string[]} */ unaskable = [];
  /** @type {string[]} */ disagreements = [];

  /** One line for people. */
  get summary() {
    return `${this.registers} registers known to both: ${this.answered} answered, ${this.refused} refused to both, ${this.unaskable.length} that it cannot ask for as we do: ${this.unaskable.join('; ') || 'none'}; fields: ${this.samePlace} at the same place (${this.sameName} of the same name), `
      + `${this.within} of theirs within one of ours, ${this.around} around several of ours, ${this.unknown} unknown to us, ${this.explained} of newer chips; values: ${this.values} of fields and ${this.bits} of bits compared, `
      + `${this.moving} that were moving; ${this.disagreements.length} disagreements`;
  }
}

/**
 * Compares every register that both tools know, on one device: places and names of the fields, and the values that each of them reads.
 *
 * @param {string} device as mstreg calls it
 * @param {(name: string) => Promise<OurRegister | undefined>} ours reads a register anew, without regard to case; undefined when we do not know it
 */
export async function compareRegisters(device, ours) {
  const comparison = new Comparison();
  for (const name of await theirRegisters(device)) {
    const before = await ours(name);
    if (before === undefined) continue;
    comparison.registers += 1;
    const fields = await theirFields(device, name);
    for (const field of fields) comparePlace(comparison, name, field, before.fields);
    const { indexes, operations, unaskable } = questionOf(before.request, fields);
    if (unaskable.length > 0) {
      comparison.unaskable.push(`${name} (${unaskable.join(', ')})`);
      continue;
    }
    const values = await theirValues(device, name, { indexes, operations });
    const after = await ours(name);
    compareAnswer(comparison, { name, before, after, values, fields });
  }
  return comparison;
}

/**
 * How to ask mstreg what we have asked. It sends index fields and those that start an operation, and no others; nor does it take those that
 * are variants of one another.
 *
 * @param {Uint8Array} request
 * @param {readonly TheirField[]} fields
 */
function questionOf(request, fields) {
  const isAsked = (/** @type {TheirField} */ field) => bitsOf(request, field) !== 0n;
  const words = (/** @type {readonly TheirField[]} */ some) => some.map((field) => `${field.name}=0x${bitsOf(request, field).toString(16)}`);
  const isVariant = (/** @type {TheirField} */ field) => fields.some((other) => other !== field && other.offsetBits < field.offsetBits + field.sizeBits && field.offsetBits < other.offsetBits + other.sizeBits);
  const taken = fields.filter((field) => (field.access === 'INDEX' || field.access === 'OP') && !isVariant(field));
  const [indexes, operations] = ['INDEX', 'OP'].map((kind) => taken.filter(({ access }) => access === kind));
  const unaskable = fields.filter((field) => isAsked(field) && !taken.includes(field)).map(({ name }) => name.split('.').at(-1));
  return { indexes: words(indexes ?? []), operations: words((operations ?? []).filter(isAsked)), unaskable };
}

/**
 * @param {Comparison} comparison
 * @param {string} register
 * @param {TheirField} theirs
 * @param {readonly OurField[]} ours
 */
function comparePlace(comparison, register, theirs, ours) {
  const end = theirs.offsetBits + theirs.sizeBits;
  const exact = ours.filter((field) => field.offsetBits === theirs.offsetBits && field.sizeBits === theirs.sizeBits);
  const touching = ours.filter((field) => field.offsetBits < end && field.offsetBits + field.sizeBits > theirs.offsetBits);
  if (exact.length > 0) {
    comparison.samePlace += 1;
    if (exact.some(({ path }) => lastName(path) === lastName(theirs.name))) comparison.sameName += 1;
  } else if (touching.length === 0) comparison.unknown += 1;
  else if (touching.some((field) => field.offsetBits <= theirs.offsetBits && field.offsetBits + field.sizeBits >= end)) comparison.within += 1;
  else if (touching.every((field) => field.offsetBits >= theirs.offsetBits && field.offsetBits + field.sizeBits <= end)) comparison.around += 1;
  else if (register in OLDER_LAYOUT) comparison.explained += 1;
  else comparison.disagreements.push(`${register}: their ${theirs.name} at ${placeOf(theirs)} cuts through our ${touching.map((field) => `${field.path} at ${placeOf(field)}`).join(', ')}`);
}

/**
 * @param {Comparison} comparison
 * @param {{ name: string, before: OurRegister, after: OurRegister | undefined, values: Map<string, bigint> | string, fields: readonly TheirField[] }} answer
 */
function compareAnswer(comparison, { name, before, after, values, fields }) {
  if (before.raw === undefined || after?.raw === undefined || typeof values === 'string') {
    if (before.raw === undefined && typeof values === 'string') comparison.refused += 1;
    else comparison.disagreements.push(`${name}: only ${typeof values === 'string' ? `we are answered; they say ${values}` : `they are answered; we say ${before.problem ?? after?.problem}`}`);
    return;
  }
  comparison.answered += 1;
  for (const field of fields) {
    const value = values.get(field.name);
    // mstreg leaves out the variants of a union that are not selected.
    if (value === undefined) continue;
    const [first, last] = [bitsOf(before.raw, field), bitsOf(after.raw, field)];
    const exact = before.fields.find((ours) => ours.value !== undefined && ours.offsetBits === field.offsetBits && ours.sizeBits === field.sizeBits);
    if (first !== last || exact?.isVolatile === true) {
      comparison.moving += 1;
      // The low half of a wider counter begins anew.
      const isRound = exact === undefined && first > last && (value >= first || value <= last);
      if (!RESTLESS.has(`${name}.${field.name}`) && !isRound && (value < min(first, last) || value > max(first, last))) comparison.disagreements.push(`${name}.${field.name}: they read ${value}, we ${first} before and ${last} after`);
    } else {
      comparison[exact === undefined ? 'bits' : 'values'] += 1;
      if (value !== (exact?.value ?? first)) comparison.disagreements.push(`${name}.${field.name}: they read ${value}, we ${exact?.value ?? first}`);
    }
  }
}

/** @param {{ offsetBits: number, sizeBits: number }} place */
function placeOf({ offsetBits, sizeBits }) {
  return `bits ${offsetBits} to ${offsetBits + sizeBits - 1}`;
}

/**
 * The bits of a register as an unsigned integer, its first bit being the highest.
 *
 * @param {Uint8Array} bytes
 * @param {{ offsetBits: number, sizeBits: number }} place
 */
function bitsOf(bytes, { offsetBits, sizeBits }) {
  let value = 0n;
  for (let bit = offsetBits; bit < offsetBits + sizeBits; bit += 1) value = value * 2n + BigInt(((bytes[bit >> 3] ?? 0) >> (7 - (bit % 8))) & 1);
  return value;
}

/** @param {string} path */
function lastName(path) {
  return path.split('.').at(-1)?.replaceAll(/\[\d+\]|_\d+$/g, '').toLowerCase();
}

/** @param {bigint} a @param {bigint} b */
function min(a, b) {
  return a < b ? a : b;
}

/** @param {bigint} a @param {bigint} b */
function max(a, b) {
  return a > b ? a : b;
}
