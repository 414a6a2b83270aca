const TAG = /^([A-Za-z][A-Za-z0-9]*)_ifc_(\w+?)(_bits)?$/;
/** A gap by any of its spellings; where a name gives a place, the place counts for nothing. */
const RESERVED = /^(rese?re?ved_at_\w*|reserved(_auto)?_?\d*|rsvd_?\d*)$/;
const NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Has a structure's tag the form of this format, `PREFIX_ifc_NAME_bits`? */
export function isFormatTag(tag: string): boolean {
  return TAG.test(tag);
}

/** Does a member's name say that it is a gap? */
export function isReservedName(name: string): boolean {
  return RESERVED.test(name);
}

/** Can a layout have this name? */
export function isLayoutName(name: string): boolean {
  return NAME.test(name);
}

/** What a constant of `field` in the structure `tag` begins with, as in `PREFIX_STRUCTURE_FIELD_`. */
export function constantPrefix(tag: string, field: string): string {
  const [, prefix = '', name = ''] = TAG.exec(tag) ?? [];
  return `${prefix}_${name}_${field}_`.toUpperCase();
}

/**
 * The layout's name of each tag: without prefix and `_bits`. Where two tags would get one name, all but the first keep more of
 * theirs. Names that differ only in case count as one, because files are named by them.
 */
export function structureNames(tags: Iterable<string>): Map<string, string> {
  const namer = new Namer();
  const names = new Map<string, string>();
  for (const tag of tags) {
    const [, , name = tag, suffix = ''] = TAG.exec(tag) ?? [];
    names.set(tag, namer.first([name, name + suffix, tag]));
  }
  return names;
}

/** Gives names out, each once. */
export class Namer {
  readonly #taken = new Set<string>();

  constructor(taken: Iterable<string> = []) {
    for (const name of taken) this.#taken.add(name.toLowerCase());
  }

  /** The first name that is free; the last one with a number behind it when none is. */
  first(wanted: readonly string[]): string {
    const last = wanted.at(-1) ?? '';
    let name = wanted.find((each) => this.#isFree(each)) ?? last;
    for (let number = 2; !this.#isFree(name); number++) name = `${last}_${number}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name.toLowerCase());
  }
}
