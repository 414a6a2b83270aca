import type { DeviceNames } from '../device/types.js';
import { compareNames } from '../names/compare.js';

/** Names of one function while they are being collected. */
export type NameLists = { -readonly [Kind in keyof DeviceNames]: string[] };

const MAX_LENGTH = 128;
/** Control characters, invisible ones, those that turn the direction of writing, and the mark of undecodable bytes. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]/;
const AUXILIARY = /^[\w-]+\.[\w.-]+\.\d{1,10}$/;
const CONTROL = /^[\w-]+\.fwctl\.\d{1,10}$/;

/** No names yet. */
export function emptyNames(): NameLists {
  return { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] };
}

/** The names, each list sorted as people count and freed of repetition. */
export function sortedNames(lists: NameLists): DeviceNames {
  return {
    auxiliary: sorted(lists.auxiliary),
    fwctl: sorted(lists.fwctl),
    netdev: sorted(lists.netdev),
    rdma: sorted(lists.rdma),
    nvme: sorted(lists.nvme),
    memdev: sorted(lists.memdev),
  };
}

/** Whether text from the kernel can be shown: nothing in it could confuse a terminal or a reader. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** Whether a name from the kernel can be shown in a table: printable, not empty, at most 128 characters, no space. */
export function isPrintableName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_LENGTH && isPrintable(name) && !/\s/.test(name);
}

/** Whether this is the name of an auxiliary device: module, name, number. */
export function isAuxiliaryName(name: string): boolean {
  return name.length <= MAX_LENGTH && AUXILIARY.test(name);
}

/** Whether an auxiliary device of this name is made to lead to firmware control. */
export function isControlAuxiliary(name: string): boolean {
  return CONTROL.test(name);
}

/** The alias of an auxiliary device, `auxiliary:module.name`, in lower case. */
export function auxiliaryAlias(name: string): string {
  return `auxiliary:${name.slice(0, name.lastIndexOf('.'))}`.toLowerCase();
}

/** The alias of what has an NVMe controller. */
export function controllerAlias({ nvme }: NameLists): string[] {
  return nvme.length > 0 ? ['nvme:controller'] : [];
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareNames);
}
