import { describe, expect, it, vi } from 'vitest';
import type { CommandLogEntry } from '@auxctl/core';
import { simulator } from './index.js';
import { bytes } from './test-support.js';

const NOP = { request: bytes('080d0000000000000000000000000000'), replyLengthBytes: 16, scope: 'debug-read-only' } as const;

describe('the mlx5 simulator', () => {
  it('offers its profiles, the default first', () => {
    expect(simulator.profiles).toEqual(['connectx-6-dx', 'minimal']);
    expect(() => simulator.create({ index: 0, profile: 'no-such' })).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_NAME' }));
  });

  it('shows a device that the plugin\'s match table accepts', () => {
    const { device } = simulator.create({ index: 3 });
    expect(device).toMatchObject({ address: 'sim-mlx5-3', bus: 'sim', aliases: ['auxiliary:mlx5_core.fwctl', 'pci:15b3:101d'], pci: { vendorId: 0x15b3, deviceId: 0x101d } });
  });

  it.each(simulator.profiles)('with the profile %s: brings itself up for the first transport only', async (profile) => {
    const log: CommandLogEntry[] = [];
    const simulated = simulator.create({ index: 0, profile, onCommand: (entry) => log.push(entry) });
    expect(log).toEqual([]);
    const [first, second] = [await simulated.openTransport(), await simulated.openTransport()];
    expect(log.filter(({ command }) => command === 'ENABLE_HCA').length).toBe(1);
    expect(log.filter(({ command }) => command === 'CREATE_UCTX').length).toBe(2);
    expect([(await first.rpc(NOP))[0], (await second.rpc(NOP))[0]]).toEqual([0, 0]);
  });

  it('hangs when told so', async () => {
    const simulated = simulator.create({ index: 0 });
    const transport = await simulated.openTransport();
    simulated.faults.hang = true;
    vi.useFakeTimers();
    const ends = expect(transport.rpc(NOP, { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
    await vi.advanceTimersByTimeAsync(60_000);
    await ends;
    vi.useRealTimers();
    await expect(simulated.openTransport()).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
  });

  it('as a PCI function is left to its driver', async () => {
    const simulated = simulator.create({ index: 0 });
    const transport = await simulated.openTransport();
    const pci = simulated.pciDevice();
    expect(pci.identity).toEqual(simulated.device.pci);
    expect(simulated.firmware.lifeCycle).toBe('disabled');
    await expect(transport.rpc(NOP)).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
    await expect(simulated.openTransport()).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT' });
  });
});
