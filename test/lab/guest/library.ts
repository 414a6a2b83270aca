import { join } from 'node:path';
import { AuxctlError, findPlugin, hotplugEvents as listen, kernelValues as compareWithKernel, LayoutStore, openChannel as open, openMailbox, openResourceFile, objectsOf, readingsOf, resolveDevice, scanDevices, type Codec, type Decoded, type DeviceChannel, type FieldInput, type HotplugEvents, type HotplugOptions, type KernelValue, type OpenChannelOptions } from '@auxctl/core';
import { plugin as mlx5 } from '@auxctl/mlx5';
import { loadNative } from '@auxctl/native';
import { plugin as pds } from '@auxctl/pds';
import { manifestSchema } from '@auxctl/schemas';
import { readOurs, type OurRegister } from './registers.js';
import mlx5Manifest from '../../../vendors/mlx5/manifest.json' with { type: 'json' };
import pdsManifest from '../../../vendors/pds/manifest.json' with { type: 'json' };

export { pdsReplies, type PdsReply } from './pds-model.js';
export { bnxtReplies, filterAgainstTable, readBnxtObjects, type BnxtReading } from './bnxt.js';
export { modelReplies, type ModelReply } from './model.js';
export type { OurField, OurRegister } from './registers.js';
export * as pci from './pci/channel.js';

/** The checkout's top folder, as the bundler knows it. */
declare const CHECKOUT: string;
declare const VENDORS: string;
declare const ADDON: string;

const layouts = new LayoutStore(join(VENDORS, 'mlx5/layouts'));
const ENTRIES = [{ plugin: mlx5, manifest: mlx5Manifest }, { plugin: pds, manifest: pdsManifest }].map(({ plugin, manifest }) => ({
  manifest: manifestSchema.parse(manifest),
  layoutsPath: join(VENDORS, manifest.name, 'layouts'),
  load: () => Promise.resolve(plugin),
}));
const native = () => Promise.resolve(loadNative({ addonPath: ADDON }));

/** Opens a device by any of its names, with the plugin that its aliases ask for. */
export async function openChannel(name: string, options: Pick<OpenChannelOptions, 'via'> = {}): Promise<DeviceChannel> {
  const device = resolveDevice(await scanDevices({ wants: () => true }), name);
  const entry = findPlugin(ENTRIES, device) ?? ENTRIES[0];
  if (entry === undefined) throw new TypeError('the lab knows no plugin');
  return open(device, entry, { native, timeoutMs: 10_000, ...options });
}

/** Sends one command to the mailbox in a function's BAR 0, by the kernel's file of that, and returns the reply in hexadecimal. */
export async function sendByResourceFile(address: string, request: Uint8Array): Promise<string> {
  const layout = await new LayoutStore(join(CHECKOUT, 'examples/acme/layouts')).codec('structures', 'bar0', 'bar0');
  const source = await openResourceFile({ native, address, bar: 0, timeoutMs: 10_000 });
  await using transport = await openMailbox({ source, layout, device: address, kind: 'vfio' });
  return Buffer.from(await transport.rpc({ request, replyLengthBytes: 64, scope: 'configuration' }, { timeoutMs: 10_000 })).toString('hex');
}

/** What a device and the kernel's own interfaces say of the same things. */
export async function kernelValues(channel: DeviceChannel): Promise<KernelValue[]> {
  return compareWithKernel(channel, layouts, { native });
}

/** What happens to this system's devices. */
export function hotplugEvents(options: Pick<HotplugOptions, 'signal' | 'subsystems'>): HotplugEvents {
  return listen({ native, ...options });
}

/** Reads one register with the places of its fields; see {@link readOurs}. */
export async function readRegister(channel: DeviceChannel, name: string): Promise<OurRegister | undefined> {
  return readOurs(channel, layouts, name);
}

/** What a register holds: its bytes in hexadecimal, or the code of the error with which it was refused. */
export interface RegisterReading {
  /** The register and its index fields. */
  readonly name: string;
  readonly outcome: string;
  /** Has it fields that change by themselves? */
  readonly isVolatile: boolean;
}

/** Reads every register that reading does nothing to, at each of the places that its layout names. */
export async function readRegisters(channel: DeviceChannel): Promise<RegisterReading[]> {
  const readings: RegisterReading[] = [];
  for (const register of await layouts.all('register')) {
    if (register.effects.read !== 'inspect') continue;
    const codec = await layouts.codec('register', register.name);
    for (const index of readingsOf(register, codec)) {
      const name = [register.name, ...Object.entries(index).map(([field, value]) => `${field}=${String(value)}`)].join(' ');
      const outcome = await channel.registers.read(register.name, index).then(({ raw }) => Buffer.from(raw).toString('hex'), codeOf);
      readings.push({ name, outcome, isVolatile: hasVolatile(codec) });
    }
  }
  return readings;
}

function codeOf(error: unknown): string {
  if (error instanceof AuxctlError) return error.code;
  throw error;
}

function hasVolatile({ scope }: Codec): boolean {
  return [...scope.structures.values()].some(({ fields }) => fields.some((field) => field.volatile === true));
}

/** One of an object or set of capabilities as {@link readAll} read it. */
export interface Reading {
  readonly name: string;
  /** The reply's bytes in hexadecimal, or the code of the error with which it was refused. */
  readonly outcome: string;
  /** What the layout does not account for. */
  readonly anomalies: number;
}

/** Reads every set of capabilities, current and maximum, and one object of each kind; `keys` says which ones. */
export async function readAll(channel: DeviceChannel, keys: Readonly<Record<string, FieldInput>>): Promise<{ capabilities: Reading[]; objects: Reading[] }> {
  const capabilities: Reading[] = [];
  for (const name of layouts.names('capability')) {
    for (const mode of ['current', 'maximum'] as const) capabilities.push(await reading(`${name} ${mode}`, async () => channel.capability(name, mode)));
  }
  const objects: Reading[] = [];
  for (const { name } of await objectsOf(layouts)) objects.push(await reading(name, async () => channel.objects.read(name, keys[name] ?? {})));
  return { capabilities, objects };
}

async function reading(name: string, read: () => Promise<Decoded>): Promise<Reading> {
  const isUnexpected = ({ anomalies }: Decoded): number => anomalies.filter((anomaly) => anomaly.type !== 'unknown-symbol' || anomaly.value !== 0n).length;
  return read().then((decoded) => ({ name, outcome: Buffer.from(decoded.raw).toString('hex'), anomalies: isUnexpected(decoded) }), (error: unknown) => ({ name, outcome: codeOf(error), anomalies: 0 }));
}
