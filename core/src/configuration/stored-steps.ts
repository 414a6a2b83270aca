import type { CallOptions } from '../channel/types.js';
import type { DeviceChannel } from '../channel/channel.js';
import { chooseScope } from '../channel/effects.js';
import type { Nvconfig, NvChange, PreparedNvChange, PreparedNvItem } from '../nvconfig/types.js';
import { unaborted } from './unaborted.js';
import type { ConfigurationStep, DeviceSteps, DeviceWishes } from './types.js';

/** Reads stored configuration and prepares a step for each item that is not as wanted. Rejects as `Nvconfig.prepare` does: for what the device has not, does not let be changed, or limits. */
export async function storedSteps(channel: DeviceChannel, { stored }: Pick<DeviceWishes, 'stored'>, options: CallOptions): Promise<DeviceSteps> {
  if (stored.size === 0) return { steps: [], unchanged: 0 };
  const nvconfig = await channel.nvconfig();
  const request = { type: 'set', values: Object.fromEntries([...stored].map(([name, { text }]) => [name, text])) } as const;
  const { command, effect, ...plan } = await nvconfig.plan(request);
  const scope = chooseScope({ command, effect, ...plan }, options.scope, channel.device.address);
  const { items, changes } = await nvconfig.prepare(request, options);
  const parts = items.map((item) => ({ item, own: changesOf(item, changes) }));
  const steps = parts.filter(({ own }) => own.some(isChange)).map(({ item, own }): ConfigurationStep => ({
    kind: 'stored', device: channel.device.address, subject: item.document.name, effect, scope, activation: item.document.activation ?? 'firmware-reset',
    changes: own.filter(isChange).map(({ name, before, after, isAsked }) => ({ name, before, after, isAsked })),
    ...actions(nvconfig, { items: [item], changes: own, isEverything: false }, unaborted(options)),
  }));
  return { steps, unchanged: changes.filter((change) => change.isAsked && !isChange(change)).length };
}

function actions(nvconfig: Nvconfig, prepared: PreparedNvChange, options: CallOptions): Pick<ConfigurationStep, 'apply' | 'undo'> {
  return { apply: async () => nvconfig.commit(prepared, options), undo: async () => nvconfig.restore(prepared, options) };
}

function changesOf({ document }: PreparedNvItem, changes: readonly NvChange[]): NvChange[] {
  const names = new Set(document.parameters.map(({ name }) => name));
  return changes.filter(({ name }) => names.has(name));
}

function isChange({ before, after }: NvChange): boolean {
  return before !== after;
}
