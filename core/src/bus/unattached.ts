import { posix } from 'node:path';
import type { BusName } from '@auxctl/schemas';
import type { Device, DeviceNames } from '../device/types.js';
import type { RootedFiles } from '../system/rooted-files.js';
import { controlFields } from './control.js';
import { auxiliaryAlias, controllerAlias, isControlAuxiliary, isPrintableName, sortedNames } from './device-names.js';
import { leadsToFirmware, type Owner } from './owners.js';
import type { ScanChoice } from './scan-options.js';

/** Makes a device of what hangs on no PCI function; undefined when it is of no interest. */
export function readUnattached(files: RootedFiles, owner: Owner, { wants, include }: ScanChoice): Device | undefined {
  const names = sortedNames(owner.names);
  const driver = driverOf(files, owner);
  const aliases = [...new Set([...owner.names.auxiliary.map(auxiliaryAlias), ...controllerAlias(owner.names), ...interfaceAlias(names, driver)])].sort();
  const isIncluded = include !== 'control' && names.netdev.length > 0;
  if (!leadsToFirmware(owner.names) && !isIncluded && !wants(aliases)) return undefined;
  const { bus, address } = placeOf(names, posix.basename(owner.path));
  if (isPrintableName(address)) return { address, bus, names, ...(driver === undefined ? {} : { driver }), ...controlFields(files, owner.names), aliases };
  files.report({ type: 'malformed', path: owner.path, detail: 'a name that cannot be shown' });
  return undefined;
}

/** The driver of what carries network interfaces; of other devices the names say enough. */
function driverOf(files: RootedFiles, { names, path }: Owner): string | undefined {
  const target = names.netdev.length === 0 ? undefined : files.link(`${path}/driver`);
  const driver = target === undefined ? '' : posix.basename(target);
  return isPrintableName(driver) ? driver : undefined;
}

function interfaceAlias({ netdev }: DeviceNames, driver: string | undefined): string[] {
  return netdev.length === 0 ? [] : [`netdev:${(driver ?? 'unknown').toLowerCase()}`];
}

/** An auxiliary device goes by its name; a control node by its parent's, since its own number changes from one binding to the next. */
function placeOf(names: DeviceNames, parent: string): { bus: BusName; address: string } {
  const auxiliary = names.auxiliary.find(isControlAuxiliary) ?? names.auxiliary[0];
  if (auxiliary !== undefined) return { bus: 'auxiliary', address: auxiliary };
  const [nvme] = names.nvme;
  if (nvme !== undefined) return { bus: 'nvme', address: nvme };
  return { bus: names.fwctl.length === 0 && names.netdev.length > 0 ? 'netdev' : 'fwctl', address: parent };
}
