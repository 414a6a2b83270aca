import type { KernelOffer } from '@auxctl/schemas';
import { fillTemplate, kernelOffersIn, offerCommand } from '@auxctl/schemas/model';
import type { Codec } from '../layout/codec.js';
import type { DriftCause } from './types.js';

/** What could have changed a value, as far as its layout tells: the write of its register, the setting of its parameter, the kernel's own command. */
export function causesOf({ document, scope, structure }: Codec, path: string): DriftCause[] {
  if (document.kind === 'register') {
    const effect = document.effects.write;
    const offers = kernelOffersIn(structure, scope).filter((each) => each.path === path.replaceAll(/\[[^\]]*\]/g, '[]'));
    return [...(effect === undefined ? [] : [{ command: `reg write ${document.name}`, by: 'auxctl', effect } as const]), ...offers.flatMap(({ offer }) => kernelCause(offer))];
  }
  if (document.kind === 'nvconfig') {
    if (document.isCapability === true) return [{ command: 'another version of the firmware', by: 'firmware' }];
    const parameter = document.parameters.find(({ field }) => field === path);
    const command = parameter === undefined ? `a write of ${document.name}.${path}` : `nvconfig set ${parameter.name}`;
    return [{ command, by: 'auxctl', effect: 'configure' }, ...(parameter?.kernel ?? []).flatMap(kernelCause)];
  }
  return document.kind === 'capability' ? [{ command: 'another version of the firmware, or stored configuration after a reset', by: 'firmware' }] : [];
}

/** What the kernel only shows it has not changed. */
function kernelCause(offer: KernelOffer): DriftCause[] {
  return offer.readOnly === true ? [] : [{ command: fillTemplate(offerCommand(offer), ({ name }) => name.toUpperCase()), by: 'kernel', effect: 'configure' }];
}
