import { AuxctlError, collectWishes, type ConfigurationFault, type DeviceWishes, identityValue, matchesDevice, type MatchSubject, type PlacedEntry, productName } from '@auxctl/core';
import type { ConfigEntry } from '@auxctl/schemas';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import { requireThisKernel } from '../kernel-parameters.js';
import { layoutsOf } from '../layouts.js';
import { requireFaultless, type ConfigurationFile } from './file.js';
import type { OpenDevices } from './open-devices.js';

/** A device, and all that it is to be. */
export interface Target {
  readonly found: FoundDevice;
  readonly wishes: DeviceWishes;
}

/**
 * The devices that a file is about, in the order in which lists show them. Rejects with all that is wrong with names and values, and with entries that no
 * device fits; only a device that is matched by its serial number is opened.
 */
export async function findTargets(file: ConfigurationFile, devices: OpenDevices, context: Context): Promise<Target[]> {
  const all = await context.devices.all('all');
  const matched = new Map<FoundDevice, PlacedEntry[]>();
  const faults: ConfigurationFault[] = [];
  for (const [index, entry] of file.value.devices.entries()) {
    const path = ['devices', index];
    const found = await matching(entry, all, devices, context);
    for (const each of found) matched.set(each, [...(matched.get(each) ?? []), { entry, path }]);
    if (found.length > 0) continue;
    if (entry.optional === true) context.notes.note(`${file.name}:${file.lineOf([...path, 'match'])}: no device is like this`);
    else faults.push({ code: 'ERR_NO_DEVICE', path: [...path, 'match'], message: 'no device is like this; optional: true says that there need be none' });
  }
  const targets: Target[] = [];
  for (const found of all.filter((each) => matched.has(each))) {
    const { device, plugin } = found;
    const { wishes, faults: more } = await collectWishes(matched.get(found) ?? [], device.address, plugin === undefined ? undefined : layoutsOf(plugin));
    faults.push(...more, ...kernelFaults(found, wishes, context));
    targets.push({ found, wishes });
  }
  requireFaultless(file, faults);
  return targets;
}

async function matching({ match }: ConfigEntry, all: readonly FoundDevice[], devices: OpenDevices, context: Context): Promise<FoundDevice[]> {
  const { serial, ...rest } = match;
  const candidates = all.filter((found) => matchesDevice(rest, subjectOf(found)));
  if (serial === undefined) return candidates;
  const kept: FoundDevice[] = [];
  for (const found of candidates) {
    const told = await serialOf(found, devices, context);
    if (told !== undefined && matchesDevice(match, { ...subjectOf(found), serial: told })) kept.push(found);
  }
  return kept;
}

function subjectOf({ device, plugin }: FoundDevice): MatchSubject {
  const product = plugin === undefined ? undefined : productName(plugin.manifest, device);
  return { device, ...(plugin === undefined ? {} : { plugin: plugin.manifest.name }), ...(product === undefined ? {} : { product }) };
}

/** A device that cannot be asked is none of those that are meant. */
async function serialOf(found: FoundDevice, devices: OpenDevices, { notes, wait }: Context): Promise<string | undefined> {
  try {
    return identityValue((await (await devices.channel(found)).info(wait)).identity, 'serial');
  } catch (error) {
    if (!(error instanceof AuxctlError) || error.code === 'ERR_ABORTED') throw error;
    notes.detail(`${found.device.address} does not tell its serial number: ${error.message}`);
    return undefined;
  }
}

function kernelFaults(found: FoundDevice, { driver: [first] }: DeviceWishes, context: Context): ConfigurationFault[] {
  if (first === undefined) return [];
  try {
    requireThisKernel(found, context);
    return [];
  } catch (error) {
    if (!(error instanceof AuxctlError)) throw error;
    return [{ code: error.code, path: first.path, message: error.message }];
  }
}
