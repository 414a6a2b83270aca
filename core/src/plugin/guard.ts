import { EFFECTS, SCOPES } from '@auxctl/schemas/model';
import type { CommandPlan } from '../channel/types.js';
import { isCoded } from '../errors/kinds.js';
import { PluginError } from '../errors/classes.js';
import type { SimulatedDevice, Simulator } from '../simulator/types.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';
import type { IdentityEntry, Plugin } from './types.js';

/** The parts of a plugin that hold functions of its own. */
const PARTS: ReadonlySet<PropertyKey> = new Set(['registers', 'capabilities', 'diagnostics', 'resources', 'coreDump', 'nvconfig', 'firmware']);

type Checks = Readonly<Record<string, (result: unknown) => string | undefined>>;

/** What a plugin's functions have to give back; what is not listed is checked where it is used. */
const RESULTS: Checks = {
  open: (result) => (isTransport(result) ? undefined : 'no transport'),
  identify: (result) => (isIdentity(result) ? undefined : 'no list of names and values'),
  refinePlan: (result) => (isPlan(result) ? undefined : 'no plan of a command'),
  image: (result) => (result instanceof Uint8Array ? undefined : 'no bytes'),
};

/** A plugin whose faults are told as such: whatever its code throws that is no error of the catalogue, and results of the wrong shape, are `ERR_PLUGIN` with the plugin's name. */
export function guardPlugin(plugin: Plugin): Plugin {
  return guarded(plugin, { plugin: plugin.name, checks: RESULTS, parts: PARTS });
}

/** The same for the devices of a plugin's simulator. */
export function guardSimulator(simulator: Simulator, plugin: string): Simulator {
  const guard = { plugin, checks: {}, parts: new Set<PropertyKey>() };
  const checks: Checks = { openTransport: (result) => (isTransport(result) ? undefined : 'no transport') };
  return {
    profiles: simulator.profiles,
    create: (options) => {
      const device: unknown = guarded(simulator, guard).create(options);
      if (isSimulatedDevice(device)) return guarded(device, { ...guard, checks });
      throw new PluginError('ERR_PLUGIN', `the simulator of plugin ${plugin} makes no device`);
    },
  };
}

/** A transport that a plugin made, with the same guard around it. */
export class GuardedTransport implements Transport {
  readonly kind;
  readonly limits;
  readonly kernelFiles?: ReadonlyMap<string, string>;
  readonly requireCarried;
  readonly #inner: Transport;
  readonly #plugin: string;

  constructor(inner: Transport, plugin: string) {
    this.kind = inner.kind;
    this.limits = inner.limits;
    if (inner.kernelFiles !== undefined) this.kernelFiles = inner.kernelFiles;
    this.requireCarried = (request: Uint8Array): void => inner.requireCarried?.(request);
    this.#inner = inner;
    this.#plugin = plugin;
  }

  async info(wait?: WaitOptions): Promise<TransportInfo> {
    return this.#guarded('info', async () => this.#inner.info(wait), (info) => (isTransportInfo(info) ? undefined : 'nothing about the far end'));
  }

  async rpc(request: RpcRequest, wait?: WaitOptions): Promise<Uint8Array> {
    return this.#guarded('rpc', async () => this.#inner.rpc(request, wait), (reply) => ((reply as unknown) instanceof Uint8Array ? undefined : 'no bytes'));
  }

  async rpcBatch(requests: readonly RpcRequest[], wait?: WaitOptions): Promise<RpcOutcome[]> {
    return this.#guarded('rpcBatch', async () => this.#inner.rpcBatch(requests, wait), (outcomes) => (isOutcomes(outcomes, requests.length) ? undefined : 'not one outcome for each request'));
  }

  async close(): Promise<void> {
    await this.#guarded('close', async () => this.#inner.close(), () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #guarded<T>(what: string, act: () => Promise<T>, fault: (result: T) => string | undefined): Promise<T> {
    try {
      const result = await act();
      const reason = fault(result);
      if (reason !== undefined) throw wrongResult(this.#plugin, `its transport's ${what}`, reason);
      return result;
    } catch (error) {
      throw faultOf(error, this.#plugin, `its transport's ${what}`);
    }
  }
}

interface Guard {
  readonly plugin: string;
  readonly checks: Checks;
  readonly parts: ReadonlySet<PropertyKey>;
}

type AnyFunction = (this: unknown, ...values: unknown[]) => unknown;

/** Functions keep their own `this`: an object with private members accepts no other. What stands for the object only inherits from it, because a frozen one could not show other functions. */
function guarded<T extends object>(target: T, guard: Guard): T {
  const made = new Map<PropertyKey, unknown>();
  return new Proxy(Object.create(target) as T, {
    get(_shadow, key) {
      const value: unknown = Reflect.get(target, key);
      const known = made.get(key);
      if (known !== undefined) return known;
      if (typeof value === 'function') made.set(key, guardedFunction(target, value as AnyFunction, String(key), guard));
      else if (guard.parts.has(key) && typeof value === 'object' && value !== null) made.set(key, guarded(value, { ...guard, parts: new Set() }));
      return made.get(key) ?? value;
    },
  });
}

function guardedFunction(object: unknown, value: AnyFunction, what: string, { plugin, checks }: Guard): AnyFunction {
  const checked = (result: unknown): unknown => {
    const reason = checks[what]?.(result);
    if (reason !== undefined) throw wrongResult(plugin, what, reason);
    return result;
  };
  return (...values) => {
    try {
      const result = value.apply(object, values);
      if (!(result instanceof Promise)) return checked(result);
      return result.then(checked).catch((error: unknown) => { throw faultOf(error, plugin, what); });
    } catch (error) {
      throw faultOf(error, plugin, what);
    }
  };
}

/** An error of the catalogue as it is, also of a plugin with a copy of this package of its own; anything else as the plugin's fault. */
function faultOf(error: unknown, plugin: string, what: string): unknown {
  if (isCoded(error)) return error;
  return new PluginError('ERR_PLUGIN', `plugin ${plugin} failed in ${what}: ${error instanceof Error ? error.message : 'something was thrown that is no error'}`, { cause: error });
}

function wrongResult(plugin: string, what: string, reason: string): PluginError {
  return new PluginError('ERR_PLUGIN', `plugin ${plugin}: ${what} gave ${reason}`);
}

function has(value: unknown, ...functions: readonly string[]): value is object {
  return typeof value === 'object' && value !== null && functions.every((name) => typeof (Reflect.get(value, name) as unknown) === 'function');
}

function isTransport(value: unknown): value is Transport {
  if (!has(value, 'info', 'rpc', 'rpcBatch', 'close') || !('limits' in value)) return false;
  const { limits } = value;
  return typeof limits === 'object' && limits !== null && 'maxRequestBytes' in limits && 'maxReplyBytes' in limits && typeof limits.maxRequestBytes === 'number' && typeof limits.maxReplyBytes === 'number';
}

function isTransportInfo(value: unknown): value is TransportInfo {
  return typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Uint8Array;
}

function isIdentity(value: unknown): value is IdentityEntry[] {
  return Array.isArray(value) && value.every((each: unknown) => typeof each === 'object' && each !== null && 'name' in each && 'value' in each && typeof each.name === 'string' && typeof each.value === 'string');
}

function isPlan(value: unknown): value is CommandPlan {
  if (typeof value !== 'object' || value === null || !('command' in value) || !('effect' in value) || typeof value.command !== 'string') return false;
  const isScope = !('leastScope' in value) || value.leastScope === undefined || SCOPES.some((scope) => scope === value.leastScope);
  return isScope && EFFECTS.some((effect) => effect === value.effect);
}

function isOutcomes(value: unknown, count: number): value is RpcOutcome[] {
  return Array.isArray(value) && value.length === count && value.every((each: unknown) => typeof each === 'object' && each !== null && 'ok' in each && (each.ok === true ? 'reply' in each && each.reply instanceof Uint8Array : 'error' in each && isCoded(each.error)));
}

function isSimulatedDevice(value: unknown): value is SimulatedDevice {
  return has(value, 'openTransport', 'digest') && 'device' in value && 'faults' in value;
}
