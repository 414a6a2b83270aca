import type { NvParameterEntry } from '@auxctl/core';
import type { Activation } from '@auxctl/schemas';
import { listedInterfaces } from '../kernel-interfaces.js';
import type { NvconfigListDocument } from '../schemas/nvconfig.js';

/** A parameter as lists show it. */
export function parameterSummary({ parameter, document }: NvParameterEntry): NvconfigListDocument['parameters'][number] {
  return {
    name: parameter.name, title: parameter.title, item: document.name, class: document.item.class, activation: document.activation ?? null,
    kernelInterfaces: listedInterfaces(parameter.kernelInterfaces, (parameter.kernel ?? []).map((offer) => ({ offer }))),
  };
}

const ACTIVATION_TEXTS: Readonly<Record<Activation, string>> = {
  immediate: 'at once',
  'firmware-reset': 'after a firmware reset',
  'power-cycle': 'after a power cycle',
};

/** When a written value is in force, in words. */
export function activationText(activation: Activation | null): string {
  return activation === null ? 'never: it cannot be written' : ACTIVATION_TEXTS[activation];
}
