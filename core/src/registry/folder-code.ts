import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@auxctl/schemas';
import { PluginError } from '../errors/classes.js';
import { definePlugin } from '../plugin/define.js';
import type { Plugin } from '../plugin/types.js';
import { modelSimulator, type ModelFactory } from '../simulator/model-simulator.js';
import type { Simulator } from '../simulator/types.js';
import { readJsonFile } from './json-file.js';

type Import = (file: string) => Promise<unknown>;

const INSIDE = /^\.\/(?!.*\.\.)/;

/** The parts of a plugin that are functions or groups of them, by their kind. */
const PARTS = {
  open: 'function', identify: 'function', refinePlan: 'function', completeRequest: 'function', checkReply: 'function', simulator: 'function',
  registers: 'object', capabilities: 'object', diagnostics: 'object', resources: 'object', coreDump: 'object', nvconfig: 'object', firmware: 'object',
} as const satisfies Record<Exclude<keyof Plugin, 'name'>, 'function' | 'object'>;

/**
 * The plugin of a folder: what its module exports as `plugin`, or as `parts` of one that its manifest makes; without a module, what its manifest
 * makes. The simulator may stand in a module of its own. Rejects with `ERR_PLUGIN`.
 */
export async function loadFolder(folder: string, manifest: Manifest, load: Import): Promise<Plugin> {
  const files = filesOf(folder);
  const exported = files.module === undefined ? undefined : readExports(await load(files.module), files.module, manifest);
  const plugin = exported ?? definePlugin(manifest);
  if (plugin.simulator !== undefined || files.simulator === undefined) return plugin;
  const file = files.simulator;
  return { ...plugin, simulator: async () => readSimulator(await load(file), file, manifest) };
}

interface CodeFiles {
  readonly module: string | undefined;
  readonly simulator: string | undefined;
}

/** The files of code that `package.json` names, by its condition `default`, and a simulator in its usual place. */
function filesOf(folder: string): CodeFiles {
  const json = readJsonFile(join(folder, 'package.json'));
  if (!json.ok && !json.isMissing) throw new PluginError('ERR_PLUGIN', `package.json of ${folder} ${json.reason}`);
  const exported: unknown = json.ok ? member(json.value, 'exports') : undefined;
  const hasEntries = typeof exported === 'object' && exported !== null && Object.keys(exported).some((key) => key.startsWith('.'));
  const usual = join(folder, 'sim', 'index.js');
  return {
    module: fileOf(folder, hasEntries ? member(exported, '.') : exported),
    simulator: fileOf(folder, member(exported, './simulator')) ?? (existsSync(usual) ? usual : undefined),
  };
}

function fileOf(folder: string, target: unknown): string | undefined {
  const file = typeof target === 'object' ? member(target, 'default') : target;
  if (file === undefined || file === null) return undefined;
  if (typeof file === 'string' && INSIDE.test(file)) return join(folder, file);
  throw new PluginError('ERR_PLUGIN', `package.json of ${folder} exports ${JSON.stringify(file)}, which is no file in the folder`);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function readExports(module: unknown, file: string, manifest: Manifest): Plugin {
  const whole = member(module, 'plugin');
  const parts = whole ?? member(module, 'parts');
  if (parts === undefined) throw new PluginError('ERR_PLUGIN', `${file} exports no plugin: neither plugin nor parts`);
  if (!hasParts(parts)) throw new PluginError('ERR_PLUGIN', `${file} exports a plugin of the wrong shape: ${faultyParts(parts)}`);
  const name = member(parts, 'name');
  if (whole !== undefined && name !== manifest.name) throw new PluginError('ERR_PLUGIN', `${file} exports a plugin called ${String(name)}, and its manifest says ${manifest.name}`);
  if (whole !== undefined && (parts.open === undefined || parts.identify === undefined)) throw new PluginError('ERR_PLUGIN', `${file} exports a plugin without open or identify; parts need neither`);
  return whole !== undefined && isWhole(parts) ? parts : definePlugin(manifest, parts);
}

function hasParts(value: unknown): value is Partial<Plugin> {
  return typeof value === 'object' && value !== null && faultyParts(value) === '';
}

function faultyParts(value: unknown): string {
  const wrong = Object.entries(PARTS).filter(([key, kind]) => {
    const part = typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
    return part !== undefined && (typeof part !== kind || part === null);
  });
  return wrong.map(([key, kind]) => `${key} is no ${kind}`).join(', ');
}

function isWhole(plugin: Partial<Plugin>): plugin is Plugin {
  return plugin.name !== undefined && plugin.open !== undefined && plugin.identify !== undefined;
}

function readSimulator(module: unknown, file: string, manifest: Manifest): Simulator {
  const simulator = member(module, 'simulator');
  if (isSimulator(simulator)) return simulator;
  const createModel = member(module, 'createModel');
  if (isFactory(createModel)) return modelSimulator(manifest, createModel);
  throw new PluginError('ERR_PLUGIN', `${file} exports neither simulator nor createModel`);
}

function isSimulator(value: unknown): value is Simulator {
  return typeof member(value, 'create') === 'function' && Array.isArray(member(value, 'profiles'));
}

function isFactory(value: unknown): value is ModelFactory {
  return typeof value === 'function';
}
