import type { Manifest } from '@auxctl/schemas';
import { fileFormatFault, FORMATS, PLUGIN_API } from '@auxctl/schemas/model';

/** Which version of auxctl was the first to read each plugin API. */
const READERS: Readonly<Record<number, string>> = { 1: '0.1' };

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Does a parsed manifest have what lists show of a plugin, in the right form? The rest, of which a list makes no use, is left for the full check
 * when the plugin is used, because the schemas cost a list of many plugins more than all else.
 */
export function hasManifestHead(value: unknown): value is Manifest {
  return headFault(value) === undefined;
}

/** What is wrong with that part of a manifest; `undefined` when nothing is. */
export function headFault(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is no JSON object';
  const format = fileFormatFault('plugin', value);
  if (format !== undefined) return `format: ${format}`;
  if (value['format'] !== FORMATS.plugin.writes) return `format: must be "${FORMATS.plugin.writes}"`;
  if (typeof value['name'] !== 'string' || !NAME.test(value['name'])) return 'name: lower-case letters, digits and -, starting with a letter';
  const api = apiFault(value['api']);
  if (api !== undefined) return api;
  for (const key of ['vendor', 'description']) if (!isText(value[key])) return `${key}: must be text`;
  for (const key of ['match', 'transports', 'buses']) if (!isListOf(value[key], isText) || value[key].length === 0) return `${key}: must be a list of words, not empty`;
  if (!isListOf(value['products'], hasTexts('pci', 'name'))) return 'products: must be a list of "pci" and "name"';
  if (value['modules'] !== undefined && !isListOf(value['modules'], hasTexts('alias', 'module'))) return 'modules: must be a list of "alias" and "module"';
  return undefined;
}

/** What is wrong with the plugin API that a manifest names; both versions are in the answer. */
export function apiFault(api: unknown): string | undefined {
  if (api === PLUGIN_API) return undefined;
  const own = `this auxctl reads plugin API ${PLUGIN_API}`;
  if (api === undefined) return `api: it does not say which plugin API it is for; ${own}`;
  if (typeof api !== 'number' || !Number.isSafeInteger(api) || api < 1) return `api: must be the number of a plugin API; ${own}`;
  const reader = READERS[api];
  return `api: it is for plugin API ${api}${reader === undefined ? '' : `, which auxctl ${reader} reads`}; ${own}`;
}

/** What a manifest calls its plugin, whatever else is wrong with it. */
export function nameIn(value: unknown): string | undefined {
  return isRecord(value) && typeof value['name'] === 'string' ? value['name'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isListOf<T>(value: unknown, is: (each: unknown) => each is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function hasTexts(...keys: readonly string[]): (value: unknown) => value is Record<string, string> {
  return (value): value is Record<string, string> => isRecord(value) && keys.every((key) => isText(value[key]));
}
