/** Set by what loads the bundle, whose own code cannot import once it comes from a cache of compiled code. */
declare const auxctlImport: ((url: string) => Promise<unknown>) | undefined;

/** Imports a module that is known only at run time. */
export function importModule(url: string): Promise<unknown> {
  return typeof auxctlImport === 'undefined' ? import(url) : auxctlImport(url);
}
