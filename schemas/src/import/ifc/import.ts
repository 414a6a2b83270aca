import { importHeader, type HeaderImport, type HeaderImportOptions } from '../header/import.js';
import { fieldNames } from './enums.js';
import { IFC_FORMAT } from './format.js';

/**
 * Makes layouts of a header in which one array element of `u8` is one bit, and structures are called `PREFIX_ifc_NAME_bits`. Takes any
 * text and never throws: what it could not take is in the problems, with file and line. The same input gives the same output.
 */
export function importIfc(text: string, options: HeaderImportOptions): HeaderImport {
  return importHeader({ format: IFC_FORMAT, namesOf: (taken, { enums }) => fieldNames(taken, enums), arrange: (documents) => documents }, text, options);
}
