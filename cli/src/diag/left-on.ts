import type { SamplingState } from '@auxctl/core';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';

/** Says so when a device samples: nobody may know of it, since a program that was killed cannot have stopped it. */
export function noteLeftOn({ isArmed, counters }: SamplingState, { device }: FoundDevice, { notes }: Pick<Context, 'notes'>): void {
  if (!isArmed) return;
  const what = counters.length === 1 ? '1 counter is' : `${counters.length} counters are`;
  notes.warn(`${what} being sampled, by another program or since one was killed; auxctl diag stop ${device.address} ends that`);
}
