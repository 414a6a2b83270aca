import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { interruptible } from './signals.js';

function program(): { target: NodeJS.Process; ends: number[] } {
  const ends: number[] = [];
  const target = Object.assign(new EventEmitter(), { exit: (status: number) => ends.push(status) }) as unknown as NodeJS.Process;
  return { target, ends };
}

describe('an interrupt', () => {
  it.each([['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]] as const)('%s aborts, and decides the status of what failed by it', (name, status) => {
    const { target } = program();
    const interruption = interruptible(target);
    const { signal } = interruption;
    expect(signal.aborted).toBe(false);
    target.emit(name);
    expect(signal.aborted).toBe(true);
    expect([6, 1, 0].map(interruption.exitStatusOf)).toEqual([status, status, 0]);
  });

  it('counts although nobody had asked for its signal yet', () => {
    const { target } = program();
    const interruption = interruptible(target);
    target.emit('SIGINT');
    expect(interruption.signal.aborted).toBe(true);
  });

  it('ends the process when it comes again', () => {
    const { target, ends } = program();
    interruptible(target);
    target.emit('SIGINT');
    expect(ends).toEqual([]);
    target.emit('SIGTERM');
    expect(ends).toEqual([130]);
  });

  it('that comes from the kernel and from the shell, since the terminal is gone, counts once', () => {
    const { target, ends } = program();
    const interruption = interruptible(target);
    target.emit('SIGHUP');
    target.emit('SIGHUP');
    expect(ends).toEqual([]);
    expect(interruption.exitStatusOf(6)).toBe(129);
  });

  it('that does not come changes no status', () => {
    expect(interruptible(program().target).exitStatusOf(4)).toBe(4);
  });
});
