import { hostname } from 'node:os';
import { AuxctlError, dumpHost, findTraces, hostState, problemOf, takeState, type StateOptions, type StateSource, type TakenState } from '@auxctl/core';
import type { DeviceState, Report } from '@auxctl/schemas';
import { REPORT_FORMAT } from '@auxctl/schemas/model';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import { layoutsOf } from '../layouts.js';
import { openDevice, requirePlugin } from '../open.js';
import { redactedHost, type Redaction } from '../report/redaction.js';
import { openProgress } from '../output/progress.js';
import { VERSION } from '../version.js';

/** The devices that are named; all that a plugin is for when none is. Rejects as finding one does. */
export async function chosenDevices(words: readonly string[], { devices }: Pick<Context, 'devices'>): Promise<readonly FoundDevice[]> {
  if (words.length === 0) return (await devices.all()).filter(({ plugin }) => plugin !== undefined);
  return Promise.all(words.map(async (word) => devices.find(word)));
}

/** The state of one device; what cannot be read is a problem in it. Rejects only when the user gives up. */
export async function collectState(found: FoundDevice, context: Context, options: Pick<StateOptions, 'compareKernel' | 'redact'> = {}): Promise<TakenState> {
  const host = dumpHost(VERSION, found.device, context.options.root);
  using progress = openProgress(context.terminal, !context.options.json && !context.options.quiet);
  const onProgress = (done: number, total: number, what: string): void => { progress.update(done, total, `${found.device.address}: ${what}`); };
  return await takeState(stateSource(found, context), { ...context.wait, ...options, host, onProgress });
}

/** The state of devices, one after the other, with that of the machine around them. */
export async function collectReport(found: readonly FoundDevice[], context: Context, redaction?: Redaction): Promise<Report> {
  const created = new Date().toISOString();
  const devices: DeviceState[] = [];
  for (const each of found) {
    const { state } = await collectState(each, context, { compareKernel: true, ...(redaction === undefined ? {} : { redact: redaction.digest }) });
    devices.push(state);
  }
  const { root } = context.options;
  const host = { name: hostname(), ...hostState(root) };
  const traces = findTraces(found.map(({ device, plugin }) => ({ device, traces: plugin?.manifest.traces ?? [] })), root);
  const report: Report = { schema: REPORT_FORMAT, created, tool: VERSION, host, devices, traces: [...traces], problems: [] };
  return redaction === undefined ? report : { ...report, host: redactedHost(host, redaction), redaction: { key: redaction.id } };
}

function stateSource(found: FoundDevice, context: Context): StateSource {
  const { device, plugin } = found;
  try {
    requirePlugin(found);
    return { device, ...(plugin === undefined ? {} : { manifest: plugin.manifest, layouts: layoutsOf(plugin) }), open: async () => openDevice(found, context) };
  } catch (problem) {
    if (!(problem instanceof AuxctlError)) throw problem;
    return { device, problem };
  }
}

/** A device that is named and not there is missing from a report, which is no reason to make none. */
export async function findOrProblem(name: string, { devices }: Pick<Context, 'devices'>): Promise<FoundDevice | Report['problems'][number]> {
  try {
    return await devices.find(name);
  } catch (error) {
    if (error instanceof AuxctlError && error.code === 'ERR_NO_DEVICE') return problemOf(name, error);
    throw error;
  }
}
