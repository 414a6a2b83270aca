import { posix } from 'node:path';
import type { BusName } from '@auxctl/schemas';
import type { Device, DeviceNames } from '../device/types.js';
import type { RootedFiles } from '../system/rooted-files.js';
import { controlFields } from './control.js';
import { auxiliaryAlias, isControlAuxiliary, isPrintableName, sortedNames } from './device-names.js';
import { leadsToFirmware, type Owner } from './owners.js';
import type { WantsAliases } from './scan-options.js';

/** Makes a device of what hangs on no PCI function; undefined when it is of no interest. */
export function readUnattached(files: RootedFiles, owner: Owner, wants: WantsAliases): Device | undefined {
  const aliases = [...new Set(owner.names.auxiliary.map(auxiliaryAlias))].sort();
  if (!leadsToFirmware(owner.names) && !wants(aliases)) return undefined;
  const names = sortedNames(owner.names);
  const { bus, address } = placeOf(names, posix.basename(owner.path));
  if (isPrintableName(address)) return { address, bus, names, ...controlFields(files, owner.names), aliases };
  files.report({ type: 'malformed', path: owner.path, detail: 'a name that cannot be shown' });
  return undefined;
}

/** An auxiliary device goes by its name; a control node by its parent's, since its own number changes from one binding to the next. */
function placeOf(names: DeviceNames, parent: string): { bus: BusName; address: string } {
  const auxiliary = names.auxiliary.find(isControlAuxiliary) ?? names.auxiliary[0];
  if (auxiliary !== undefined) return { bus: 'auxiliary', address: auxiliary };
  const [nvme] = names.nvme;
  return nvme === undefined ? { bus: 'fwctl', address: parent } : { bus: 'nvme', address: nvme };
}
