import { driverSteps, registerSteps, storedSteps, UsageError, type ConfigurationStep, type DeviceSteps, type DriverWish, type RegisterStepOptions } from '@auxctl/core';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import { requireFaultless, type ConfigurationFile } from './file.js';
import type { OpenDevices } from './open-devices.js';
import { policing } from '../policy/enforced.js';
import type { Target } from './targets.js';

/** A device, and the steps that it needs. */
export interface PlannedDevice {
  readonly found: FoundDevice;
  readonly steps: readonly ConfigurationStep[];
  /** So many values are as wanted already. */
  readonly unchanged: number;
}

/** What surrounds the preparation. */
export interface Preparation {
  readonly file: ConfigurationFile;
  readonly devices: OpenDevices;
  readonly options: RegisterStepOptions;
  readonly context: Context;
}

/** Reads how all devices are, and prepares what each needs: stored configuration first, registers last. Changes nothing, and rejects where any device cannot have what is wanted. */
export async function prepareTargets(targets: readonly Target[], preparation: Preparation): Promise<PlannedDevice[]> {
  const planned: PlannedDevice[] = [];
  for (const target of targets) {
    const parts = await prepareTarget(target, preparation);
    planned.push({ found: target.found, steps: parts.flatMap(({ steps }) => steps), unchanged: parts.reduce((sum, { unchanged }) => sum + unchanged, 0) });
  }
  return planned;
}

async function prepareTarget(target: Target, preparation: Preparation): Promise<DeviceSteps[]> {
  const { found, wishes } = target;
  const { devices, options } = preparation;
  const parts: DeviceSteps[] = [];
  if (wishes.stored.size > 0) parts.push(await storedSteps(await devices.channel(found), wishes, options));
  for (const wish of wishes.driver) parts.push(await prepareDriver(target, wish, preparation));
  if (wishes.registers.length > 0) parts.push(await registerSteps(await devices.channel(found), wishes, options));
  return parts;
}

/** The kernel alone knows which names and values there are: what it does not have is a fault of the file. */
async function prepareDriver({ found: { device, plugin }, found }: Target, wish: DriverWish, { file, devices, options: { allow = 'inspect' }, context }: Preparation): Promise<DeviceSteps> {
  try {
    return await driverSteps(device, { driver: [wish] }, { ...context.wait, ...devices.recording(found), ...policing(found, context), allow, ...(plugin === undefined ? {} : { plugin: plugin.manifest.name }) });
  } catch (error) {
    if (error instanceof UsageError) requireFaultless(file, [{ code: error.code, path: wish.path, message: `${device.address}: ${error.message}` }]);
    throw error;
  }
}
