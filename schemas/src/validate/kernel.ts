import { KERNEL_PLACEHOLDERS, type KernelOffer } from '../kernel-offer.js';
import type { Field } from '../layout/field.js';
import { offerCommand, placeholdersOf } from '../layout/kernel-offers.js';
import { integerValue, fitsField } from '../layout/model.js';
import type { LayoutScope } from '../layout/scope.js';
import type { Report } from './value.js';

/** What a check of an interface of the kernel's own needs. */
export interface OfferSurroundings {
  readonly field: Field;
  /** Fields that placeholders and conditions may name; absent where no placeholder may, and conditions are checked elsewhere. */
  readonly siblings?: readonly Field[];
  readonly scope: LayoutScope;
}

/** Every fault of what a field or parameter says of the kernel's own interfaces. */
export function checkKernelOffers(offers: readonly KernelOffer[] | undefined, surroundings: OfferSurroundings, report: Report): void {
  for (const offer of offers ?? []) {
    checkTexts(offer, surroundings, report);
    checkTranslation(offer, surroundings, report);
    checkConditions(offer, surroundings, report);
  }
}

function checkTexts(offer: KernelOffer, { field, siblings = [] }: OfferSurroundings, report: Report): void {
  const path = pathOf(offer);
  for (const text of [offerCommand(offer), ...(path === undefined ? [] : [path])]) {
    for (const { name } of placeholdersOf(text)) {
      if (!isDeviceName(name) && !isWhole(siblings.find((each) => each.name === name))) report('kernel', `{${name}} stands for no name of a device and no whole number beside the field`);
    }
    if (/[{}]/.test(text.replaceAll(/\{[A-Za-z_][A-Za-z0-9_]*(\+\d{1,4})?\}/g, ''))) report('kernel', `'${text}' has a brace that is no placeholder's`);
  }
  if (path !== undefined && placeholdersOf(path).some(({ name }) => name === 'value')) report('kernel', 'a path does not depend on the value');
  if (!isWhole(field) && (path !== undefined || placeholdersOf(offerCommand(offer)).some(({ name }) => name === 'value'))) report('kernel', 'a field that is no single number has no value that can be filled in or compared');
}

function checkTranslation({ values, range, scale, form }: KernelOffer, { field, scope }: OfferSurroundings, report: Report): void {
  if ([values, scale, form].filter((each) => each !== undefined).length > 1) report('kernel', 'values, scale and form exclude one another');
  if ((values ?? range ?? scale ?? form) !== undefined && !isWhole(field)) report('kernel', 'only a single number can be translated');
  const names = field.type === 'enum' ? (scope.enums.get(field.enum) ?? []).map(({ name }) => name) : [];
  for (const key of Object.keys(values ?? {})) {
    const isNumber = /^\d+$/.test(key) && fitsField(BigInt(key), field.sizeBits);
    if (!isNumber && !names.includes(key)) report('kernel', `the field has no value ${key}`);
  }
  if (range !== undefined && integerValue(range.min) > integerValue(range.max)) report('kernel', 'a range begins before it ends');
}

function checkConditions({ when }: KernelOffer, { siblings }: OfferSurroundings, report: Report): void {
  if (siblings === undefined) return;
  for (const [name, values] of Object.entries(when ?? {})) {
    const sibling = siblings.find((each) => each.name === name);
    if (!isWhole(sibling)) report('kernel', `when: no whole number ${name} beside the field`);
    else if (values.some((value) => !fitsField(integerValue(value), sibling.sizeBits))) report('kernel', `when: a value does not fit ${name}`);
  }
}

function pathOf(offer: KernelOffer): string | undefined {
  if (offer.type === 'sysfs') return offer.path;
  return offer.type === 'devlink-param' ? undefined : offer.read;
}

function isDeviceName(name: string): boolean {
  return KERNEL_PLACEHOLDERS.some((each) => each === name);
}

function isWhole(field: Field | undefined): field is Extract<Field, { type: 'uint' | 'int' | 'enum' | 'flags' }> {
  return field?.type === 'uint' || field?.type === 'int' || field?.type === 'enum' || field?.type === 'flags';
}
