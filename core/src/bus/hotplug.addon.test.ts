import { accessSync, constants, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultNative } from '../native.js';
import { type HotplugEvent, hotplugEvents } from './hotplug.js';

/** Writing to it makes the kernel send an event about a device that nobody acts on. */
const TRIGGER = '/sys/devices/virtual/mem/null/uevent';
const canTrigger = isWritable(TRIGGER);

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The sockets that this process has open. */
function sockets(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith('socket:') ? [target] : [];
    } catch {
      return [];
    }
  });
}

describe('hotplugEvents with the kernel', () => {
  it.skipIf(!canTrigger)(`receives what the kernel sends (skipped where ${TRIGGER} cannot be written)`, async () => {
    const before = sockets();
    const events = hotplugEvents({ native: defaultNative, subsystems: ['mem'], signal: AbortSignal.timeout(10_000) });
    expect(await events.next()).toEqual({ done: false, value: { type: 'listening' } });
    expect(sockets()).toHaveLength(before.length + 1);
    for (let round = 0; round < 3; round += 1) writeFileSync(TRIGGER, 'change');
    const seen: HotplugEvent[] = [];
    for await (const event of events) if (seen.push(event) === 3) break;
    expect(seen).toMatchObject(Array.from({ length: 3 }, () => ({ type: 'changed', subsystem: 'mem', name: 'null', devicePath: '/sys/devices/virtual/mem/null', node: '/dev/null' })));
    const numbers = seen.map((event) => ('sequence' in event ? event.sequence : 0n));
    expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0n))).toBe(true);
    expect(sockets()).toEqual(before);
  });

  it('closes the socket when it is told to end while it waits', async () => {
    const before = sockets();
    const abort = new AbortController();
    const events = hotplugEvents({ native: defaultNative, subsystems: ['none'], signal: abort.signal });
    await events.next();
    const waiting = events.next();
    abort.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(sockets()).toEqual(before);
  });

  it('closes the socket when the iteration is given up while it waits', async () => {
    const before = sockets();
    const events = hotplugEvents({ native: defaultNative, subsystems: ['none'] });
    await events.next();
    const waiting = events.next();
    await events.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(sockets()).toEqual(before);
  });
});
