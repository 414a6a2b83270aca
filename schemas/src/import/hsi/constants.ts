import type { Field } from '../../layout/field.js';
import type { Constant, Definition, Header } from '../header/model.js';

/** A constant that goes with a field, as it is called there. */
export interface NamedConstant {
  /** Without the words that say structure and field. */
  readonly name: string;
  readonly value: bigint;
  /** The name of another of the field's constants that it only stands for. */
  readonly alias: string | undefined;
  readonly constant: Constant;
}

/** The constants that have a value, by the names that they have among those of the field. */
export function namedConstants(constants: readonly Constant[], { tag }: Definition, field: Field, { valueOf }: Header): NamedConstant[] {
  const names = new Map(shortNames(constants.map(({ name }) => name), tag, field.name.toUpperCase()));
  return constants.flatMap((constant) => {
    const value = valueOf(constant.words);
    const [word = '', ...others] = constant.words;
    const alias = others.length === 0 ? names.get(word) : undefined;
    return value === undefined ? [] : [{ name: names.get(constant.name) ?? constant.name, value, alias, constant }];
  });
}

/** Names without the structure's words, and without the field's where all have them and something stays. */
function shortNames(names: readonly string[], tag: string, field: string): [string, string][] {
  const prefix = prefixesOf(tag).find((each) => names.every((name) => name.startsWith(each))) ?? sharedWords(names);
  const rest = names.map((name) => name.slice(prefix.length));
  const own = `${field}_`;
  const isOfField = rest.every((name) => name.startsWith(own) && !/^(MASK|SFT)$/.test(name.slice(own.length)));
  return names.map((name, index) => [name, (rest[index] ?? name).slice(isOfField ? own.length : 0)]);
}

/** How a structure's constants may begin; a command's structures are requests and replies there. */
function prefixesOf(tag: string): string[] {
  const whole = tag.toUpperCase();
  const short = whole.replace(/^HWRM_/, '');
  return [short.replace(/_INPUT$/, '_REQ').replace(/_OUTPUT$/, '_RESP'), short, whole].map((each) => `${each}_`);
}

function sharedWords([first = '', ...others]: readonly string[]): string {
  let shared = others.length === 0 ? '' : first;
  for (const name of others) while (!name.startsWith(shared)) shared = shared.slice(0, -1);
  return shared.slice(0, shared.lastIndexOf('_') + 1);
}
