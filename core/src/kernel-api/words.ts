import type { KernelOffer } from '@auxctl/schemas';
import { fillTemplate, integerValue, offerCommand } from '@auxctl/schemas/model';
import type { OfferedValue } from './types.js';

/** Does the offer concern this value: are its conditions met, as far as they are known? */
export function concerns({ when = {} }: KernelOffer, { beside }: Pick<OfferedValue, 'beside'>): boolean {
  return Object.entries(when).every(([name, values]) => {
    const number = beside.get(name);
    return number === undefined || values.some((value) => integerValue(value) === number);
  });
}

/** The kernel's word for a value of the device; undefined where the kernel has none for it. */
export function kernelWord({ values, scale, form }: KernelOffer, { value, symbol, sizeBits }: Pick<OfferedValue, 'value' | 'symbol' | 'sizeBits'>): string | undefined {
  if (value === undefined) return undefined;
  if (values !== undefined) return (symbol === undefined ? undefined : values[symbol]) ?? values[value.toString()];
  if (form === 'bit-states') return Array.from({ length: sizeBits }, (_, bit) => `${bit}:${isSet(value, bit) ? 'on' : 'off'}`).join(' ');
  return (value * BigInt(scale?.multiply ?? 1) + BigInt(scale?.add ?? 0)).toString();
}

/** Can the kernel's interface set this value? One that takes no single value sets whatever there is. */
export function canExpress(offer: KernelOffer, offered: OfferedValue): boolean {
  const { range } = offer;
  const { value } = offered;
  if (value === undefined) return (offer.values ?? range) === undefined;
  if (range !== undefined && (value < integerValue(range.min) || value > integerValue(range.max))) return false;
  return kernelWord(offer, offered) !== undefined;
}

/** A text with its placeholders filled in: the value's word, names of the device, numbers beside the field. What is not known becomes a capital word. */
export function filled(text: string, offered: Pick<OfferedValue, 'beside'>, names: ReadonlyMap<string, string>, word?: string): string {
  return fillTemplate(text, ({ name, add }) => {
    if (name === 'value') return word ?? 'VALUE';
    const number = offered.beside.get(name);
    return names.get(name) ?? (number === undefined ? name.toUpperCase() : (number + add).toString());
  });
}

/** The kernel's command line for a value. */
export function commandFor(offer: KernelOffer, offered: OfferedValue, names: ReadonlyMap<string, string>): string {
  return filled(offerCommand(offer), offered, names, kernelWord(offer, offered));
}

function isSet(value: bigint, bit: number): boolean {
  return BigInt.asUintN(1, value / 2n ** BigInt(bit)) === 1n;
}
