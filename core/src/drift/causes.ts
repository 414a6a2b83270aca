import type { DumpSubject, KernelInterface } from '@auxctl/schemas';
import type { Dump } from '../dump/dump.js';
import { itemName } from '../state/item-parameters.js';
import type { DriftCause } from './types.js';

/** What could have changed a value, as far as the layouts tell: the write of its register, the setting of its parameter, the kernel's own command. */
export function causesOf(subject: DumpSubject, path: string, { layouts }: Pick<Dump, 'layouts'>): DriftCause[] {
  if (subject.kind === 'register') {
    const document = layouts.documents.get(`registers/${subject.name}`);
    if (document?.kind !== 'register') return [];
    const effect = document.effects.write;
    return [...(effect === undefined ? [] : [{ command: `reg write ${subject.name}`, by: 'auxctl', effect } as const]), ...kernelCauses(document.kernelInterfaces)];
  }
  if (subject.kind === 'parameter') {
    const document = layouts.documents.get(`nvconfig/${subject.name}`);
    if (document?.kind !== 'nvconfig' || document.isCapability === true) return [{ command: 'another version of the firmware', by: 'firmware' }];
    const parameter = document.parameters.find(({ field }) => field === path);
    const command = parameter === undefined ? `a write of ${itemName(document, path)?.name ?? document.name}` : `nvconfig set ${parameter.name}`;
    return [{ command, by: 'auxctl', effect: 'configure' }, ...kernelCauses(parameter?.kernelInterfaces)];
  }
  if (subject.kind === 'capability') return [{ command: 'another version of the firmware, or stored configuration after a reset', by: 'firmware' }];
  return [];
}

function kernelCauses(interfaces: readonly Pick<KernelInterface, 'command'>[] = []): DriftCause[] {
  return interfaces.map(({ command }) => ({ command, by: 'kernel' }));
}
