import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pluginFromFolder, PluginError, readJsonFile, type PluginEntry } from '@auxctl/core';
import { conformanceSettingsSchema, fileFormatFault, type ConformanceSettings } from '@auxctl/schemas';
import type { ConformanceCheck } from '../conformance/check.js';
import { conformanceChecks } from '../conformance/checks.js';
import type { ConformanceFixture, ConformanceTarget } from '../conformance/fixture.js';

const NO_COUNTS = { registers: 0, commands: 0, capabilities: 0, opcodes: 0 };

/**
 * The conformance suite for the plugin in a folder: for its own tests. Runs on its simulator, or on the device that
 * `AUXCTL_CONFORMANCE_DEVICE` names. Throws `ERR_FILE` and `ERR_PLUGIN` for a folder that holds none.
 */
export function pluginChecks(folder: string | URL, target: ConformanceTarget = { hardware: process.env['AUXCTL_CONFORMANCE_DEVICE'] }): ConformanceCheck[] {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  return conformanceChecks(folderFixture(path, pluginFromFolder(path)), target);
}

/** What the suite needs to know of a plugin, from its `test` folder. Throws `ERR_PLUGIN` when `test/conformance.json` is faulty. */
export function folderFixture(folder: string, entry: PluginEntry): ConformanceFixture {
  const { counts = NO_COUNTS, write, identity } = readSettings(join(folder, 'test', 'conformance.json'));
  const golden = join(folder, 'test', 'golden');
  return {
    entry, counts: withoutUndefined(counts),
    ...(write === undefined ? {} : { write: withoutUndefined(write) }),
    ...(identity === undefined ? {} : { identity }),
    ...(statSync(golden, { throwIfNoEntry: false })?.isDirectory() === true ? { golden } : {}),
  };
}

function readSettings(path: string): Partial<ConformanceSettings> {
  const json = readJsonFile(path);
  if (!json.ok && json.isMissing) return {};
  const parsed = json.ok ? conformanceSettingsSchema.safeParse(json.value) : undefined;
  if (parsed?.success === true) return parsed.data;
  const format = json.ok ? fileFormatFault('conformance', json.value) : undefined;
  if (format !== undefined) throw new PluginError('ERR_PLUGIN', `${path}: ${format}`);
  const [issue] = parsed?.error.issues ?? [];
  throw new PluginError('ERR_PLUGIN', `${path}: ${issue === undefined ? (json.ok ? 'not valid' : json.reason) : `${issue.path.map(String).join('.')}: ${issue.message}`}`);
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without members that are there and undefined, which optional ones must not be. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
