// Lists every device that a plugin is for, with its firmware: list-devices [--sim PLUGIN]...
import { parseArgs } from 'node:util';
import { findDevices, pluginFromPackage } from '@auxctl/core';

const { values } = parseArgs({ options: { sim: { type: 'string', multiple: true } } });
const plugins = ['@auxctl/mlx5'].map((name) => pluginFromPackage(name, import.meta.dirname));

for (const { device, plugin, open } of await findDevices(plugins, { simulated: values.sim })) {
  if (plugin === undefined) continue;
  try {
    await using channel = await open({ timeoutMs: 5000 });
    const { product, identity } = await channel.info();
    console.log([device.address, plugin.manifest.vendor, product ?? '-', ...identity.map(({ name, value }) => `${name}=${value}`)].join('  '));
  } catch (error) {
    // One device that does not answer keeps no other from being shown.
    console.log(`${device.address}  ${String(error)}`);
  }
}
