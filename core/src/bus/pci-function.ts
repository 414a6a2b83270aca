import { VENDOR_SPECIFIC, walkCapabilities } from '../config-space/capabilities.js';
import type { Device, PciFunctionIdentity } from '../device/types.js';
import type { RootedFiles } from '../system/rooted-files.js';
import { controlFields } from './control.js';
import { auxiliaryAlias, controllerAlias, emptyNames, isPrintableName, type NameLists, sortedNames } from './device-names.js';
import { leadsToFirmware, MEMDEV_NAME, type Owner } from './owners.js';
import { isPciAddress } from './pci-address.js';
import { parsePciRevision, parsePciUevent, type PciSummary } from './pci-identity.js';
import type { ScanChoice } from './scan-options.js';

const NOTHING = new Uint8Array();

/** Where the PCI bus lists its functions. */
export const FUNCTIONS = '/sys/bus/pci/devices';

/** Memory device with the standard interface (PCI Code and ID Assignment Specification, base class 05h). */
const MEMORY_DEVICE_CLASS = 0x050210;

/** Reads one PCI function; undefined when it is of no interest, or cannot be read, which is reported. */
export function readFunction(files: RootedFiles, address: string, owner: Owner | undefined, choice: ScanChoice): Device | undefined {
  const path = `${FUNCTIONS}/${address}`;
  const summary = readSummary(files, path, address);
  if (summary === undefined) return undefined;
  const names = owner?.names ?? emptyNames();
  const aliases = [...new Set([summary.alias, classAlias(summary.identity.classCode), ...names.auxiliary.map(auxiliaryAlias), ...controllerAlias(names)])].sort();
  const isWanted = names.fwctl.length === 0 && choice.wants(aliases);
  if (!leadsToFirmware(names) && summary.identity.classCode !== MEMORY_DEVICE_CLASS && !isWanted && !isIncluded(names, choice)) return undefined;
  const pci = readIdentity(files, path, summary);
  if (pci === undefined) return undefined;
  addChildren(files, path, names);
  return {
    address,
    bus: 'pci',
    names: sortedNames(names),
    pci,
    ...(summary.driver === undefined ? {} : { driver: summary.driver }),
    ...controlFields(files, names),
    ...(isWanted ? vendorCapability(files, path) : {}),
    aliases,
  };
}

function isIncluded({ netdev, rdma }: NameLists, { include }: ScanChoice): boolean {
  return include === 'all' || (include === 'named' && netdev.length + rdma.length > 0);
}

function classAlias(classCode: number): string {
  return `pci-class:${classCode.toString(16).padStart(6, '0')}`;
}

/** Looked at only for what somebody wants and no control node leads to: anybody else's configuration space is none of our business. */
function vendorCapability(files: RootedFiles, path: string): Pick<Device, 'vendorCapability'> {
  const walk = walkCapabilities();
  let step = walk.next();
  while (step.done !== true) step = walk.next(files.part(`${path}/config`, step.value.offsetBytes, step.value.lengthBytes) ?? NOTHING);
  if (!step.value.isVisible) return { vendorCapability: 'hidden' };
  return step.value.capabilities.some(({ id }) => id === VENDOR_SPECIFIC) ? { vendorCapability: 'present' } : {};
}

function readSummary(files: RootedFiles, path: string, address: string): PciSummary | undefined {
  if (!isPciAddress(address)) {
    files.report({ type: 'malformed', path, detail: 'not a PCI address' });
    return undefined;
  }
  return parsed(files, `${path}/uevent`, parsePciUevent);
}

function readIdentity(files: RootedFiles, path: string, { identity }: PciSummary): PciFunctionIdentity | undefined {
  const revision = parsed(files, `${path}/revision`, parsePciRevision);
  return revision === undefined ? undefined : { ...identity, revision };
}

/** Reads an attribute that every function has; reports its absence and its being malformed. */
function parsed<T>(files: RootedFiles, path: string, parse: (text: string) => T | undefined): T | undefined {
  const text = files.text(path, { expected: true });
  const value = text === undefined ? undefined : parse(text);
  if (text !== undefined && value === undefined) files.report({ type: 'malformed', path, detail: 'not what this attribute holds' });
  return value;
}

function addChildren(files: RootedFiles, path: string, names: NameLists): void {
  for (const entry of files.entries(path) ?? []) {
    if (entry === 'net') names.netdev.push(...children(files, `${path}/net`));
    else if (entry === 'infiniband') names.rdma.push(...children(files, `${path}/infiniband`));
    else if (MEMDEV_NAME.test(entry)) names.memdev.push(entry);
  }
}

function children(files: RootedFiles, directory: string): string[] {
  const names = files.entries(directory) ?? [];
  const printable = names.filter(isPrintableName);
  if (printable.length < names.length) files.report({ type: 'malformed', path: directory, detail: 'a name that cannot be shown' });
  return printable;
}
