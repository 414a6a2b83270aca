import { planSampling, TransportError, type DeviceChannel, type DiagnosticSample, type NamedCapability, type SamplingParameters } from '@auxctl/core';
import { parseDurationMs } from '../../arguments/duration.js';
import type { CommandModule, Context } from '../../command.js';
import { requireDiagnostics } from '../../diag/capability.js';
import { rehearseSampling } from '../../diag/change.js';
import { samplingDocument, samplingText } from '../../diag/document.js';
import { chooseFormat, createSink } from '../../diag/formats.js';
import { noteLeftOn } from '../../diag/left-on.js';
import { parseCount, readSampling, requestTo, type WantedSampling } from '../../diag/request.js';
import type { SampleSink, SamplingRun } from '../../diag/sink.js';
import type { Invocation } from '../../invocation.js';
import { openOffline } from '../../offline.js';
import { openDevice } from '../../open.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';
import type { DiagEndDocument } from '../../schemas/diagnostics.js';

const PATIENCE_MS = 1000;
/** A plot that moves smoothly. */
const PLOT_INTERVAL_MS = 100;

/** When to end, of the command line. */
interface Limits {
  readonly count: number | undefined;
  readonly durationMs: number | undefined;
  readonly intervalMs: number | undefined;
}

/** `auxctl diag sample` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const wanted = await readSampling(invocation, (await openOffline(found)).diagnostics);
  const format = chooseFormat(invocation.maybe('format'), context);
  const limits = readLimits(invocation, format === 'plot' ? PLOT_INTERVAL_MS : undefined);
  const undertaking = await rehearseSampling(found, invocation);
  await requirePermission(undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const capability = await requireDiagnostics(channel);
  const before = await channel.diagnostics.state(capability);
  const parameters = planSampling(capability, completed(wanted, capability, before.counters));
  noteLeftOn(before, found, context);
  const started: SamplingRun = {
    schema: 'auxctl.diag-start/1', device: found.device.address, time: new Date().toISOString(), clockHz: capability.clockHz ?? null,
    sampling: samplingDocument(parameters, capability),
  };
  if (!invocation.flag('yes')) context.terminal.note(samplingText(started.sampling, context.terminal.style('note', context.options.color)));
  await confirm(`Sample on ${found.device.address}?`, undertaking, invocation, context);

  const ending = endingOf(limits, context);
  using sink = createSink(format, started, context, ending.signal);
  const end = await sample(channel, { parameters, capability, limits, invocation, context, sink, ending }).finally(ending.clear);
  if (end === undefined) return undefined;
  await sink.end(end);
  sink[Symbol.dispose]();
  context.notes.note(`${end.samples} samples, ${end.lost === 0 ? 'none lost' : `${end.lost} lost`}; sampling is stopped`);
  requireEnough(end, limits);
  return undefined;
};

function readLimits(invocation: Invocation, usualIntervalMs: number | undefined): Limits {
  const duration = (name: string): number | undefined => {
    const text = invocation.maybe(name);
    return text === undefined ? undefined : parseDurationMs(`--${name}`, text);
  };
  return { count: parseCount('--count', invocation.maybe('count')), durationMs: duration('duration'), intervalMs: duration('interval') ?? usualIntervalMs };
}

/** Without counters on the command line: those that the device was told last, or all. */
function completed(wanted: WantedSampling, capability: NamedCapability, before: readonly number[]): ReturnType<typeof requestTo> {
  const request = requestTo(capability, wanted);
  if (request.counters.length > 0) return request;
  const offered = capability.counters.filter(({ isSynchronizable }) => isSynchronizable || !wanted.isSynchronized).map(({ id }) => id);
  return { ...request, counters: before.length > 0 ? before : offered };
}

interface Ending {
  /** Aborts when the time is over or the user has had enough. */
  readonly signal: AbortSignal;
  readonly clear: () => void;
}

/** An interrupt stops the sampling first; a firmware that does not answer then can be left alone by another one. */
function endingOf({ durationMs }: Limits, { signal, terminal, options }: Context): Ending {
  const controller = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, act: () => void): void => { timers.add(setTimeout(act, ms)); };
  const interrupted = (): void => {
    controller.abort();
    if (!options.quiet && !options.json) later(PATIENCE_MS, () => { terminal.note('waiting for the firmware, to stop sampling; interrupt again to leave it on\n'); });
  };
  if (signal.aborted) controller.abort();
  signal.addEventListener('abort', interrupted, { once: true });
  if (durationMs !== undefined) later(durationMs, () => { controller.abort(); });
  return {
    signal: controller.signal,
    clear: () => {
      signal.removeEventListener('abort', interrupted);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

interface Sampling {
  readonly parameters: SamplingParameters;
  readonly capability: NamedCapability;
  readonly limits: Limits;
  readonly invocation: Invocation;
  readonly context: Context;
  readonly sink: SampleSink;
  readonly ending: Ending;
}

/** Resolves when sampling has been stopped; with nothing when nobody was there to take the samples. */
async function sample({ diagnostics, device }: DeviceChannel, { parameters, capability, limits, invocation, context, sink, ending }: Sampling): Promise<DiagEndDocument | undefined> {
  const { count = Infinity, intervalMs } = limits;
  const { timeoutMs } = context.wait;
  const end = (reason: DiagEndDocument['reason']): DiagEndDocument => ({ schema: 'auxctl.diag-end/1', device: device.address, reason, ...tally, isArmed: false });
  const tally = { samples: 0, lost: 0 };
  const stream = diagnostics.sample(parameters, capability.clockHz, { ...readPermissions(invocation), timeoutMs, signal: ending.signal, ...(intervalMs === undefined ? {} : { intervalMs }) });
  if (!(await sink.start())) return undefined;
  for await (const some of stream) {
    const samples: readonly DiagnosticSample[] = some.slice(0, count - tally.samples);
    tally.samples += samples.length;
    tally.lost += samples.reduce((sum, { lostBefore }) => sum + lostBefore, 0);
    const isTaken = await sink.take(samples);
    if (!isTaken && !ending.signal.aborted) return undefined;
    if (tally.samples >= count) return end('count');
  }
  if (context.signal.aborted) return end('interrupted');
  return end(ending.signal.aborted ? 'duration' : 'complete');
}

/** Who asked for so much and interrupts before that has not got it; without a limit, an interrupt is how sampling ends. */
function requireEnough({ device, reason, samples }: DiagEndDocument, { count, durationMs }: Limits): void {
  if (reason !== 'interrupted' || (count === undefined && durationMs === undefined)) return;
  throw new TransportError('ERR_ABORTED', `interrupted after ${samples} samples; sampling is stopped`, { device });
}
