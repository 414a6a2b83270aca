import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Binding } from './binding.js';
import { Context } from './context.js';
import { NativeError, nativeError } from './errors.js';
import { createNative } from './native.js';
import type { Native } from './types.js';

const ADDON = 'build/Release/auxctl.node';

/** Where to find the addon. */
export interface LoadOptions {
  /** The addon's file; by default it is looked for in the package that this code belongs to. */
  readonly addonPath?: string | undefined;
}

const loaded = new Map<string, Native>();

/**
 * Loads the addon, once for each file and thread. Nothing is loaded before. Throws `ERR_NATIVE_MISSING`, with the command that
 * builds it, when it is not there or does not fit this release of Node.
 */
export function loadNative(options: LoadOptions = {}): Native {
  const path = options.addonPath ?? findAddon();
  let native = loaded.get(path);
  if (native === undefined) {
    native = createNative(new Context(loadBinding(path)));
    loaded.set(path, native);
  }
  return native;
}

/** Source and bundle both lie one folder below the package's own. A CommonJS bundle has no URL and passes the path. */
function findAddon(): string {
  const { url } = import.meta as { url?: string };
  if (url === undefined) throw nativeError('ERR_NATIVE_MISSING', 'a bundle has to say where the native addon is (addonPath)');
  return join(dirname(fileURLToPath(url)), '..', ADDON);
}

/** What builds it: in a checkout, or where a package manager has put it. */
function buildCommand(path: string): string {
  return path.includes(`${sep}node_modules${sep}`) ? 'npm rebuild @auxctl/native' : 'pnpm --filter @auxctl/native run build:addon';
}

function loadBinding(path: string): Binding {
  if (!existsSync(path)) {
    throw new NativeError('ERR_NATIVE_MISSING', `the native addon is not built; build it with: ${buildCommand(path)}`, { path });
  }
  const module: { exports: Partial<Binding> } = { exports: {} };
  try {
    process.dlopen(module, path);
  } catch (error) {
    throw new NativeError('ERR_NATIVE_MISSING', `the native addon does not load; build it anew with: ${buildCommand(path)}`, { path, cause: error });
  }
  return requireBinding(module.exports, path);
}

function requireBinding(exports: Partial<Binding>, path: string): Binding {
  if (isBinding(exports)) return exports;
  throw new NativeError('ERR_NATIVE_MISSING', `the native addon is of another version; build it anew with: ${buildCommand(path)}`, { path });
}

function isBinding(exports: Partial<Binding>): exports is Binding {
  return exports.setOnCompletion !== undefined && exports.netlinkReceive !== undefined;
}
