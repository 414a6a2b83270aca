import type { KernelSetting } from '@auxctl/schemas';
import type { DriftDifference } from './types.js';

/** Compares what the kernel keeps of a device. */
export function compareSettings(before: readonly KernelSetting[], after: readonly KernelSetting[]): DriftDifference[] {
  const [was, is] = [byName(before), byName(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): DriftDifference[] => {
    const [old, now] = [was.get(key), is.get(key)];
    const setting = now ?? old;
    if (setting === undefined || old?.value === now?.value) return [];
    const { name, mode } = setting;
    return [{
      group: 'driver', subject: 'devlink', title: 'parameters that the driver keeps', name, set: mode, ...(old === undefined ? {} : { before: old.value }), ...(now === undefined ? {} : { after: now.value }),
      place: { type: 'kernel', parameter: name, mode },
      causes: [{ command: `devlink dev param set DEV name ${name} value VALUE cmode ${mode}`, by: 'kernel', effect: 'configure' }, { command: `param set ${name}`, by: 'auxctl', effect: 'configure' }],
    }];
  });
}

function byName(settings: readonly KernelSetting[]): Map<string, KernelSetting> {
  return new Map(settings.map((setting) => [`${setting.interface} ${setting.name} ${setting.mode}`, setting]));
}
