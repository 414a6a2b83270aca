import { createHash } from 'node:crypto';
import type { FirmwareState } from './state.js';

/** A hash of all that commands change on purpose: configuration and objects; not counters, clocks, temperatures, or how far a dump has been read. */
export function digestOf(state: FirmwareState): string {
  const { port, queues, components, sampler, nv, capabilities, contexts, objects, settings, kept, baselines, uars, driverVersion, lifeCycle, interfaceStep, armedResetLevel } = state;
  const records = [...nv.records].map(([type, { current, next }]) => [type, current, next]);
  const made = [...queues.all.values()].map((queue) => ({ ...queue, producerIndex: 0, consumerIndex: 0 }));
  const parts = [
    lifeCycle, interfaceStep, armedResetLevel, driverVersion, state.pages.held, uars, contexts.all, made, objects.all,
    capabilities.chosen, settings, kept, baselines.all, records, components.progress, sampler?.settings,
    [port.admin, port.adminMask, port.autoNegotiationDisabled, port.eventMode, port.mtu, port.forcedFec],
    state.sensors.map(({ high, low, eventMode, keepsMaximum }) => [high, low, eventMode, keepsMaximum]),
  ];
  return createHash('sha256').update(JSON.stringify(parts, plain)).digest('hex');
}

/** What JSON has no words for, in an order that does not depend on history. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Map) return [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return value;
}
