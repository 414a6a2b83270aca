import type { Device } from '../device/types.js';
import { compareNames } from '../names/compare.js';
import { RootedFiles } from '../system/rooted-files.js';
import { Owners } from './owners.js';
import { comparePciAddresses } from './pci-address.js';
import { FUNCTIONS, readFunction } from './pci-function.js';
import type { ScanChoice, ScanOptions } from './scan-options.js';
import { readUnattached } from './unattached.js';

/**
 * Finds the control-capable functions of this system: those with a control node, an auxiliary device made for one, an NVMe controller or
 * a memory device, those that `wants` asks for, and what `include` adds. PCI functions come first, by address. Reads sysfs only, synchronously, opens nothing,
 * and costs one small read for each PCI function that is not returned. What vanishes meanwhile or is malformed is skipped and reported;
 * nothing is thrown.
 */
export function scanDevices(options: ScanOptions = {}): Promise<Device[]> {
  return new Promise((resolve) => {
    resolve(scan(options));
  });
}

function scan({ root, wants = () => false, include = 'control', onProblem }: ScanOptions): Device[] {
  const files = new RootedFiles(root, onProblem);
  const choice: ScanChoice = { wants, include };
  const owners = new Owners(files, { hasInterfaces: include !== 'control' });
  const addresses = new Set([...(files.entries(FUNCTIONS) ?? []), ...owners.functions]);
  const functions = [...addresses].flatMap((address) => readFunction(files, address, owners.ofFunction(address), choice) ?? []);
  const others = owners.others.flatMap((owner) => readUnattached(files, owner, choice) ?? []);
  functions.sort((a, b) => comparePciAddresses(a.address, b.address));
  others.sort((a, b) => compareNames(a.address, b.address));
  return [...functions, ...others];
}
