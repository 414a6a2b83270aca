/** Importers: what turns the headers and databases of others into layouts. */
export * from './problem.js';
export * from './overrides.js';
export { documentText } from './text.js';
export { importAdb, type AdbImportOptions } from './adb/import.js';
export { importIfc } from './ifc/import.js';
export { importHsi } from './hsi/import.js';
export type { HeaderImport, HeaderImportOptions, ImportedDefinition } from './header/import.js';
export type { Documents, LayoutImport } from './layout-import.js';
export type { SourceWords } from './source-words.js';
export type { IncludeFinder } from './include.js';
export type { FieldOrigin } from './header/taken.js';
