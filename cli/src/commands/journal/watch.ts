import { tellServiceIsReady, watchCommands, type NodeDevice, type ObservationRecord } from '@auxctl/core';
import type { CommandModule, Context } from '../../command.js';
import { createDevices } from '../../devices.js';
import { describeError } from '../../errors.js';
import { watchLine } from '../../journal/observed-text.js';
import { journalKey, stateDirectory } from '../../journal/place.js';
import { layoutsOf } from '../../layouts.js';
import { toJsonLine } from '../../output/json.js';
import type { JournalWatchDocument } from '../../schemas/journal.js';

/** `auxctl journal watch` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const { options, terminal, notes, signal } = context;
  const records = watchCommands({
    state: stateDirectory(context), key: journalKey(context), root: options.root, from: invocation.flag('all') ? 'inspect' : 'configure',
    findDevice: async (node) => findNode(node, context), warn: (text) => { notes.warn(text); }, signal,
  });
  for await (const record of records) {
    if (record.type === 'watch' && record.event === 'began') await tellServiceManager(context);
    const document = documentOf(record);
    const line = options.json ? toJsonLine(document) : watchLine(document);
    // What is recorded last is told too, after the signal that ends it.
    const isRead = signal.aborted ? terminal.tryData(line) : await terminal.stream(line, signal);
    if (!isRead && !signal.aborted) break;
  }
  return undefined;
};

async function tellServiceManager({ environment, notes }: Context): Promise<void> {
  try {
    await tellServiceIsReady({ socket: environment['NOTIFY_SOCKET'] });
  } catch (error) {
    notes.warn(`the service manager could not be told that watching has begun: ${describeError(error).message}`);
  }
}

function documentOf(record: ObservationRecord): JournalWatchDocument {
  return { schema: 'auxctl.journal-watch/1', observed: record.type === 'observed' ? record : null, watch: record.type === 'watch' ? record : null };
}

/** Looks anew: the device may have come since the last time. */
async function findNode(node: string, { plugins, options }: Context): Promise<NodeDevice | undefined> {
  const found = (await createDevices({ plugins, options: { root: options.root, sim: undefined } }).all()).find(({ device }) => device.names.fwctl.includes(node));
  if (found?.plugin === undefined) return found === undefined ? undefined : { device: found.device };
  return { device: found.device, plugin: { entry: found.plugin, layouts: layoutsOf(found.plugin) } };
}
