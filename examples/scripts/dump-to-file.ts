// Writes a snapshot of a device that decodes by itself, as `auxctl show` reads it: dump-to-file DEVICE FILE [--sim PLUGIN]...
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chooseDevice, dumpHost, DumpWriter, findDevices, pluginFromPackage } from '@auxctl/core';

const { values, positionals: [name = '', path = ''] } = parseArgs({ options: { sim: { type: 'string', multiple: true } }, allowPositionals: true });
const plugins = ['@auxctl/mlx5'].map((each) => pluginFromPackage(each, import.meta.dirname));

await using channel = await chooseDevice(await findDevices(plugins, { simulated: values.sim }), name).open({ timeoutMs: 60_000 });
await using file = await open(path, 'wx');
let bytes = 0;
const writer = new DumpWriter(async (text) => {
  bytes += (await file.write(text)).bytesWritten;
});
await channel.dump(writer, { host: dumpHost('dump-to-file 1.0', channel.device) });
console.log(`${path}: ${bytes} bytes`);
