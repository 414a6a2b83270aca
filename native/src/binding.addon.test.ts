import fc from 'fast-check';
import { closeSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addonPath } from '../test/support.js';
import type { Binding } from './binding.js';
import { Op } from './plan.js';

/** The addon as it is, without the checks that the package makes before it calls it. */
function rawBinding(): Binding {
  const module: { exports: object } = { exports: {} };
  process.dlopen(module, addonPath);
  return module.exports as Binding;
}

const binding = rawBinding();
const badArgument = expect.objectContaining({ name: 'TypeError', code: 'ERR_NATIVE_ARGUMENT' });
const ignore = (): undefined => undefined;

const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const closedFd = openSync('/dev/null', 'r');
closeSync(closedFd);
const oddities: unknown[] = [
  undefined, null, true, false, 0, -0, 1, -1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, 0n, -1n, 2n ** 64n, '', 'text', 'a\0b', Symbol('s'),
  [], {}, ignore, new Uint8Array(0), new Uint8Array(64), detached, new Uint8Array(new SharedArrayBuffer(8)), new Uint32Array(6), new Int32Array(4), new Float64Array(2),
  new DataView(new ArrayBuffer(8)), new ArrayBuffer(8), new Proxy({}, {}), new Date(0), Promise.resolve(),
];
// Descriptors are the caller's responsibility: the numbers that may be tried here are closed or cannot be open.
const safeOddities = oddities.filter((value) => typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1e6);

describe('the addon without the package around it', () => {
  const functions = (Object.keys(binding) as (keyof Binding)[]).filter((name) => !['Channel', 'Descriptor', 'Mapping', 'setOnCompletion'].includes(name));

  it('exports what the package declares', () => {
    expect(functions.sort()).toEqual([
      'abandon', 'accept', 'barrier', 'collect', 'connectDatagram', 'connectUnix', 'createEventfd', 'createMemfd', 'duplicate', 'errnoText', 'joinNetlinkGroup', 'listenUnix', 'mapDescriptor',
      'netlinkPending', 'netlinkPort', 'netlinkReceive', 'openDatagram', 'openNetlink', 'peerCredentials', 'pollNow', 'receive', 'send', 'setNonBlocking', 'signalEventfd',
      'socketPair', 'takeEventfd', 'takeMapping',
    ].sort());
  });

  it.each(functions)('%s takes any arguments without harm', (name) => {
    const made = ['createMemfd', 'createEventfd', 'duplicate', 'openDatagram', 'openNetlink', 'listenUnix', 'socketPair'].includes(name);
    const values = made ? safeOddities : [...safeOddities, closedFd, 1e6 + 1];
    fc.assert(fc.property(fc.array(fc.constantFrom(...values), { maxLength: 5 }), (args) => {
      try {
        (binding[name] as (...all: unknown[]) => unknown)(...args);
      } catch (error) {
        expect(error).toEqual(badArgument);
      }
    }), { numRuns: 300 });
  });

  it.each(['Channel', 'Descriptor'] as const)('%s takes any constructor arguments without harm', (name) => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...safeOddities), { maxLength: 3 }), (args) => {
      try {
        const made = new (binding[name] as new (...all: unknown[]) => object)(...args);
        expect(made).toBeTypeOf('object');
        if ('stop' in made) (made as { stop: () => void }).stop();
      } catch (error) {
        expect(error).toEqual(badArgument);
      }
    }), { numRuns: 100 });
  });

  it('does not call methods on objects of another class', () => {
    const descriptor = new binding.Descriptor(openSync('/dev/null', 'r'), ignore);
    const channel = new binding.Channel(0, -1);
    for (const receiver of [{}, null, 5, descriptor, new Uint8Array(8)]) {
      // eslint-disable-next-line @typescript-eslint/unbound-method -- the receiver is what is tried
      expect(() => Reflect.apply(channel.submit, receiver, [new Uint8Array(8), Uint32Array.of(Op.close, 0, 0, 0, 0, 0), false]) as unknown).toThrow(TypeError);
    }
    expect(() => Reflect.apply(binding.Descriptor, undefined, [0, ignore]) as unknown).toThrow(TypeError);
    descriptor.close();
    descriptor.close();
    expect([descriptor.number(), descriptor.watch(1), descriptor.release()]).toEqual([-1, -9, -1]);
    channel.stop();
    channel.stop();
  });

  it('does nothing with the jobs of others, nor with those that are over', () => {
    expect(binding.abandon(12345, false)).toBe(2);
    expect(binding.collect(12345, new Uint8Array(0), new Int32Array(2))).toBe(-1);
    expect(binding.takeMapping(12345)).toBeUndefined();
  });
});

describe('a plan that the package did not make', () => {
  const arena = (): Uint8Array => new Uint8Array(64);
  const submit = (words: number[]): unknown => {
    const channel = new binding.Channel(0, -1);
    try {
      return channel.submit(arena(), Uint32Array.from(words), false, words.length, false);
    } finally {
      channel.stop();
    }
  };

  it.each<[string, number[]]>([
    ['is empty', []],
    ['ends within a step', [Op.close, 0, 0, 0, 0]],
    ['ends within its pointers', [Op.ioctl, 1, 0, 8, 0, 2, 0, 0, 8]],
    ['has more pointers than words can be counted', [Op.ioctl, 1, 0, 8, 0, 0xffff_ffff]],
    ['has an argument outside the arena', [Op.ioctl, 1, 60, 5, 0, 0]],
    ['has an argument that wraps around', [Op.ioctl, 1, 0xffff_fff8, 16, 0, 0]],
    ['has a slot outside the arena', [Op.ioctl, 1, 0, 8, 0, 1, 57, 0]],
    ['has a target outside the arena', [Op.ioctl, 1, 0, 8, 0, 1, 0, 65]],
    ['has pointers where none belong', [Op.pread, 0, 8, 0, 0, 1, 0, 0]],
    ['has a buffer outside the arena', [Op.pread, 0, 65, 0, 0, 0]],
    ['has a path without end', [Op.open, 0, 0, 0, 0, 0]],
    ['has open flags of its own', [Op.open, 0, 8, 0o100, 0, 0]],
    ['has a lock mode of its own', [Op.lock, 3, 0, 0, 0, 0]],
    ['has a size outside the arena', [Op.size, 57, 0, 0, 0, 0]],
    ['has a range outside the arena', [Op.map, 41, 0, 0, 0, 0]],
    ['has an unknown step', [99, 0, 0, 0, 0, 0]],
    ['has a step of number 0', [0, 0, 0, 0, 0, 0]],
  ])('is refused if it %s', (_, words) => {
    expect(() => submit(words)).toThrow(badArgument);
  });

  it('is refused or runs, whatever the words', () => {
    fc.assert(fc.property(fc.array(fc.nat(12), { minLength: 6, maxLength: 40 }), (words) => {
      try {
        expect(submit(words)).toBeTypeOf('number');
      } catch (error) {
        expect(error).toEqual(badArgument);
      }
    }), { numRuns: 2000 });
  });
});
