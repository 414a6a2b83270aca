import { periodText, type DiagnosticCounter, type NamedCapability, type SamplingParameters, type SamplingState } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { pairs } from '../output/table.js';
import type { SamplingDocument } from '../schemas/diagnostics.js';

/** What a counter is called: by its id where it has no name. */
export function counterLabel({ id, name }: Pick<DiagnosticCounter, 'id' | 'name'>): string {
  return name ?? `0x${id.toString(16).padStart(4, '0')}`;
}

/** Parameters as documents hold them. */
export function samplingDocument(sampling: SamplingState | SamplingParameters, { counters, clockHz }: Pick<NamedCapability, 'counters' | 'clockHz'>, isArmed = true): SamplingDocument {
  const { mode, samples, periodClocks, isSynchronized, isClearing } = sampling;
  return {
    isArmed: 'isArmed' in sampling ? sampling.isArmed : isArmed, mode, samples, periodClocks, isSynchronized, isClearing,
    periodMs: clockHz === undefined ? null : (periodClocks * 1000) / clockHz,
    counters: sampling.counters.map((id) => {
      const counter: Pick<DiagnosticCounter, 'id' | 'name' | 'unit'> = counters.find((each) => each.id === id) ?? { id };
      return { id, name: counterLabel(counter), unit: counter.unit ?? null };
    }),
  };
}

/** The parts of what a device has been told, each as one line; only those that mean something. */
export function samplingRows({ isArmed, mode, counters, samples, periodClocks, periodMs, isSynchronized, isClearing }: SamplingDocument): [name: string, value: string][] {
  if (!isArmed) return [['sampling', 'off']];
  const clockHz = periodMs === null ? undefined : (periodClocks / periodMs) * 1000;
  const isPeriodic = mode !== 'on-demand';
  return [
    ['sampling', isSynchronized ? `${mode}, started at one moment${isClearing ? ', from zero in each period' : ''}` : mode],
    ...(isPeriodic ? [['period', periodText(periodClocks, clockHz)], ['ring', `${samples} samples`]] as [string, string][] : []),
    ['counters', counters.map(({ name }) => name).join(' ')],
  ];
}

/** The same for people. */
export function samplingText(sampling: SamplingDocument, style: Style): string {
  return pairs(samplingRows(sampling), style);
}
