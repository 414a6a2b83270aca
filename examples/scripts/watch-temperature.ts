// Shows the temperature of a ConnectX until interrupted: watch-temperature DEVICE [--every MS] [--count N] [--sim PLUGIN]...
import { setInterval } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chooseDevice, findDevices, pluginFromPackage, present } from '@auxctl/core';

const { values, positionals: [name = ''] } = parseArgs({
  options: { every: { type: 'string', default: '1000' }, count: { type: 'string', default: 'Infinity' }, sim: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const plugins = ['@auxctl/mlx5'].map((each) => pluginFromPackage(each, import.meta.dirname));

await using channel = await chooseDevice(await findDevices(plugins, { simulated: values.sim }), name).open({ timeoutMs: 5000 });
let shown = 0;
for await (const _ of setInterval(Number(values.every))) {
  const { codec, raw } = await channel.registers.read('MTMP', { sensor_index: 0 });
  const { temperature } = present(codec, raw);
  if (temperature?.type === 'value') console.log(`${new Date().toISOString()}  ${temperature.text}`);
  shown += 1;
  if (shown >= Number(values.count)) break;
}
