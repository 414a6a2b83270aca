// Sends one firmware command as bytes, and shows the reply: raw-command DEVICE HEX [--reply BYTES] [--allow EFFECT] [--sim PLUGIN]...
import { parseArgs } from 'node:util';
import { AuxctlError, chooseDevice, findDevices, pluginFromPackage } from '@auxctl/core';

const { values, positionals: [name = '', hex = ''] } = parseArgs({
  options: { reply: { type: 'string', default: '64' }, allow: { type: 'string', default: 'inspect' }, sim: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const plugins = ['@auxctl/mlx5'].map((each) => pluginFromPackage(each, import.meta.dirname));
const allow = values.allow === 'configure' || values.allow === 'invasive' ? values.allow : 'inspect';

try {
  await using channel = await chooseDevice(await findDevices(plugins, { simulated: values.sim }), name).open({ timeoutMs: 5000 });
  const request = Buffer.from(hex, 'hex');
  const { command, effect } = await channel.plan(request);
  console.error(`${command} (${effect})`);
  // What may change the device is refused here unless `allow` says that it may.
  const reply = await channel.rpc(request, { allow, replyLengthBytes: Number(values.reply) });
  console.log(Buffer.from(reply).toString('hex'));
} catch (error) {
  if (!(error instanceof AuxctlError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.exitStatus;
}
