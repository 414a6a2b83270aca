import type { Device } from '../device/types.js';
import type { ParamMode } from '../devlink/types.js';
import { DeviceError } from '../errors/classes.js';
import { prepareKernelParameters, setKernelParameter } from '../kernel-parameters/parameters.js';
import { isSameKernelValue, kernelValueText } from '../kernel-parameters/text.js';
import type { PreparedKernelParameter, SetKernelParameterOptions } from '../kernel-parameters/types.js';
import { unaborted } from './unaborted.js';
import type { ConfigurationStep, DeviceSteps, DeviceWishes, StepActivation } from './types.js';

const ACTIVATIONS: Readonly<Record<ParamMode, StepActivation>> = { runtime: 'immediate', driverinit: 'driver-reload', permanent: 'device-reset' };

/** Asks the kernel for a device's parameters and prepares a step for each that is not as wanted. Rejects as `prepareKernelParameters` does. */
export async function driverSteps(device: Device, { driver }: Pick<DeviceWishes, 'driver'>, options: SetKernelParameterOptions): Promise<DeviceSteps> {
  if (driver.length === 0) return { steps: [], unchanged: 0 };
  const prepared = await prepareKernelParameters(device, driver, options);
  const needed = prepared.filter(({ before, wanted }) => !isSameKernelValue(before, wanted));
  return { steps: needed.map((each) => stepOf(device, each, unaborted(options))), unchanged: prepared.length - needed.length };
}

function stepOf(device: Device, prepared: PreparedKernelParameter, options: SetKernelParameterOptions): ConfigurationStep {
  const { parameter: { name }, mode, before, wanted } = prepared;
  const change = { name: `${name} (${mode})`, after: kernelValueText(wanted), isAsked: true, ...(before === undefined ? {} : { before: kernelValueText(before) }) };
  return {
    kind: 'driver', device: device.address, subject: name, effect: 'configure', activation: ACTIVATIONS[mode], changes: [change],
    apply: async () => { await setKernelParameter(device, prepared, options); },
    undo: async () => restore(device, prepared, options),
  };
}

async function restore(device: Device, { parameter: { name }, mode, before }: PreparedKernelParameter, options: SetKernelParameterOptions): Promise<boolean> {
  if (before === undefined) throw new DeviceError('ERR_UNSUPPORTED', `the kernel does not tell what ${name} (${mode}) was, and it cannot be put back`, { device: device.address });
  const [now] = await prepareKernelParameters(device, [{ name, mode, value: kernelValueText(before) }], options);
  if (now === undefined || isSameKernelValue(now.before, before)) return false;
  await setKernelParameter(device, now, options);
  return true;
}
