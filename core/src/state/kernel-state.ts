import type { KernelSetting, ReportedProblem, ReportedReporter } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import type { DevlinkParam, DevlinkReporter } from '../devlink/types.js';
import { AuxctlError } from '../errors/base.js';
import { findDevlinkHandle, withDevlink } from '../kernel-parameters/handle.js';
import { kernelValueText } from '../kernel-parameters/text.js';
import type { KernelSource } from '../kernel-parameters/types.js';
import { problemOf } from './problem.js';

/** What the kernel keeps of a device. */
export interface KernelState {
  readonly settings: readonly KernelSetting[];
  readonly reporters: readonly ReportedReporter[];
  readonly problems: readonly ReportedProblem[];
}

/** Asks the kernel for the parameters and health reporters of a device; a device without any, or a kernel without devlink, has none. Rejects when the wait is aborted. */
export async function readKernelState(device: Device, source: KernelSource): Promise<KernelState> {
  const nothing: KernelState = { settings: [], reporters: [], problems: [] };
  try {
    return await withDevlink(source, async (devlink, wait) => {
      const handle = await findDevlinkHandle(devlink, device, wait);
      if (handle === undefined) return nothing;
      const problems: ReportedProblem[] = [];
      const settings = await orProblem('the kernel\'s parameters', problems, async () => devlink.params(handle, wait()));
      // The driver answers nothing else while it waits for a device that does not.
      const reporters = problems.some(({ code }) => code === 'ERR_TRANSPORT_TIMEOUT') ? [] : await orProblem('health reporters', problems, async () => devlink.reporters(handle, wait()));
      return { settings: settings.flatMap(settingsOf), reporters: reporters.map(reporterOf), problems };
    });
  } catch (error) {
    if (!(error instanceof AuxctlError) || error.code === 'ERR_ABORTED') throw error;
    return error.code === 'ERR_NO_TRANSPORT' ? nothing : { ...nothing, problems: [problemOf('the kernel\'s devlink', error)] };
  }
}

/** A driver that does not offer something has nothing to tell of it. */
async function orProblem<T>(what: string, problems: ReportedProblem[], read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AuxctlError) || error.code === 'ERR_ABORTED') throw error;
    const isAbsent = 'errno' in error && error.errno === 'EOPNOTSUPP';
    if (!isAbsent) problems.push(problemOf(what, error));
    return [];
  }
}

function settingsOf({ name, isGeneric, type, values }: DevlinkParam): KernelSetting[] {
  return values.flatMap(({ mode, value, default: usual }): KernelSetting[] => (value === undefined ? [] : [{
    interface: 'devlink', name, mode, type, isGeneric, value: kernelValueText(value), ...(usual === undefined ? {} : { default: kernelValueText(usual) }),
  }]));
}

const NS_PER_MS = 1_000_000n;

function reporterOf({ name, portIndex, state, errorCount, recoverCount, dumpTimeNs }: DevlinkReporter): ReportedReporter {
  return {
    name, state, ...(portIndex === undefined ? {} : { port: portIndex }), ...(errorCount === undefined ? {} : { errors: Number(errorCount) }),
    ...(recoverCount === undefined ? {} : { recoveries: Number(recoverCount) }), ...(dumpTimeNs === undefined ? {} : { dumped: new Date(Number(dumpTimeNs / NS_PER_MS)).toISOString() }),
  };
}
