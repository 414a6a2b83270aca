import { describe, expect, it } from 'vitest';
import { FirmwareError, PolicyError, TransportError } from '../errors/classes.js';
import { streamSamples, type SampleSource, type StreamOptions } from './stream.js';
import type { DiagnosticSample } from './types.js';

const sample = (number: number): DiagnosticSample => ({ number, clocks: BigInt(number), lostBefore: 0, values: [1n] });
const refused = new FirmwareError('refused', { status: 3n });

/** A device that has one more sample at each poll, and writes down what it is told. */
function device(faults: Partial<Record<'arm' | 'disarm' | 'poll', Error>> = {}, disarmsBeforeFault = 1) {
  const told: string[] = [];
  let taken = 0;
  const say = (what: 'arm' | 'disarm' | 'poll'): void => {
    const isDue = what !== 'disarm' || told.filter((each) => each === 'disarm').length >= disarmsBeforeFault;
    told.push(what);
    const fault = faults[what];
    if (fault !== undefined && isDue) throw fault;
  };
  const source: SampleSource = {
    arm: async () => { say('arm'); },
    disarm: async () => { say('disarm'); },
    reader: () => ({ get taken() { return taken; }, poll: async () => { say('poll'); return [sample(taken++)]; } }),
  };
  return { source, told };
}

function options(more: Partial<StreamOptions> = {}): StreamOptions {
  return { intervalMs: 1, signal: new AbortController().signal, silenceMs: 1000, now: () => 0, ...more };
}

async function all(source: SampleSource, more: Partial<StreamOptions> = {}): Promise<number[]> {
  const numbers: number[] = [];
  for await (const samples of streamSamples(source, options(more))) numbers.push(...samples.map(({ number }) => number));
  return numbers;
}

describe('a stream of samples', () => {
  it('empties the ring, starts, reads, and stops when the device has taken all', async () => {
    const { source, told } = device();
    expect(await all(source, { total: 3 })).toEqual([0, 1, 2]);
    expect(told).toEqual(['disarm', 'arm', 'poll', 'poll', 'poll', 'disarm']);
  });

  it('stops when its consumer has enough, or fails', async () => {
    for (const leave of ['break', 'throw'] as const) {
      const { source, told } = device();
      const consume = async (): Promise<void> => {
        for await (const _samples of streamSamples(source, options())) {
          if (leave === 'break') break;
          throw new TypeError('the consumer failed');
        }
      };
      if (leave === 'throw') await expect(consume()).rejects.toThrow('the consumer failed');
      else await consume();
      expect(told.slice(-2)).toEqual(['poll', 'disarm']);
    }
  });

  it('stops when the user does, also in a long pause', async () => {
    const { source, told } = device();
    const controller = new AbortController();
    const ended = all(source, { intervalMs: 60_000, signal: controller.signal });
    setTimeout(() => { controller.abort(); }, 5);
    expect(await ended).toEqual([0, 1]);
    expect(told.at(-1)).toBe('disarm');
  });

  it('stops what an error leaves running, and hands the error on', async () => {
    for (const what of ['arm', 'poll'] as const) {
      const { source, told } = device({ [what]: refused });
      await expect(all(source)).rejects.toBe(refused);
      expect(told.slice(-2)).toEqual([what, 'disarm']);
    }
  });

  it('starts nothing where what stops it does not come through', async () => {
    const { source, told } = device({ disarm: new PolicyError('ERR_NOT_ALLOWED', 'no') }, 0);
    await expect(all(source)).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    expect(told).toEqual(['disarm']);
  });

  it('says so when it could not stop, whatever else failed before', async () => {
    const timeout = new TransportError('ERR_TRANSPORT_TIMEOUT', 'no answer');
    const both = device({ disarm: timeout, poll: refused });
    await expect(all(both.source)).rejects.toMatchObject({ code: 'ERR_NOT_DISARMED', message: 'sampling could not be stopped: no answer', cause: refused, exitStatus: 6 });
    await expect(all(device({ disarm: timeout }).source, { total: 1 })).rejects.toMatchObject({ code: 'ERR_NOT_DISARMED', cause: timeout });
  });

  it('need not stop a device that is gone', async () => {
    const gone = new TransportError('ERR_DEVICE_GONE', 'removed');
    await expect(all(device({ disarm: gone, poll: gone }).source)).rejects.toBe(gone);
    await expect(all(device({ disarm: gone }).source, { total: 1 })).rejects.toBe(gone);
  });

  it('does not wait for ever for samples that do not come', async () => {
    const { source, told } = device();
    let nowMs = 0;
    const silent: SampleSource = { ...source, reader: () => ({ taken: 0, poll: async () => { nowMs += 300; return []; } }) };
    await expect(all(silent, { now: () => nowMs })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
    expect(told.at(-1)).toBe('disarm');
  });
});
