import { judgedDevice } from '../channel/judged.js';
import type { CommandIntent, CommandResult } from '../channel/recorder.js';
import { refuse } from '../channel/refusing.js';
import { requireAllowed } from '../channel/effects.js';
import type { Device } from '../device/types.js';
import { PARAM_MODES } from '../devlink/abi.js';
import { paramSetAttributes, type Devlink } from '../devlink/devlink.js';
import type { DevlinkParam, ParamMode } from '../devlink/types.js';
import { AuxctlError } from '../errors/base.js';
import { DeviceError, UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import { encodeAttributes } from '../netlink/attributes.js';
import type { Remaining } from '../wait.js';
import { requireDevlinkHandle, withDevlink } from './handle.js';
import { isSameKernelValue, kernelValueText, parseKernelValue } from './text.js';
import type { KernelParameterChange, KernelParameters, KernelParameterWish, KernelSource, PreparedKernelParameter, SetKernelParameterOptions } from './types.js';

/** What a change of a parameter is called in records and errors: the kernel's command (`include/uapi/linux/devlink.h`, Linux 7.2). */
const COMMAND = 'DEVLINK_CMD_PARAM_SET';

/**
 * The parameters that the kernel offers for a device, whether or not a plugin is for it: values by mode, and defaults where the kernel tells them. Needs
 * no privilege. Rejects with `ERR_NO_TRANSPORT` where the device has no devlink instance or the kernel no devlink, with `ERR_NATIVE_MISSING`, and as
 * `Devlink.params` does.
 */
export async function readKernelParameters(device: Device, source: KernelSource = {}): Promise<KernelParameters> {
  return withDevlink(source, async (devlink, wait) => {
    const handle = await requireDevlinkHandle(devlink, device, wait);
    return { handle, parameters: await devlink.params(handle, wait()) };
  });
}

/**
 * Checks changes against what the kernel offers; changes nothing. Rejects with `ERR_UNKNOWN_NAME`, with `ERR_FIELD_VALUE` for a value or mode that a
 * parameter does not have, with `ERR_FIELD_MISSING` where it has several modes and none is named, and as {@link readKernelParameters} does.
 */
export async function prepareKernelParameters(device: Device, wishes: readonly KernelParameterWish[], source: KernelSource = {}): Promise<PreparedKernelParameter[]> {
  const { handle, parameters } = await readKernelParameters(device, source);
  return wishes.map(({ name, value, mode: asked }) => {
    const parameter = findKernelParameter(parameters, name);
    const mode = chooseMode(parameter, asked);
    const before = parameter.values.find((each) => each.mode === mode)?.value;
    return { handle, parameter, mode, ...(before === undefined ? {} : { before }), wanted: parseKernelValue(name, parameter.type, value) };
  });
}

/**
 * Sets a parameter through the kernel and reads it back. Needs CAP_NET_ADMIN. A `driverinit` value is in force after the next reload of the driver, a
 * `permanent` one after the device's next reset. Rejects with `ERR_NOT_ALLOWED` unless `configure` is allowed, with `ERR_JOURNAL` before anything is sent
 * when it cannot be recorded, with `ERR_POLICY`, with `ERR_PERMISSION`, with `ERR_SYSTEM_CALL` in the kernel's words, with `ERR_VERIFY` when the kernel shows another value.
 */
export async function setKernelParameter(device: Device, prepared: PreparedKernelParameter, options: SetKernelParameterOptions): Promise<KernelParameterChange> {
  const { handle, parameter: { name, type }, mode, wanted } = prepared;
  requireAllowed({ command: `the kernel parameter ${name}`, effect: 'configure' }, options.allow ?? 'inspect', device.address);
  return withDevlink(options, async (devlink, wait) => {
    const change = { name, type, mode, value: wanted };
    const intent = await intentOf(device, prepared, devlink, wait, options);
    await requirePolicy(intent, options);
    await recorded(intent, options, async () => devlink.setParam(handle, change, wait()));
    const after = (await devlink.param(handle, name, wait())).values.find((each) => each.mode === mode)?.value;
    if (after === undefined || !isSameKernelValue(after, wanted)) {
      throw new DeviceError('ERR_VERIFY', `the kernel accepted ${kernelValueText(wanted)} for ${name} (${mode}), and shows ${after === undefined ? 'nothing' : kernelValueText(after)}`, { device: device.address, command: COMMAND });
    }
    return { ...prepared, after };
  });
}

/** The parameter of a name. Throws `ERR_UNKNOWN_NAME` with the nearest ones. */
export function findKernelParameter(parameters: readonly DevlinkParam[], name: string): DevlinkParam {
  const found = parameters.find((each) => each.name === name);
  if (found !== undefined) return found;
  const near = nearest(name, parameters.map((each) => each.name));
  throw new UsageError('ERR_UNKNOWN_NAME', `the kernel has no parameter ${name} for this device`, near.length === 0 ? {} : { hint: `Near it: ${near.join(', ')}.` });
}

function chooseMode({ name, values }: DevlinkParam, asked: ParamMode | undefined): ParamMode {
  const offered = PARAM_MODES.filter((mode) => values.some((each) => each.mode === mode));
  const [only] = offered;
  if (asked !== undefined && !offered.includes(asked)) throw new UsageError('ERR_FIELD_VALUE', `${name} has no ${asked} value; it has ${offered.join(', ')}`);
  if (asked === undefined && (only === undefined || offered.length > 1)) throw new UsageError('ERR_FIELD_MISSING', `${name} has more than one value: ${offered.join(', ')}`, { hint: 'Say which one: by its mode.' });
  return asked ?? only ?? PARAM_MODES[0];
}

async function requirePolicy(intent: CommandIntent, { policy, recorder, signal }: SetKernelParameterOptions): Promise<void> {
  const { device, plugin, command, effect, scope, serial, changes = [] } = intent;
  const refusal = await policy?.refusal({ device: judgedDevice(device, plugin, serial), effect, scope, commands: [command], register: null, changes: changes.map(({ field }) => ({ field })), secrets: [] });
  if (refusal !== undefined) await refuse(refusal.error, recorder, () => Promise.resolve([{ ...intent, policy: refusal.record }]), signal);
}

/** Records a change around `send`; what it rejects with is recorded and passed on. */
async function recorded(intent: CommandIntent, { recorder, signal }: SetKernelParameterOptions, send: () => Promise<void>): Promise<void> {
  const record = await recorder?.begin([intent], signal);
  let result: CommandResult = { ok: true, replyLengthBytes: 0 };
  try {
    await send();
  } catch (error) {
    result = { ok: false, error: error instanceof AuxctlError ? error : new AuxctlError('ERR_INTERNAL', 'the command failed in an unexpected way', { cause: error }) };
    throw error;
  } finally {
    await record?.end([result]);
  }
}

async function intentOf(device: Device, prepared: PreparedKernelParameter, devlink: Devlink, wait: Remaining, { plugin = 'kernel', recorder, policy }: SetKernelParameterOptions): Promise<CommandIntent> {
  const { handle, parameter: { name, type }, mode, before, wanted } = prepared;
  const value = kernelValueText(wanted);
  return {
    device, plugin, transport: 'kernel', command: COMMAND, effect: 'configure', scope: 'configuration',
    request: encodeAttributes(paramSetAttributes({ name, type, mode, value: wanted })), fields: { name, mode, value }, secrets: [],
    changes: [{ field: name, before: before === undefined ? 'unknown' : kernelValueText(before), after: value }],
    ...(recorder === undefined && policy === undefined ? {} : await whoItIs(devlink, handle, wait)),
  };
}

/** Serial number and firmware as devlink tells them; a driver that does not is recorded without. */
async function whoItIs(devlink: Devlink, handle: PreparedKernelParameter['handle'], wait: Remaining): Promise<Pick<CommandIntent, 'serial' | 'firmware'>> {
  try {
    const { serialNumber: serial, versions } = await devlink.info(handle, wait());
    const firmware = FIRMWARE_VERSIONS.flatMap((name) => versions.filter((each) => each.type === 'running' && each.name === name))[0]?.value;
    return { ...(serial === undefined ? {} : { serial }), ...(firmware === undefined ? {} : { firmware }) };
  } catch {
    return {};
  }
}

/** The kernel's names for the version of the firmware, the whole first (`Documentation/networking/devlink/devlink-info.rst`, Linux 7.2). */
const FIRMWARE_VERSIONS = ['fw', 'fw.version', 'fw.mgmt', 'fw.app'];
