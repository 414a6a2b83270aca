import type { KernelOffer } from '../kernel-offer.js';
import type { LayoutScope } from './scope.js';

const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*)(?:\+(\d{1,4}))?\}/g;

/** A placeholder of a command line or path: a name, and what is added to the number that it stands for. */
export interface Placeholder {
  readonly name: string;
  readonly add: bigint;
}

/** The placeholders of a command line or path, in order. */
export function placeholdersOf(text: string): Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '', add]) => ({ name, add: BigInt(add ?? 0) }));
}

/** A command line or path with every placeholder replaced. */
export function fillTemplate(text: string, fill: (placeholder: Placeholder) => string): string {
  return text.replaceAll(PLACEHOLDER, (_all, name: string, add?: string) => fill({ name, add: BigInt(add ?? 0) }));
}

/** The command line by which the kernel's interface is used, with its placeholders. */
export function offerCommand(offer: KernelOffer): string {
  switch (offer.type) {
    case 'devlink-param': return `devlink dev param set {devlink} name ${offer.name} value {value} cmode ${offer.mode}`;
    case 'sysfs': return `echo {value} > ${offer.path}`;
    default: return offer.command;
  }
}

/** What a structure's fields, and those of structures inside it, say of the kernel's own interfaces: each with the field's path, `x[]` for elements. */
export function kernelOffersIn(structure: string, scope: Pick<LayoutScope, 'structures'>, around: readonly string[] = [], prefix = ''): { readonly path: string; readonly offer: KernelOffer }[] {
  if (around.includes(structure)) return [];
  return (scope.structures.get(structure)?.fields ?? []).flatMap((field) => {
    const inner = field.type === 'array' ? field.element : field;
    const path = `${prefix}${field.name}`;
    const below = inner.type === 'struct' ? kernelOffersIn(inner.structure, scope, [...around, structure], `${path}${field.type === 'array' ? '[]' : ''}.`) : [];
    return [...(field.kernel ?? []).map((offer) => ({ path, offer })), ...below];
  });
}
