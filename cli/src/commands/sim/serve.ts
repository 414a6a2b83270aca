import { existsSync } from 'node:fs';
import { serveVfioUser, UsageError, type SimulatedDevice } from '@auxctl/core';
import type { CommandModule, Context } from '../../command.js';
import { toJsonLine } from '../../output/json.js';
import type { SimServeDocument } from '../../schemas/tool.js';
import { loadSimulator, requireProfile } from '../../simulation/load.js';
import { openCommandLog } from '../../simulation/command-log.js';
import { noteServerEvents } from '../../simulation/server-events.js';

const MOST_INDEX = 255;
const LOOK_EVERY_MS = 20;

/** `auxctl sim serve` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const plugin = await context.plugins.find(invocation.text('PLUGIN'));
  const socketPath = invocation.maybe('vfio-user');
  if (socketPath === undefined) throw new UsageError('ERR_USAGE', 'sim serve needs --vfio-user: where to listen');
  const index = readIndex(invocation.maybe('index') ?? '0');
  const simulator = await loadSimulator(plugin);
  const wanted = invocation.maybe('profile');
  const profile = wanted === undefined ? undefined : requireProfile(simulator, wanted);
  using log = openCommandLog(invocation.maybe('log'), context.terminal);
  const simulated = simulator.create({ index, onCommand: log.write, ...(profile === undefined ? {} : { profile }) });
  const events = noteServerEvents(context);
  const stopLooking = hangWhile(simulated, invocation.maybe('hang-while'));
  await using server = await serveVfioUser({ socketPath, device: simulated.pciDevice(), onEvent: events.listener });
  announce({ schema: 'auxctl.sim-serve/1', plugin: plugin.manifest.name, device: simulated.device.address, socket: server.socketPath, processId: process.pid }, context);
  await Promise.race([ended(context.signal), events.stopped]).finally(stopLooking);
  return undefined;
};

function readIndex(text: string): number {
  const index = /^\d+$/.test(text) ? Number(text) : NaN;
  if (index <= MOST_INDEX) return index;
  throw new UsageError('ERR_USAGE', `--index: '${text}' is not a number from 0 to ${MOST_INDEX}`);
}

/** Returns what ends the looking. */
function hangWhile(simulated: SimulatedDevice, file: string | undefined): () => void {
  if (file === undefined) return () => undefined;
  const look = (): void => { simulated.faults.hang = existsSync(file); };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => { clearInterval(timer); };
}

function announce(document: SimServeDocument, { options, terminal }: Context): void {
  terminal.data(options.json ? toJsonLine(document) : `serving ${document.device} on ${document.socket}, process ${document.processId}\n`);
}

/** An interrupt is how serving ends in good order. */
async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve(); }, { once: true }); });
}
