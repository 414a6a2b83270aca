import type { DeviceState } from '@auxctl/schemas';
import { describe, expect, it } from 'vitest';
import { likeness } from './identity.js';
import { pairStates } from './match.js';

const state = (address: string, serial?: string, more: Partial<DeviceState> = {}): DeviceState => ({
  taken: '2026-01-01T00:00:00.000Z', device: { address, bus: 'pci', names: [], pci: '1af4:0001' }, plugin: { name: 'acme' },
  identity: serial === undefined ? [] : [{ name: 'serial', value: serial }], settings: [], reporters: [], changed: [], problems: [], ...more,
});
const shown = (pairs: ReturnType<typeof pairStates>) => pairs.map(({ before, after, areTwoDevices }) => [before?.device.address, after?.device.address, areTwoDevices]);

describe('a device is found again', () => {
  it('by its serial number in another slot, each function for itself', () => {
    const before = [state('0000:3b:00.0', 'A'), state('0000:3b:00.1', 'A'), state('0000:5e:00.0', 'B')];
    const after = [state('0000:3b:00.0', 'B'), state('0000:81:00.0', 'A'), state('0000:81:00.1', 'A')];
    expect(shown(pairStates(before, after))).toEqual([['0000:3b:00.0', '0000:81:00.0', false], ['0000:3b:00.1', '0000:81:00.1', false], ['0000:5e:00.0', '0000:3b:00.0', false]]);
  });

  it('by its place where one side does not tell the serial number', () => {
    expect(likeness(state('a', 'A'), state('a'))).toBe('same-place');
    expect(shown(pairStates([state('a'), state('b', 'B')], [state('b', 'B'), state('a', 'A')]))).toEqual([['a', 'a', false], ['b', 'b', false]]);
  });

  it('not, when another card is in its slot, or another kind of device', () => {
    expect(likeness(state('a', 'A'), state('a', 'B'))).toBe('other');
    expect(likeness(state('a', 'A'), state('a', 'A', { plugin: { name: 'other' } }))).toBe('other');
    expect(shown(pairStates([state('a', 'A')], [state('a', 'B')]))).toEqual([['a', undefined, false], [undefined, 'a', false]]);
  });
});

describe('machines that are to be alike', () => {
  it('have devices of one kind compared: of the same address, else in order', () => {
    const [before, after] = [[state('a', 'A'), state('b', 'B'), state('c', 'C', { plugin: { name: 'other' } })], [state('x', 'X'), state('b', 'Y')]];
    expect(shown(pairStates(before, after, { withTheirLike: true }))).toEqual([['a', 'x', true], ['b', 'b', true], ['c', undefined, false]]);
  });

  it('still find the very same device first', () => {
    expect(shown(pairStates([state('a', 'A'), state('b', 'B')], [state('a', 'B'), state('b', 'Z')], { withTheirLike: true }))).toEqual([['a', 'b', true], ['b', 'a', false]]);
  });
});
