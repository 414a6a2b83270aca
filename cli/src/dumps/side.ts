import { statSync } from 'node:fs';
import { DumpCollector, dumpHost, dumpTargets, loadDumpFile, type Dump, type DumpSelection } from '@auxctl/core';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import { layoutsOf } from '../layouts.js';
import { openDevice, requirePlugin } from '../open.js';
import { openProgress } from '../output/progress.js';
import { VERSION } from '../version.js';
import type { Named } from './names.js';

/** What is compared: a dump in a file, or a device as it is now. */
export type Side = { readonly word: string; readonly dump: Dump } | { readonly word: string; readonly found: FoundDevice };

/** A file's name where there is such a file (or `-`), else a device's. Rejects as reading the file, or finding the device, does. */
export async function readSide(word: string, { devices }: Pick<Context, 'devices'>): Promise<Side> {
  const isFile = word === '-' || statSync(word, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? { word, dump: await loadDumpFile(word) } : { word, found: await devices.find(word) };
}

/** What a side has names for: the entries of a file, and all that could be read of a device. Nothing is sent. */
export async function namesOfSide(side: Side): Promise<readonly Named[]> {
  if ('dump' in side) return side.dump.entries.map(({ subject }) => subject);
  const plugin = requirePlugin(side.found);
  return dumpTargets({ layouts: layoutsOf(plugin), plugin: await plugin.load() });
}

/** The dump of a side; a device is read now, without anything that changes by being read. */
export async function dumpOfSide(side: Side, selection: DumpSelection, context: Context): Promise<Dump> {
  if ('dump' in side) return side.dump;
  const host = dumpHost(VERSION, side.found.device, context.options.root);
  const collector = new DumpCollector();
  await using channel = await openDevice(side.found, context);
  using progress = openProgress(context.terminal, !context.options.json && !context.options.quiet);
  await channel.dump(collector, { ...selection, host, onProgress: (done, total, what) => { progress.update(done, total, `${side.word}: ${what}`); } });
  return collector.dump;
}
