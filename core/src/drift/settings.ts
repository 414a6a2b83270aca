import type { KernelSetting } from '@auxctl/schemas';
import type { Dump } from '../dump/dump.js';
import type { DriftDifference, StoredPlace } from './types.js';

/** Compares what the kernel keeps of a device; the layouts of a dump tell which of it is stored configuration under another name. */
export function compareSettings(before: readonly KernelSetting[], after: readonly KernelSetting[], dump: Dump | undefined): DriftDifference[] {
  const [was, is] = [byName(before), byName(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): DriftDifference[] => {
    const [old, now] = [was.get(key), is.get(key)];
    const setting = now ?? old;
    if (setting === undefined || old?.value === now?.value) return [];
    const { name, mode } = setting;
    return [{
      group: 'driver', subject: 'devlink', title: 'parameters that the driver keeps', name, set: mode, ...(old === undefined ? {} : { before: old.value }), ...(now === undefined ? {} : { after: now.value }),
      place: { type: 'kernel', parameter: name, mode, shows: dump === undefined ? [] : storedAs(name, mode, dump) },
      causes: [{ command: `devlink dev param set DEV name ${name} value VALUE cmode ${mode}`, by: 'kernel', effect: 'configure' }, { command: `param set ${name}`, by: 'auxctl', effect: 'configure' }],
    }];
  });
}

/** The stored values that a parameter of the driver shows. */
function storedAs(name: string, mode: string, { layouts }: Dump): StoredPlace[] {
  return [...layouts.documents.values()].flatMap((document) => (document.kind !== 'nvconfig' ? [] : document.parameters.flatMap(({ field, kernel = [] }) => (
    kernel.some((offer) => offer.type === 'devlink-param' && offer.name === name && offer.mode === mode) ? [{ item: document.name, path: field }] : []))));
}

function byName(settings: readonly KernelSetting[]): Map<string, KernelSetting> {
  return new Map(settings.map((setting) => [`${setting.interface} ${setting.name} ${setting.mode}`, setting]));
}
