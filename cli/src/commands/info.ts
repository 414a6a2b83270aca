import { report, type CommandModule } from '../command.js';
import { deviceDocument } from '../device-document.js';
import { completeIdentity } from '../firmware.js';
import { openDevice } from '../open.js';
import type { Style } from '../output/style.js';
import { pairs } from '../output/table.js';
import type { InfoDocument } from '../schemas/devices.js';
import { readSystem, systemText } from '../system-document.js';

/** `auxctl info` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const device = { ...deviceDocument(found, context.options), aliases: [...found.device.aliases] };
  await using channel = await openDevice(found, context);
  const { product, identity, transport, limits } = await channel.info();
  const document: InfoDocument = {
    schema: 'auxctl.info/1',
    device: { ...device, product: product ?? device.product },
    identity: completeIdentity(identity, found, context).map(({ name, value }) => ({ name, value })),
    channel: {
      fwctlDeviceType: transport.deviceType ?? null, driverData: Buffer.from(transport.data).toString('hex'),
      maxRequestBytes: limits.maxRequestBytes, maxReplyBytes: limits.maxReplyBytes,
    },
    system: readSystem(context.options.root),
  };
  return report(document, (shown, style) => infoText(shown, style, context.options.verbose));
};

function infoText({ device, identity, channel, system }: InfoDocument, style: Style, isVerbose: boolean): string {
  const { names } = device;
  const usual = pairs([
    ['address', device.address],
    ['product', [device.vendor, device.product].filter((part) => part !== null).join(' ')],
    ...identity.map(({ name, value }) => [name, value] as const),
    ['pci id', device.pciId ?? undefined],
    ['driver', device.driver ?? undefined],
    ['plugin', device.plugin ?? undefined],
    ['auxiliary', names.auxiliary.join(' ')],
    ['fwctl', names.fwctl.join(' ')],
    ['netdev', names.netdev.join(' ')],
    ['rdma', names.rdma.join(' ')],
    ['nvme', names.nvme.join(' ')],
    ['memdev', names.memdev.join(' ')],
    ['transport', device.transport ?? undefined],
    ['limits', `${channel.maxRequestBytes} bytes to send, ${channel.maxReplyBytes} to receive`],
    ['kernel', systemText(system, style)],
  ], style);
  if (!isVerbose) return usual;
  return usual + pairs([
    ['node', device.node ?? undefined],
    ['aliases', device.aliases.join(' ')],
    ['fwctl device type', channel.fwctlDeviceType === null ? undefined : String(channel.fwctlDeviceType)],
    ['driver data', channel.driverData],
  ], style);
}
