import { importHeader, type HeaderImport, type HeaderImportOptions } from '../header/import.js';
import { withCommands } from './commands.js';
import { fieldNames } from './field-names.js';
import { HSI_FORMAT } from './format.js';

/**
 * Makes layouts of a header of plain C structures of little-endian integers, in which the constants of a field are defined behind it.
 * Takes any text and never throws: what it could not take is in the problems, with file and line. The same input gives the same output.
 */
export function importHsi(text: string, options: HeaderImportOptions): HeaderImport {
  return importHeader({ format: HSI_FORMAT, namesOf: fieldNames, arrange: withCommands }, text, options);
}
