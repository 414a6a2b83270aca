import { LayoutStore, openChannel, planSampling, type CommandLogEntry, type DeviceChannel, type DiagnosticSample } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator } from '../sim/index.js';
import { plugin } from './index.js';

const layoutsPath = fileURLToPath(new URL('../layouts', import.meta.url));
const layouts = new LayoutStore(layoutsPath);
const entry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: () => Promise.resolve(plugin) };
const allowed = { allow: 'configure' } as const;

let nowMs = 0;
let log: CommandLogEntry[] = [];

async function open(profile = 'connectx-6-dx'): Promise<DeviceChannel> {
  const simulated = simulator.create({ index: 0, profile, now: () => nowMs, onCommand: (command) => log.push(command) });
  return openChannel(simulated.device, entry, { transport: await simulated.openTransport(), layouts, timeoutMs: 2_000 });
}

/** Samples with a clock that goes on by so much at each look at it. */
async function sample(channel: DeviceChannel, request: Parameters<typeof planSampling>[1], count: number, stepMs = 3): Promise<DiagnosticSample[]> {
  const capability = await channel.diagnostics.capability();
  const parameters = planSampling(capability, request);
  const samples: DiagnosticSample[] = [];
  for await (const some of channel.diagnostics.sample(parameters, capability.clockHz, { ...allowed, intervalMs: 1, now: () => nowMs += stepMs })) {
    samples.push(...some);
    if (samples.length >= count) break;
  }
  return samples;
}

const sent = (): string[] => log.map(({ command }) => command).filter((command) => command.includes('DIAGNOSTIC'));

beforeEach(() => {
  nowMs = 0;
  log = [];
});

describe('diagnostic counters', () => {
  it('are listed with their names and the device\'s limits', async () => {
    await using channel = await open();
    const { counters, ...limits } = await channel.diagnostics.capability();
    expect(limits).toEqual({ modes: ['single', 'repetitive', 'on-demand'], maxRecords: 16_384, minPeriodClocks: 1024, maxPeriodClocks: 2 ** 35, clockHz: 1e9 });
    expect(counters).toHaveLength(13);
    expect(counters.find(({ id }) => id === 0x2006)).toMatchObject({ name: 'TX_PACKETS', unit: 'packets', isSynchronizable: true });
    expect(counters.every(({ name }) => name !== undefined)).toBe(true);
  });

  it('are not there on a device that has none', async () => {
    await using channel = await open('minimal');
    expect(await channel.diagnostics.capability()).toMatchObject({ counters: [], modes: [] });
  });

  it('are sampled, in order and with nothing lost', async () => {
    await using channel = await open();
    const samples = await sample(channel, { counters: [0x2006, 0x401], periodClocks: 2 ** 20 }, 100);
    expect(samples.map(({ number }) => number)).toEqual(samples.map((_, index) => index));
    expect(samples.every(({ lostBefore }) => lostBefore === 0)).toBe(true);
    expect(new Set(samples.slice(1).map(({ clocks }, index) => clocks - (samples[index]?.clocks ?? 0n)))).toEqual(new Set([2n ** 20n]));
    samples.slice(1).forEach(({ values }, index) => { expect((values[0] ?? 0n) >= (samples[index]?.values[0] ?? 0n)).toBe(true); });
    expect(sent().at(-1)).toBe('SET_DIAGNOSTIC_PARAMS');
    expect(await channel.diagnostics.state(await channel.diagnostics.capability())).toMatchObject({ isArmed: false, counters: [] });
  });

  it('that are fetched too late are counted as lost', async () => {
    await using channel = await open();
    const samples = await sample(channel, { counters: [0x2006], samples: 16, periodClocks: 2 ** 20 }, 60, 40);
    expect(samples.some(({ lostBefore }) => lostBefore > 0)).toBe(true);
    expect((samples.at(-1)?.number ?? 0) + 1).toBe(samples.length + samples.reduce((sum, { lostBefore }) => sum + lostBefore, 0));
  });

  it('end by themselves in single mode', async () => {
    await using channel = await open();
    const samples = await sample(channel, { counters: [0x2006, 0x1001], samples: 32, mode: 'single', periodClocks: 2 ** 20 }, Infinity);
    expect(samples).toHaveLength(32);
    expect(sent().at(-1)).toBe('SET_DIAGNOSTIC_PARAMS');
  });

  it('are sampled on demand', async () => {
    await using channel = await open();
    const samples = await sample(channel, { counters: [0x2006, 0x1001], mode: 'on-demand' }, 5);
    expect(samples.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
  });

  it('remember what they were told', async () => {
    await using channel = await open();
    const capability = await channel.diagnostics.capability();
    const parameters = planSampling(capability, { counters: [0x401, 0x402], isSynchronized: true, isClearing: true });
    await channel.diagnostics.arm(parameters, allowed);
    expect(await channel.diagnostics.state(capability)).toEqual({ ...parameters, isArmed: true });
    await channel.diagnostics.disarm(allowed);
    expect((await channel.diagnostics.state(capability)).isArmed).toBe(false);
  });

  it('are told nothing that was not allowed', async () => {
    await using channel = await open();
    const capability = await channel.diagnostics.capability();
    const parameters = planSampling(capability, { counters: [0x401] });
    await expect(channel.diagnostics.arm(parameters, {})).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    await expect(channel.diagnostics.sample(parameters, undefined, {}).next()).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    expect(sent()).toEqual([]);
  });

  it('that the firmware refuses leave it as it was, with status and syndrome', async () => {
    await using channel = await open();
    const parameters = { ...planSampling(await channel.diagnostics.capability(), { counters: [0x401] }), periodClocks: 512 };
    await expect(channel.diagnostics.arm(parameters, allowed)).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', status: 3n, syndrome: 0x51a053n });
  });
});

describe('the debug capabilities', () => {
  it('end in the counters that there are, and no others', async () => {
    await using channel = await open();
    const { fields } = await channel.capability('DEBUG', 'current');
    expect(fields['diagnostic_counter']).toHaveLength(13);
  });
});
