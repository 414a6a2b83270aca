import { posix } from 'node:path';
import type { RootedFiles } from '../system/rooted-files.js';
import { emptyNames, isAuxiliaryName, isControlAuxiliary, isPrintableName, type NameLists } from './device-names.js';
import { pciAncestor } from './pci-address.js';

/** What the buses and classes say hangs on one function, before the function itself is looked at. */
export interface Owner {
  /** The PCI address; absent when there is no PCI function above. */
  readonly pci?: string;
  /** The path of the function, or of what stands for it. */
  readonly path: string;
  readonly names: NameLists;
}

const VIRTUAL = '/sys/devices/virtual/';
const FWCTL_NAME = /^fwctl\d{1,4}$/;
const NVME_NAME = /^nvme\d{1,6}$/;
/** A memory device between a function and its control node. */
export const MEMDEV_NAME = /^mem\d{1,6}$/;

/** Whether one of these names can lead to firmware. */
export function leadsToFirmware({ fwctl, nvme, memdev, auxiliary }: NameLists): boolean {
  return fwctl.length > 0 || nvme.length > 0 || memdev.length > 0 || auxiliary.some(isControlAuxiliary);
}

/** The functions that have an auxiliary device, a control node or an NVMe controller, by path or PCI address. */
export class Owners {
  readonly #owners = new Map<string, Owner>();
  readonly #files: RootedFiles;

  /** `hasInterfaces`: network interfaces too, so that a device which has nothing else is found. */
  constructor(files: RootedFiles, { hasInterfaces }: { readonly hasInterfaces: boolean }) {
    this.#files = files;
    this.#collect('/sys/bus/auxiliary/devices', isAuxiliaryName, (name, path) => this.#of(path, posix.dirname(path)).names.auxiliary.push(name));
    this.#collect('/sys/class/fwctl', (name) => FWCTL_NAME.test(name), (name, path) => this.#addControlNode(name, path));
    this.#collect('/sys/class/nvme', (name) => NVME_NAME.test(name), (name, path) => this.#of(path, path).names.nvme.push(name));
    if (hasInterfaces) this.#collect('/sys/class/net', isPrintableName, (name, path) => this.#addInterface(name, path));
  }

  /** What hangs on the PCI function of this address. */
  ofFunction(address: string): Owner | undefined {
    return this.#owners.get(address);
  }

  /** What hangs on PCI functions, by address. */
  get functions(): string[] {
    return [...this.#owners.values()].flatMap((owner) => owner.pci ?? []);
  }

  /** What hangs on no PCI function. */
  get others(): Owner[] {
    return [...this.#owners.values()].filter((owner) => owner.pci === undefined);
  }

  /** An interface stands below `net/` of its device; one that no device carries is virtual, and one of an auxiliary device is not the function's. */
  #addInterface(name: string, path: string): void {
    const isOwn = !path.startsWith(VIRTUAL) && !path.split('/').some(isAuxiliaryName);
    if (isOwn) this.#of(path, posix.dirname(posix.dirname(path))).names.netdev.push(name);
  }

  #addControlNode(name: string, path: string): void {
    // The driver core puts a directory named after the class between a node and a parent of another kind.
    const parent = posix.dirname(posix.dirname(path));
    const owner = this.#of(path, parent);
    owner.names.fwctl.push(name);
    const memdev = posix.basename(parent);
    if (MEMDEV_NAME.test(memdev)) owner.names.memdev.push(memdev);
  }

  #of(path: string, withoutPci: string): Owner {
    const pci = pciAncestor(path)?.address;
    const key = pci ?? withoutPci;
    const known = this.#owners.get(key);
    if (known !== undefined) return known;
    const owner: Owner = { ...(pci === undefined ? {} : { pci }), path: withoutPci, names: emptyNames() };
    this.#owners.set(key, owner);
    return owner;
  }

  #collect(directory: string, accepts: (name: string) => boolean, add: (name: string, path: string) => void): void {
    for (const name of this.#files.entries(directory) ?? []) {
      const path = `${directory}/${name}`;
      if (!accepts(name)) {
        this.#files.report({ type: 'malformed', path, detail: 'an unexpected name' });
        continue;
      }
      const target = this.#files.link(path);
      if (target === undefined) continue;
      if (posix.basename(target) === name && target.startsWith('/sys/devices/')) add(name, target);
      else this.#files.report({ type: 'malformed', path, detail: 'a link to something else' });
    }
  }
}
