/** Importers: what turns the headers and databases of others into layouts. */
export * from './problem.js';
export * from './overrides.js';
export { documentText } from './text.js';
export { importIfc, type IfcImport, type IfcImportOptions, type ImportedDefinition } from './ifc/import.js';
export type { SourceWords } from './ifc/documents.js';
export type { IncludeFinder } from './ifc/preprocessor.js';
export type { FieldOrigin } from './ifc/taken.js';
