import type { RootedFiles } from './rooted-files.js';

/**
 * Where a kernel module is: in the kernel's image, loaded (or in the image, where nothing lists what is), installed but not loaded, or not
 * part of this kernel; `unknown` when nothing lists what is installed.
 */
export type ModuleState = 'built-in' | 'loaded' | 'installed' | 'absent' | 'unknown';

const MAX_LIST_BYTES = 8 * 1024 * 1024;

/** The state of each module that is named. */
export function readModules(files: RootedFiles, release: string | undefined, names: readonly string[]): Record<string, ModuleState> {
  if (names.length === 0) return {};
  const loaded = new Set([...(files.entries('/sys/module') ?? []), ...driverModules(files)]);
  const [builtIn, installed] = ['modules.builtin', 'modules.dep'].map((list) => readList(files, release, list));
  const stateOf = (name: string): ModuleState => {
    if (builtIn?.has(name) === true) return 'built-in';
    if (loaded.has(name)) return 'loaded';
    if (installed === undefined) return 'unknown';
    return installed.has(name) ? 'installed' : 'absent';
  };
  return Object.fromEntries(names.map((name) => [name, stateOf(name.replaceAll('-', '_'))]));
}

/** The modules whose drivers are on a bus, which those in the kernel's image often show by nothing else. */
function driverModules(files: RootedFiles): string[] {
  const auxiliary = files.entries('/sys/bus/auxiliary/drivers') ?? [];
  const pci = files.entries('/sys/bus/pci/drivers') ?? [];
  return [...auxiliary.map((driver) => driver.slice(0, driver.indexOf('.'))), ...pci];
}

/** The modules that a list of depmod begins its lines with, with underscores in their names. */
function readList(files: RootedFiles, release: string | undefined, list: string): Set<string> | undefined {
  if (release === undefined) return undefined;
  const text = files.text(`/lib/modules/${release}/${list}`, { maxBytes: MAX_LIST_BYTES });
  if (text === undefined) return undefined;
  return new Set([...text.matchAll(/^[^\s:]*?([^\s:/]+)\.ko(?:\.\w+)?(?=:|$)/gm)].map(([, name = '']) => name.replaceAll('-', '_')));
}
