import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DeviceChannel } from '@auxctl/core';
import { plural, told, type CheckOutcome, type ConformanceCheck } from './check.js';
import { ask, inspectionsOf, type Inspection } from './inspections.js';
import type { Subject } from './subject.js';

const CHANNELS = 4;
const MOST_AT_ONCE = 48;
const CYCLES = 60;
/** What a few hundred channels may leave behind: far less than one channel holds. */
const GROWTH_BYTES = 4 * 1024 * 1024;

/** What is checked of many channels: at once, and one after another. */
export function loadChecks(subject: Subject): ConformanceCheck[] {
  const check = (name: string, run: (subject: Subject) => Promise<CheckOutcome>): ConformanceCheck => ({
    group: 'faults', name, run: async () => (await subject.withoutSimulator()) ?? run(subject),
  });
  return [
    check('channels to several devices at once each get their own answers', checkConcurrency),
    check('opening and closing channels leaves no memory behind', checkMemory),
  ];
}

/** Two devices, two channels to each; the clock stands still, so that an answer is always the same. */
async function checkConcurrency(subject: Subject): Promise<CheckOutcome> {
  const devices = [await subject.simulate({ index: 0 }), await subject.simulate({ index: 1 })];
  const opened = await inOrder(Array.from({ length: CHANNELS }, (_, at) => devices[at % devices.length]), async (simulated) => subject.open(simulated === undefined ? {} : { simulated }));
  try {
    const inspections = (await inspectionsOf(subject.store)).slice(0, MOST_AT_ONCE);
    const alone = await inOrder(opened, async ({ channel }) => [await identityOf(channel), ...await inOrder(inspections, async (inspection) => answerTo(inspection, channel))]);
    const together = await Promise.all(opened.map(async ({ channel }) => Promise.all([identityOf(channel), ...inspections.map(async (inspection) => answerTo(inspection, channel))])));
    assert.deepEqual(together, alone, 'a device answers otherwise while others are asked');
    return told(`${CHANNELS} channels, ${plural(inspections.length, 'question')} each`);
  } finally {
    for (const { channel } of opened) await channel.close();
  }
}

async function identityOf(channel: DeviceChannel): Promise<string> {
  return JSON.stringify((await channel.info()).identity);
}

async function answerTo(inspection: Inspection, channel: DeviceChannel): Promise<string> {
  const asked = await ask(inspection, channel);
  return 'answer' in asked ? Buffer.from(asked.answer.raw).toString('hex') : JSON.stringify(asked);
}

async function inOrder<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await act(item));
  return done;
}

/** Asks for a collection of all garbage, which Node.js shows to code only on demand. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return typeof gc === 'function' ? () => { Reflect.apply(gc, undefined, []); } : () => undefined;
}

async function checkMemory(subject: Subject): Promise<CheckOutcome> {
  const collect = collector();
  const simulated = await subject.simulate();
  const first = (await inspectionsOf(subject.store)).slice(0, MOST_AT_ONCE);
  const cycles = async (count: number): Promise<number> => {
    for (let cycle = 0; cycle < count; cycle += 1) {
      await using opened = await subject.open({ simulated });
      await opened.channel.info();
      for (const inspection of first) await ask(inspection, opened.channel);
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  await cycles(CYCLES / 3);
  const before = await cycles(CYCLES / 3);
  const grown = (await cycles(CYCLES)) - before;
  assert.ok(grown < GROWTH_BYTES, `${CYCLES} channels left ${grown} bytes behind`);
  return told(`${CYCLES} channels, ${Math.max(0, Math.round(grown / 1024))} KiB left`);
}
