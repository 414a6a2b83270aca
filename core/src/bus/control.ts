import { posix } from 'node:path';
import type { Device } from '../device/types.js';
import { compareNames } from '../names/compare.js';
import type { RootedFiles } from '../system/rooted-files.js';
import { isControlAuxiliary, isPrintableName, type NameLists } from './device-names.js';

/** The part of a device that says how its firmware is reached, from the names that belong to it. */
export function controlFields(files: RootedFiles, names: NameLists): Pick<Device, 'node' | 'auxiliaryDriver'> {
  const [node] = names.fwctl.toSorted(compareNames);
  const auxiliaryDriver = controlDriver(files, names.auxiliary);
  return {
    ...(node === undefined ? {} : { node: `/dev/fwctl/${node}` }),
    ...(auxiliaryDriver === undefined ? {} : { auxiliaryDriver }),
  };
}

/** The driver of the first auxiliary device that is made for control and has one. */
function controlDriver(files: RootedFiles, auxiliary: readonly string[]): string | undefined {
  for (const name of auxiliary.filter(isControlAuxiliary).sort(compareNames)) {
    const target = files.link(`/sys/bus/auxiliary/devices/${name}/driver`);
    const driver = target === undefined ? '' : posix.basename(target);
    if (isPrintableName(driver)) return driver;
  }
  return undefined;
}
