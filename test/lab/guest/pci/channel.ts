import { join } from 'node:path';
import { LayoutStore, openChannel, present, readingsOf, resolveDevice, scanDevices, type Device, type DeviceChannel, type Presented } from '@auxctl/core';
import { loadNative } from '@auxctl/native';
import { plugin } from '@auxctl/pci';
import { manifestSchema } from '@auxctl/schemas';
import manifest from '../../../../vendors/pci/manifest.json' with { type: 'json' };

/** The checkout's top folder, as the bundler knows it. */
declare const CHECKOUT: string;

const layouts = new LayoutStore(join(CHECKOUT, 'vendors/pci/layouts'));
const entry = { manifest: manifestSchema.parse(manifest), layoutsPath: join(CHECKOUT, 'vendors/pci/layouts'), load: () => Promise.resolve(plugin) };
const native = () => Promise.resolve(loadNative({ addonPath: join(CHECKOUT, 'native/build/Release/auxctl.node') }));

/** Every device that the plugin for any function could open. */
export async function allDevices(): Promise<Device[]> {
  return scanDevices({ include: 'all' });
}

/** Opens a device by any of its names, whatever plugin would come first. */
export async function openAny(name: string): Promise<DeviceChannel> {
  return openChannel(resolveDevice(await allDevices(), name), entry, { native, timeoutMs: 30_000 });
}

/** One capability, or the header, as a register. */
export interface ReadRegister {
  readonly name: string;
  readonly instance: number;
  readonly offsetBytes: number;
  /** What of it is real, in hexadecimal. */
  readonly bytes: string;
  /** Single values by path; those of flags are the names of the flags that are set. */
  readonly values: Readonly<Record<string, string | number | readonly string[]>>;
  /** What the layout does not account for. */
  readonly anomalies: readonly string[];
}

const PLACE_BYTES = 8;

/** Reads every register that a function has, at each of the places that its layout names. */
export async function readRegisters(channel: DeviceChannel): Promise<ReadRegister[]> {
  const found: ReadRegister[] = [];
  for (const register of await layouts.all('register')) {
    const codec = await layouts.codec('register', register.name);
    const readings = readingsOf(register, codec);
    for (const [at, outcome] of (await channel.registers.readMany(readings.map((index) => ({ name: register.name, index })))).entries()) {
      if (!outcome.ok) {
        if (outcome.error.code !== 'ERR_FIRMWARE_STATUS' || !outcome.error.message.includes('NOT_THERE')) throw outcome.error;
        continue;
      }
      const { raw, fields, anomalies } = outcome.decoded;
      found.push({
        name: register.name, instance: at, offsetBytes: Number(fields['offset_bytes']),
        bytes: Buffer.from(raw.subarray(PLACE_BYTES, PLACE_BYTES + Number(fields['length_bytes']))).toString('hex'),
        values: Object.fromEntries(valuesOf(present(codec, raw))),
        anomalies: anomalies.map(({ type, path }) => `${type} ${path}`),
      });
    }
  }
  return found;
}

function valuesOf(fields: Readonly<Record<string, Presented>>, prefix = ''): [string, string | number | readonly string[]][] {
  return Object.entries(fields).flatMap(([name, value]) => valueOf(prefix + name, value));
}

function valueOf(path: string, value: Presented): [string, string | number | readonly string[]][] {
  if (value.type === 'value') return [[path, value.flags ?? value.symbol ?? value.scaled ?? value.value]];
  if (value.type === 'structure') return valuesOf(value.fields, `${path}.`);
  return value.elements.flatMap((element, index) => valueOf(`${path}[${index}]`, element));
}

/** Every capability of a function, also those without a register, as offset by register number. */
export async function listCapabilities(channel: DeviceChannel): Promise<{ readonly register: number; readonly version: number; readonly offsetBytes: number }[]> {
  const { fields } = await channel.objects.read('CAPABILITIES');
  return (fields['capabilities'] as unknown as Record<string, number>[]).map((each) => ({ register: Number(each['register']), version: Number(each['version']), offsetBytes: Number(each['offset_bytes']) }));
}

/** The names and values of an object that is a list of them. */
export async function properties(channel: DeviceChannel, object: string, key: Readonly<Record<string, number>> = {}): Promise<Map<string, string>> {
  const { fields } = await channel.objects.read(object, key);
  return new Map((fields['properties'] as unknown as { readonly name: string; readonly value: string }[]).map(({ name, value }) => [name, value]));
}

/** The bytes that a command's reply ends in. */
export async function bytesOf(channel: DeviceChannel, command: string, fields: Readonly<Record<string, number>>): Promise<Uint8Array> {
  return (await channel.call(command, fields, { allow: 'invasive' })).fields['data'] as Uint8Array;
}
